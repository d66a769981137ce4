import { success } from '../../model/result.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import { reportDocument } from '../../model/watch/run-watch.ts';
import { showDuration, showMoment, showTime } from '../../model/words/format-time.ts';
import { cut } from '../../model/words/line.ts';
import type { AppEvent } from '../../state/events.ts';
import { endingOf, type RunSummary } from '../../state/run.ts';
import { openWords, unreadWords } from '../../state/run-words.ts';
import { alignRows } from '../arguments/text-table.ts';
import { answerQuestion } from '../program/answer.ts';
import type { FlaglessRun } from '../program/command.ts';
import { findRun } from '../program/find-run.ts';
import { createProgressTeller } from '../program/progress-lines.ts';
import { resultText } from '../program/result-text.ts';
import { reportText } from '../reports/watch.ts';

/** A run as JSON has it. */
const documentOf = ({ ending, open, unread, ...run }: RunSummary) => ({
  ...run,
  state: ending === null ? (open ?? 'interrupted') : 'ended',
  unreadLines: unread ?? 0,
  endedAt: ending?.at ?? null,
  result: ending?.result ?? null,
});

const openState = ({ open = 'interrupted' }: RunSummary): string => {
  switch (open) {
    case 'active':
      return 'running';
    case 'stopped':
      return 'stopped';
    case 'interrupted':
      return 'cut off';
  }
};

/** Cells of a summary in the list: it may be as long as a page, and stands whole in the run itself. */
const summaryCells = 80;

/** The list of past runs, newest first. */
const historyText = (runs: readonly RunSummary[], on: readonly string[]): string => {
  if (runs.length === 0)
    return on.length === 0
      ? 'No run yet. The first one: nixup run'
      : 'No run had to do with these hosts. All runs: nixup history';
  const rows = runs.map((run) => [
    run.id,
    showMoment(run.startedAt),
    run.goal,
    run.ending === null ? '-' : showDuration(run.ending.at - run.startedAt),
    run.ending === null ? openState(run) : endingOf(run.ending.result.exitCode),
    cut(run.ending?.result.summary ?? openWords(run), summaryCells),
  ]);
  return [
    ...alignRows([['RUN', 'STARTED (UTC)', 'GOAL', 'TOOK', 'ENDED', 'SUMMARY'], ...rows]),
    '',
    'One run in full: nixup history RUN',
  ].join('\n');
};

/** One run in full: every step with its time of day, then its result. */
const runInFull = (run: RunSummary, events: readonly AppEvent[]): string => {
  const teller = createProgressTeller();
  const lines = events.flatMap((event) =>
    teller(event).map((line) => `${showTime(event.at)}  ${line}`),
  );
  return [
    `${run.id}  ${run.goal}  ${showMoment(run.startedAt)} UTC`,
    '',
    ...lines,
    '',
    ...(run.unread === undefined ? [] : [unreadWords(run.unread)]),
    run.ending === null ? openWords(run) : resultText(run.ending.result),
  ].join('\n');
};

/** Whether a run had to do with one of these hosts. */
const concerns = ({ hosts, ending }: RunSummary, names: readonly string[]): boolean =>
  names.some((name) => hosts.includes(name) || ending?.result.hosts[name] !== undefined);

/** A run as far as it concerns these hosts. */
const narrowRun = (run: RunSummary, to: readonly string[] | null): RunSummary =>
  to === null || run.ending === null
    ? run
    : {
        ...run,
        ending: {
          ...run.ending,
          result: {
            ...run.ending.result,
            hosts: Object.fromEntries(
              Object.entries(run.ending.result.hosts).filter(([host]) => to.includes(host)),
            ),
          },
        },
      };

/** What was told of these hosts, and of no host. */
const isOf = (event: AppEvent, to: readonly string[] | null): boolean =>
  to === null || !('host' in event) || typeof event.host !== 'string' || to.includes(event.host);

/** Past runs, or one in full: replays of their journals. With `--on`, those of its hosts. */
export const run: FlaglessRun<'history'> = async (invocation, context) =>
  await answerQuestion(invocation, context, async ({ engine, state, narrowed }) => {
    await engine.runs.listAll();
    const { active } = state();
    const history =
      narrowed === null
        ? state().history
        : state().history.filter((one) => concerns(one, narrowed));
    const activeNow = active === null ? [] : [`${activeSentence(active)}.`];
    const wanted = invocation.words[0];
    if (wanted === undefined)
      return success({
        text: [...activeNow, historyText(history, invocation.flags.on)].join('\n'),
        json: { version: 1, active, runs: history.map(documentOf) },
        exitCode: 0,
      });
    const found = findRun(history, wanted);
    if (!found.ok) return found;
    const { id } = found.value;
    const shown = narrowRun(found.value, narrowed);
    const events = (await engine.runs.read(id)).filter((event) => isOf(event, narrowed));
    const now = context.world.clock.now();
    const watch = state().watches.find((one) => one.run === id);
    return success({
      text: [
        runInFull(shown, events),
        ...(watch === undefined ? [] : ['', ...reportText(watch, now)]),
      ].join('\n'),
      json: {
        version: 1,
        active,
        run: documentOf(shown),
        watch: watch === undefined ? null : reportDocument(watch, now),
        events,
      },
      exitCode: 0,
    });
  });
