import { explainInLine } from '../../model/explain/explain.ts';
import type { Result } from '../../model/result.ts';
import type { RunResult } from '../../state/run.ts';
import { initialState } from '../../state/state.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import { refusedRun, resultLine } from '../documents/result-line.ts';
import { createRunFacts } from '../documents/run-facts.ts';
import { interruptionHint } from './answer.ts';
import type { CommandContext } from './command.ts';
import { canceledExit } from './console.ts';
import { createEventLines } from './event-lines.ts';
import { failureLines, type Program, type Refused, withProgram } from './open.ts';
import { createProgressTeller } from './progress-lines.ts';
import { resultText, waysBack } from './result-text.ts';

const activeOf = ({ failures }: Refused): Pick<RunResult, 'active'> => {
  const found = failures.find((failure) => failure.code === 'run-active');
  return found?.code === 'run-active' ? { active: found.run } : {};
};

/** A run that was refused before it began. */
const refusedResult = (refusal: Refused): RunResult => ({
  ...activeOf(refusal),
  ...refusedRun(refusal.failures.map(explainInLine).join(' '), refusal.exitCode),
});

interface RunEnding {
  readonly result: RunResult;
  /** Answered to people in place of the result's own text. */
  readonly answer?: string;
  /** Said after the result, for people only. */
  readonly after?: readonly string[];
}

/**
 * A subcommand that does something. With `--json` the events go to stdout, one
 * a line, the result last, whatever happened; for people the result goes to
 * stdout, and progress to stderr.
 */
export const doRun = async (
  invocation: Invocation,
  context: CommandContext,
  work: (program: Program) => Promise<Result<RunEnding, Refused>>,
): Promise<number> => {
  const { console, world } = context;
  const { json } = invocation.flags;
  const sayStopping = (): void => console.tell('stopping what was begun; ^c again leaves at once');
  console.canceled.addEventListener('abort', sayStopping, { once: true });
  const toLine = createEventLines();
  const teller = createProgressTeller(findSubcommand(invocation.command)?.steps ?? []);
  const facts = createRunFacts();
  let lastState = initialState;
  const opened = await withProgram(
    invocation,
    context,
    (event) => {
      facts.hear(event);
      if (json) {
        const line = toLine(event);
        if (line !== null) console.answerJson(line);
        if (event.type === 'noticed' && event.isUrgent === true) console.tell(event.text);
      } else for (const line of teller(event)) console.tell(line);
    },
    async (program) => {
      const hint = interruptionHint(program.state());
      if (hint !== null && invocation.command !== 'resume') console.tell(hint);
      const ended = await work(program);
      lastState = program.state();
      return ended;
    },
  );
  const ended = opened.ok ? opened.value : opened;
  if (!ended.ok) for (const line of failureLines(ended.failure.failures)) console.tell(line);
  const result = ended.ok ? ended.value.result : refusedResult(ended.failure);
  const exitCode = console.canceled.aborted ? canceledExit : result.exitCode;
  const final = { ...result, exitCode, ok: exitCode === 0 };
  if (ended.ok && json && !final.ok)
    for (const line of [final.summary, ...waysBack(final)]) console.tell(line);
  if (json) console.answerJson(resultLine(final, facts.facts(lastState), world.clock.now()));
  else if (ended.ok) {
    console.answer(ended.value.answer ?? resultText(final));
    for (const line of waysBack(final)) console.tell(line);
    for (const line of ended.value.after ?? []) console.tell(line);
  }
  return exitCode;
};
