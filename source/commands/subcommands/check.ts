import { boardJson, boardText } from '../../model/board/text.ts';
import { success } from '../../model/result.ts';
import { answerQuestion } from '../program/answer.ts';
import type { FlaglessRun } from '../program/command.ts';

/** Rows about files that people write: exit status 2. */
const fileRows: ReadonlySet<string> = new Set(['config.file', 'lock.file']);

/** The preflight board: one row per question, red rows with what mends them. */
export const run: FlaglessRun<'check'> = async (invocation, context) =>
  await answerQuestion(invocation, context, async ({ engine, state, narrowed }) => {
    const result = await engine.check(narrowed);
    const { board } = state();
    const isFileWrong = board.some((row) => fileRows.has(row.id) && row.state === 'red');
    const { ascii } = invocation.flags;
    return success({
      text: `${boardText(board, 100, { ascii })}\n\n${result.summary}`,
      json: { ...boardJson(board), ok: result.ok },
      exitCode: isFileWrong ? 2 : result.exitCode,
    });
  });
