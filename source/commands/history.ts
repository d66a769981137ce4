import type { AppEvent } from '../model/events.ts';
import { showDuration, showMoment } from '../model/format-time.ts';
import { nearestName } from '../model/nearest.ts';
import { endingOf } from '../model/outcome-words.ts';
import { success } from '../model/result.ts';
import type { RunSummary } from '../model/run.ts';
import { answerQuestion } from './answer-question.ts';
import type { CommandRun } from './command.ts';
import { refused } from './open-program.ts';
import { createProgressTeller } from './progress-lines.ts';
import { runText } from './run-text.ts';
import { alignRows } from './text-table.ts';

/** A run as JSON has it. */
const documentOf = ({ ending, ...run }: RunSummary) => ({
  ...run,
  endedAt: ending?.at ?? null,
  result: ending?.result ?? null,
});

/** The list of past runs, newest first. */
const historyText = (runs: readonly RunSummary[]): string => {
  if (runs.length === 0) return 'No run yet. The first one: nixup run';
  const rows = runs.map((run) => [
    run.id,
    showMoment(run.startedAt),
    run.goal,
    run.ending === null ? '-' : showDuration(run.ending.at - run.startedAt),
    run.ending === null ? 'cut off' : endingOf(run.ending.result.exitCode),
    run.ending?.result.summary ?? 'see: nixup resume',
  ]);
  return alignRows([['RUN', 'STARTED (UTC)', 'GOAL', 'TOOK', 'ENDED', 'SUMMARY'], ...rows]).join(
    '\n',
  );
};

/** One run in full: every step with its time of day, then its result. */
const runInFull = (run: RunSummary, events: readonly AppEvent[]): string => {
  const teller = createProgressTeller();
  const lines = events.flatMap((event) =>
    teller(event).map((line) => `${new Date(event.at).toISOString().slice(11, 19)}  ${line}`),
  );
  return [
    `${run.id}  ${run.goal}  ${showMoment(run.startedAt)} UTC`,
    '',
    ...lines,
    '',
    run.ending === null ? 'It was cut off. See: nixup resume' : runText(run.ending.result),
  ].join('\n');
};

/** Past runs, or one in full: replays of their journals. */
export const run: CommandRun = async (invocation, context) =>
  await answerQuestion(invocation, context, async ({ engine, state }) => {
    const { history } = state();
    const wanted = invocation.words[0];
    if (wanted === undefined)
      return success({
        text: historyText(history),
        json: { version: 1, runs: history.map(documentOf) },
        exitCode: 0,
      });
    const found =
      history.find(({ id }) => id === wanted) ??
      history.find(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
    if (found === undefined) {
      const nearest = nearestName(
        wanted,
        history.map(({ id }) => id),
      );
      return refused(2, {
        code: 'gate-closed',
        host: null,
        reason: `there is no run ${wanted}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
        remedy: 'See the runs with: nixup history',
      });
    }
    const events = await engine.readRun(found.id);
    return success({
      text: runInFull(found, events),
      json: { version: 1, run: documentOf(found), events },
      exitCode: 0,
    });
  });
