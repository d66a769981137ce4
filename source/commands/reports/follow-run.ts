import { success } from '../../model/result.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showTime } from '../../model/words/format-time.ts';
import type { AppEvent } from '../../state/events.ts';
import type { RunResult } from '../../state/run.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { refusedRun, resultLine } from '../documents/result-line.ts';
import { createRunFacts } from '../documents/run-facts.ts';
import type { CommandContext } from '../program/command.ts';
import { canceledExit } from '../program/console.ts';
import { createEventLines } from '../program/event-lines.ts';
import { failureLines, refused, withProgram } from '../program/open.ts';
import { createProgressTeller } from '../program/progress-lines.ts';
import { resultText } from '../program/result-text.ts';

/** How following ended, as the result of this command. */
const nothingRuns: RunResult = {
  ...refusedRun('No run is active on this flake.', 0),
  ok: true,
};

// Over 60 lines: text and JSON of the same events, and each way in which it may end.
/**
 * Follows the run of another nixup on this flake from its first event to its end. ^c ends the following, and
 * leaves the run as it is.
 */
export const followActive = async (
  invocation: Invocation<'history'>,
  context: CommandContext,
): Promise<number> => {
  const { console, world } = context;
  const { json } = invocation.flags;
  const facts = createRunFacts();
  const toLine = createEventLines();
  const teller = createProgressTeller();
  let seen: RunResult | null = null;
  const tell = (event: AppEvent): void => {
    facts.hear(event);
    if (event.type === 'result') {
      const { type: _type, at: _at, run: _run, ...result } = event;
      seen = result;
    }
    if (json) {
      const line = toLine(event);
      if (line !== null) console.answerJson(line);
    } else for (const line of teller(event)) console.answer(`${showTime(event.at)}  ${line}`);
  };
  const opened = await withProgram(
    invocation,
    context,
    () => undefined,
    async ({ engine, state }) => {
      const { active } = state();
      const [named] = invocation.words;
      if (named !== undefined)
        return refused(2, {
          code: 'gate-closed',
          host: null,
          reason: 'the run that is active is followed, and no other one can be',
          ...advised(advise('Leave out its name', 'nixup history --follow')),
        });
      if (active === null) return success({ result: nothingRuns, facts: facts.facts(state()) });
      console.tell(`${activeSentence(active)}. ^c ends the following and leaves it running.`);
      const stop = AbortSignal.any([console.canceled, console.unread]);
      const ending = await engine.runs.follow((events) => events.forEach(tell), stop);
      const told = (result: RunResult) => success({ result, facts: facts.facts(state()) });
      switch (ending) {
        case 'ended':
          return told(seen ?? nothingRuns);
        case 'cut-off':
          return told(refusedRun('Its process ended in the middle of it. See: nixup resume', 1));
        case 'left':
          return told(refusedRun('Not followed any more. The run goes on.', canceledExit));
        case 'closed':
          return refused(3, {
            code: 'gate-closed',
            host: null,
            reason: 'the run is that of another user, whose journal nobody else can read',
            ...advised(advise('See that it has ended with', 'nixup history')),
          });
      }
    },
  );
  const ended = opened.ok ? opened.value : opened;
  if (!ended.ok) {
    const { exitCode, failures } = ended.failure;
    const lines = failureLines(failures);
    for (const line of lines) console.tell(line);
    if (json)
      console.answerJson(
        resultLine(
          refusedRun(lines.join(' '), exitCode),
          { run: null, inputs: [] },
          world.clock.now(),
        ),
      );
    return exitCode;
  }
  const { result, facts: known } = ended.value;
  if (json) console.answerJson(resultLine(result, known, world.clock.now()));
  else console.answer(resultText(result));
  return result.exitCode;
};
