import { boardJson, boardText } from '../../model/board/text.ts';
import { success } from '../../model/result.ts';
import { successCriteria } from '../../screen/rows/success-criteria.ts';
import type { AppState } from '../../state/state.ts';
import { allRead } from '../arguments/invocation.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandRun } from '../program/command.ts';
import { criteriaDocument, criteriaMarkdown, criteriaText } from '../reports/criteria.ts';

/** Rows about files that people write: exit status 2. */
const fileRows: ReadonlySet<string> = new Set(['config.file', 'lock.file']);

/** What makes the runbook a success: 0 where each line that is set up is met, 5 where one is not, else 4. */
const answerCriteria = (state: AppState, now: number, markdown: boolean) => {
  const criteria = successCriteria(state, now);
  const states = criteria.map((one) => one.state);
  return success({
    text: markdown ? criteriaMarkdown(criteria) : criteriaText(criteria).join('\n'),
    json: criteriaDocument(criteria),
    exitCode: states.includes('unmet') ? 5 : states.includes('open') ? 4 : 0,
  });
};

/** The preflight board: one row per question, red rows with what mends them. */
export const run: CommandRun<'check'> = async (invocation, context) => {
  const { criteria, markdown, ...rest } = invocation.own;
  allRead(rest);
  return await answerQuestion(invocation, context, async (program) => {
    const { engine, state, narrowed } = program;
    const result = await engine.check(narrowed);
    if (criteria) {
      const surveyed = await program.survey({ probe: true, evaluate: true });
      return surveyed.ok ? answerCriteria(state(), context.world.clock.now(), markdown) : surveyed;
    }
    const { board } = state();
    const isFileWrong = board.some((row) => fileRows.has(row.id) && row.state === 'red');
    const { ascii } = invocation.flags;
    return success({
      // Which rows failed, and how many, stands above: it is not told twice.
      text: [
        boardText(board, 80, { ascii }).trimEnd(),
        ...(board.some(({ state: one }) => one === 'red') && result.exitCode === 1
          ? []
          : [result.summary]),
      ].join('\n'),
      json: { ...boardJson(board), ok: result.ok },
      exitCode: isFileWrong ? 2 : result.exitCode,
    });
  });
};
