import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { counted } from '../../model/words/sentences.ts';
import { interruptionOf } from '../../state/reducer/replay.ts';
import type { DoneSince, InterruptedRun, RunSummary } from '../../state/run.ts';
import { acceptedListed, deploysListed } from './accepted-units.ts';
import type { EngineContext } from './context.ts';
import type { JournalText } from './journal.ts';
import { heldRuns, liveRun } from './lock.ts';
import { summarizePast, summaryOf } from './past-runs.ts';
import { watchesListed } from './watches.ts';

/** Journals read when the program starts; older ones are read when somebody looks at the history. */
const recentRuns = 50;

/** Runs that are named in one message. */
const namedRuns = 3;

/** Journals that may hide a change: of one in full, of several in one line, and each run says the rest. */
const tellUnread = (
  context: EngineContext,
  journals: readonly (readonly [string, JournalText])[],
): void => {
  const told = journals.filter(
    ([, { unread, trouble, events }]) =>
      unread > 0 || trouble !== null || !events.some(({ type }) => type === 'run-started'),
  );
  const [first] = told;
  if (first === undefined) return;
  const [id, { unread, trouble }] = first;
  const path = join(context.folder, 'runs', id, 'journal.jsonl');
  if (told.length > 1) {
    const more = told.length - namedRuns;
    const named = told.slice(0, namedRuns).map(([one]) => one);
    context.tellDamage(
      join(context.folder, 'runs'),
      `The journals of ${counted(told.length, 'run')} cannot be read in full: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Nothing of them is removed. What is known of one: ${quoteWords(['nixup', 'history', id])}`,
    );
  } else if (trouble !== null)
    context.tellDamage(path, `The journal of the run ${id} cannot be read: ${trouble} (${path})`);
  else
    context.tellDamage(
      path,
      unread === 0
        ? `The journal of the run ${id} lost its beginning, so that nobody knows what it changed. Nothing of it is removed. What is known of it: ${quoteWords(['nixup', 'history', id])}`
        : `${counted(unread, 'line')} of ${path} cannot be read, and ${unread === 1 ? 'is' : 'are'} not used. Nothing of it is removed. Look at it: ${quoteWords(['less', '--', path])}`,
    );
};

/** How far back past runs are listed: the last ones, or all that were kept. */
type HistoryReach = 'recent' | 'all';

interface History {
  readonly runs: readonly RunSummary[];
  /** Runs before those, which are not listed. */
  readonly older: number;
  readonly interrupted: InterruptedRun | null;
  readonly active: ActiveRun | null;
}

/** What later runs did to the hosts of an unfinished one, also runs of other users. */
const withSince = (
  { records }: EngineContext,
  run: InterruptedRun,
  runs: readonly RunSummary[],
): InterruptedRun => {
  const since = Object.keys(run.targets).flatMap((host): readonly DoneSince[] => {
    const last = records.lastDeploy(host);
    if (last === undefined || last.run === run.id || last.at <= run.lastEventAt) return [];
    const commit = runs.find(({ id }) => id === last.run)?.ending?.result.commit ?? null;
    const { toplevel, deed = 'deploy' } = last;
    return [{ host, run: last.run, deed, toplevel, commit }];
  });
  return since.length === 0 ? run : { ...run, since };
};

/** Runs of one second are told apart by what their journals say of their beginning. */
const newestFirst = async (
  { journal }: EngineContext,
  ids: readonly string[],
): Promise<readonly (readonly [string, JournalText])[]> => {
  const read: (readonly [string, JournalText])[] = [];
  for (const id of ids) read.push([id, await journal.readWhole(id)]);
  const startOf = ([, { events }]: readonly [string, JournalText]): number => events[0]?.at ?? 0;
  const secondOf = ([id]: readonly [string, JournalText]): string => id.slice(0, 15);
  return read.toSorted((one, other) =>
    secondOf(one) === secondOf(other) ? startOf(other) - startOf(one) : 0,
  );
};

/** Past runs, newest first, the newest one that was cut off, and the one that another nixup is in. */
export const readHistory = async (
  context: EngineContext,
  reach: HistoryReach = 'recent',
): Promise<History> => {
  const { journal } = context;
  const all = (await journal.runs()).toReversed();
  const ids = all.slice(0, recentRuns);
  const runs: RunSummary[] = [];
  const unknown: (readonly [string, JournalText])[] = [];
  let interrupted: InterruptedRun | null = null;
  const active = await liveRun(context.world, context.flake, context.folder);
  // Asked after the runs were listed: one that ends meanwhile has its ending written by then.
  const held = await heldRuns(context.world, context.flake, context.folder);
  const recent = await newestFirst(context, ids);
  for (const [id, read] of recent) {
    const summary = summaryOf(id, read);
    const isActive = held.has(id);
    if (summary !== undefined)
      runs.push({
        ...summary,
        ...(isActive && summary.ending === null ? { open: 'active' as const } : {}),
      });
    const found = isActive || interrupted !== null ? undefined : interruptionOf(id, read.events);
    if (found !== undefined)
      interrupted = withSince(
        context,
        { ...found, ...(read.unread > 0 ? { unread: read.unread } : {}) },
        runs,
      );
    // The history of a run that ended tells its damage, and so does the resumption of one that was
    // cut off. Of another run a lost line may be the deed that nobody knows of.
    const isToldThere =
      summary === undefined || isActive || summary.ending !== null || found !== undefined;
    if (!isToldThere || read.trouble !== null) unknown.push([id, read]);
  }
  tellUnread(context, unknown);
  if (reach === 'recent') return { runs, older: all.length - ids.length, interrupted, active };
  // The newest ones are read already, and only added to the index.
  const listed = new Set(ids);
  const past = (await summarizePast(context, all, new Map(recent))).filter(
    ({ id }) => !listed.has(id),
  );
  return { runs: [...runs, ...past], older: 0, interrupted, active };
};

/** Tells past runs, the one that was cut off, the one that is active, and the hosts that still wait. */
export const tellHistory = async (
  context: EngineContext,
  // Who has seen all of them goes on to see all.
  reach: HistoryReach = context.state().olderRuns === 0 ? 'all' : 'recent',
): Promise<void> => {
  const { runs, older, interrupted, active } = await readHistory(context, reach);
  context.emitter.emit(
    { type: 'history-listed', runs, older, made: context.records.commits() },
    { type: 'active-found', run: active },
    { type: 'interruption-found', run: interrupted },
    { type: 'pending-listed', hosts: context.records.pending() },
    acceptedListed(context),
    deploysListed(context),
    watchesListed(context),
  );
};

/** Tells the run that is active, if there is one: its lock is all that has to be read. */
export const tellActive = async ({
  world,
  flake,
  folder,
  emitter,
}: EngineContext): Promise<void> => {
  const run = await liveRun(world, flake, folder);
  if (run !== null) emitter.emit({ type: 'active-found', run });
};

/** Looks whether another nixup began or ended a run, and at what it left when it did. */
export const lookForOthers = async (context: EngineContext): Promise<void> => {
  const before = context.state().active;
  const now = await liveRun(context.world, context.flake, context.folder);
  const idOf = (run: ActiveRun | null): string | null =>
    run === null ? null : run.kind === 'unreadable' ? run.lock : run.id;
  if (idOf(before) === idOf(now)) return;
  context.emitter.emit({ type: 'active-found', run: now });
  await context.records.reload();
  await tellHistory(context);
};
