import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result } from '../../model/result.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { askRun, clearLiveRun, type RunRequest, watchRun } from '../../services/runs/live-run.ts';
import type { AppEvent } from '../../state/events.ts';
import { observeGit, observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { tellHistory } from '../run/history.ts';
import { liveRun } from '../run/lock.ts';
import { createEnding } from './ending-words.ts';
import { createRunTail } from './tail.ts';

/** How often what a run of another process says is read, ms. */
const readEveryMs = 200;

/** Its lock is looked at with every so many of these. */
const looksForEachLock = 5;

/**
 * How following a run ended. `ended`: it told its result. `cut-off`: its process ended without one.
 * `left`: who followed it left. `closed`: its journal cannot be read, as it is another user's.
 */
export type FollowEnding = 'ended' | 'cut-off' | 'left' | 'closed';

/** The folder of a run that another process is in, where this user has it. */
const folderOfRun = (
  { folder }: Pick<EngineContext, 'folder'>,
  run: Exclude<ActiveRun, { kind: 'unreadable' }>,
): string => join(folder, 'runs', run.id);

const isActive = async ({ world, flake, folder }: EngineContext, id: string): Promise<boolean> => {
  const live = await liveRun(world, flake, folder);
  return live !== null && live.kind !== 'unreadable' && live.id === id;
};

const refused = (reason: string): Result<never, Failure> =>
  failed({
    code: 'gate-closed',
    host: null,
    reason,
    ...advised(advise('See how it ended with', 'nixup history')),
  });

/** Asks something of the run of another nixup on this flake; refused where it has ended, or is another user's. */
export const askActive = async (
  context: EngineContext,
  request: RunRequest,
): Promise<Result<void, Failure>> => {
  const { active } = context.state();
  if (active === null || active.kind === 'unreadable') return refused('the run has ended');
  if (active.user !== context.world.userName)
    return refused(`the run is that of ${active.user}, who alone can stop it`);
  const isThere = (): Promise<boolean> => isActive(context, active.id);
  return await askRun(context.world, folderOfRun(context, active), request, isThere);
};

interface FollowedBy {
  readonly onEvents: (events: readonly AppEvent[]) => void;
  /** After each reading, whether something came or not. */
  readonly onRound?: () => Promise<void>;
}

/** Hands on what a run of another process says, from its first event to its end. */
export const followRun = async (
  context: EngineContext,
  run: ActiveRun,
  { onEvents, onRound }: FollowedBy,
  signal: AbortSignal,
): Promise<FollowEnding> => {
  const { world } = context;
  if (run.kind === 'unreadable') return 'closed';
  const runFolder = folderOfRun(context, run);
  // Journals belong to each user. Its own may not have begun yet: the lock comes first.
  if (run.user !== world.userName) return 'closed';
  const unwatch = await watchRun(world, runFolder);
  const tail = createRunTail(world, runFolder);
  const readAll = async (): Promise<boolean> => {
    const events = await tail.read();
    if (events.length > 0) onEvents(events);
    return events.some((event) => event.type === 'result');
  };
  let isOver = false;
  try {
    for (let looks = 0; !signal.aborted; looks += 1) {
      if (await readAll()) return 'ended';
      await onRound?.();
      if (looks % looksForEachLock === looksForEachLock - 1) {
        isOver = !(await isActive(context, run.id));
        // It may have written its result before it gave its lock back.
        if (isOver) return (await readAll()) ? 'ended' : 'cut-off';
      }
      await world.clock.sleep(readEveryMs, signal);
    }
    return 'left';
  } finally {
    await unwatch();
    // A process that was killed took nothing away.
    if (isOver) await clearLiveRun(world, runFolder);
  }
};

/** Of each host what the run said last: said again once the hosts are listed, as before that nobody has its name. */
const createLastWork = () => {
  const last = new Map<string, AppEvent>();
  let known: readonly string[] = [];
  return {
    hear: (events: readonly AppEvent[]): void => {
      for (const event of events) if (event.type === 'host-worked') last.set(event.host, event);
    },
    again: (hostNames: readonly string[]): readonly AppEvent[] => {
      if (hostNames === known) return [];
      const isFirst = known.length === 0;
      known = hostNames;
      return isFirst ? [...last.values()] : [];
    },
  };
};

/** After these steps flake.lock or git are others than they were. */
const changesFiles = (event: AppEvent): boolean =>
  event.type === 'stage-changed' &&
  (event.stage === 'update' || event.stage === 'commit') &&
  event.state.kind !== 'running';

/**
 * Shows the run of another nixup from its first event on, as if it were this one's: until it ends, or `signal` fires.
 * What it changed is asked when it ended.
 */
export const attachRun = async (
  context: EngineContext,
  signal: AbortSignal,
  refresh: () => Promise<void>,
): Promise<void> => {
  const { active } = context.state();
  if (active === null || active.kind === 'unreadable') return;
  const { emitter } = context;
  emitter.emit({
    type: 'noticed',
    tone: 'info',
    text: `${activeSentence(active)}. It is shown here as long as it runs: q leaves it running, ^c asks whether to cancel it.`,
  });
  const work = createLastWork();
  const heard = createEnding();
  let isChanged = false;
  const ending = await followRun(
    context,
    active,
    {
      onEvents: (events) => {
        work.hear(events);
        heard.hear(events);
        emitter.relay(events);
        isChanged ||= events.some(changesFiles);
      },
      onRound: async () => {
        const again = work.again(context.state().hostNames);
        if (again.length > 0) emitter.relay(again);
        if (!isChanged) return;
        isChanged = false;
        await observeGit(context);
        await observeLock(context);
      },
    },
    signal,
  );
  if (ending === 'left' || ending === 'closed') return;
  if (ending === 'cut-off')
    emitter.emit({
      type: 'result',
      run: active.id,
      ok: false,
      exitCode: 1,
      hosts: {},
      commit: null,
      build: null,
      summary: `The process of ${active.user}@${active.machine} ended in the middle of it.`,
    });
  emitter.emit({ type: 'noticed', ...heard.words(active) });
  await context.records.reload();
  await tellHistory(context);
  await refresh();
};
