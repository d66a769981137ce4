import type { Result } from '../../model/result.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import type { AppState } from '../../state/state.ts';
import type { Invocation } from '../arguments/invocation.ts';
import type { CommandContext } from './command.ts';
import { canceledExit } from './console.ts';
import { failureLines, type Program, type Refused, whenAborted, withProgram } from './open.ts';

/** An answer in both forms, and its exit status. */
interface Answer {
  readonly text: string;
  readonly json: object;
  readonly exitCode: number;
}

/** A subcommand that asks and changes nothing: one text or one JSON document on stdout. */
export const answerQuestion = async (
  invocation: Invocation,
  context: CommandContext,
  ask: (program: Program) => Promise<Result<Answer, Refused>>,
): Promise<number> => {
  const { console } = context;
  const asked = withProgram(
    invocation,
    context,
    (event) => {
      if (event.type === 'noticed' && event.tone !== 'info') console.tell(event.text);
    },
    ask,
  );
  // A question changes nothing: whoever leaves need not wait for its answer.
  const opened = await Promise.race([asked, whenAborted(console.canceled)]);
  if (opened === undefined) return canceledExit;
  const answer = opened.ok ? opened.value : opened;
  if (!answer.ok) {
    for (const line of failureLines(answer.failure.failures)) console.tell(line);
    return console.canceled.aborted ? canceledExit : answer.failure.exitCode;
  }
  const { text, json, exitCode } = answer.value;
  if (invocation.flags.json) console.answerJson(json);
  else console.answer(text);
  return console.canceled.aborted ? canceledExit : exitCode;
};

/** One line when another run is active, or one was cut off: the next start says so. */
export const interruptionHint = (state: AppState): string | null =>
  state.active !== null
    ? `${activeSentence(state.active)}.`
    : state.interrupted === null
      ? null
      : `The run ${state.interrupted.id} (${state.interrupted.goal}) was cut off before its end. See: nixup resume`;
