import type { Result } from '../../model/result.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import { showTime } from '../../model/words/format-time.ts';
import { goalWord } from '../../state/run-words.ts';
import { type AppState, initialState } from '../../state/state.ts';

import type { Invocation } from '../arguments/invocation.ts';
import { createHeartbeat } from '../ci/heartbeat.ts';
import { waitingWords } from '../ci/waiting-words.ts';
import { refusalDocument, refusalsOf } from '../documents/refusal.ts';
import type { CommandContext } from './command.ts';
import { canceledExit } from './console.ts';
import { failureLines, type Program, type Refused, whenAborted, withProgram } from './open.ts';

/** An answer in both forms, and its exit status. */
export interface QuestionAnswer {
  readonly text: string;
  readonly json: object;
  readonly exitCode: number;
}

/** A subcommand that asks and changes nothing: one text or one JSON document on stdout. */
export const answerQuestion = async (
  invocation: Invocation,
  context: CommandContext,
  ask: (program: Program) => Promise<Result<QuestionAnswer, Refused>>,
): Promise<number> => {
  const { console, world } = context;
  const { json } = invocation.flags;
  let state = initialState;
  const heartbeat =
    console.isLog === true && !invocation.flags.json
      ? createHeartbeat(
          world.clock,
          () => waitingWords(state, world.clock.now()),
          (text) => console.tell(`${showTime(world.clock.now())}  ${text}`),
        )
      : null;
  const asked = withProgram(
    invocation,
    context,
    (event, now) => {
      state = now;
      if (event.type === 'noticed' && event.tone !== 'info') console.tell(event.text);
    },
    ask,
  );
  // A question changes nothing: whoever leaves need not wait for its answer.
  const opened = await Promise.race([asked, whenAborted(console.canceled)]).finally(() =>
    heartbeat?.stop(),
  );
  if (opened === undefined) {
    console.tell(`Canceled: ${invocation.command}`);
    if (json)
      console.answerJson(
        refusalDocument(canceledExit, refusalsOf([{ code: 'canceled', what: invocation.command }])),
      );
    return canceledExit;
  }
  const answer = opened.ok ? opened.value : opened;
  if (!answer.ok) {
    const { failures } = answer.failure;
    for (const line of failureLines(failures)) console.tell(line);
    const exitCode = console.canceled.aborted ? canceledExit : answer.failure.exitCode;
    if (json) console.answerJson(refusalDocument(exitCode, refusalsOf(failures)));
    return exitCode;
  }
  const { text, json: document, exitCode } = answer.value;
  if (json) console.answerJson(document);
  else console.answer(text);
  return console.canceled.aborted ? canceledExit : exitCode;
};

/** One line when another run is active, or one was cut off: the next start says so. */
export const interruptionHint = (state: AppState): string | null =>
  state.active !== null
    ? `${activeSentence(state.active)}.`
    : state.interrupted === null
      ? null
      : `The run ${state.interrupted.id} (${goalWord(state.interrupted)}) was cut off before its end. See: nixup resume`;
