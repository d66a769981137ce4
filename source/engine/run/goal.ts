import { join } from 'node:path';
import { explain, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { timeInName } from '../../model/words/format-time.ts';
import { openLiveRun } from '../../services/runs/live-run.ts';
import type { RunEvent } from '../../state/events.ts';
import { exitCodeOf, type Goal, type RunResult } from '../../state/run.ts';
import { dropLockTexts, noteLockText } from '../past/lock-texts.ts';
import { removeOldRuns } from '../past/retention.ts';
import { removeOldLogs } from '../records/old-logs.ts';
import type { EngineContext } from './context.ts';
import { endingOfBody, type GoalEnding } from './ending.ts';
import { replacedWords, takeRunLock } from './lock.ts';
import { indexRun, summarizePast } from './past-runs.ts';
import { createRunSession, type RunSession } from './session.ts';

const wrongInput: ReadonlySet<Failure['code']> = new Set<Failure['code']>([
  'config-invalid',
  'lock-invalid',
  'flake-missing',
  'input-unknown',
  'revision-unreadable',
  'host-unknown',
  'tag-unknown',
  'host-name-refused',
]);

const gates: ReadonlySet<Failure['code']> = new Set<Failure['code']>([
  'gate-closed',
  'run-active',
  'identity-mismatch',
]);

/** Exit status of a failure. */
const exitCodeOfFailure = (failure: Failure): number => {
  if (wrongInput.has(failure.code)) return 2;
  if (gates.has(failure.code)) return 3;
  if (failure.code === 'canceled') return 130;
  return 1;
};

/** A name that sorts by time: `20261124-093015-4f2a9c`. */
const nameRun = (now: number, random: string): string => {
  const stamp = timeInName(now).replace('T', '-').slice(0, 15);
  return `${stamp}-${random.slice(-6)}`;
};

const refusedResult = (failure: Failure): RunResult => {
  return {
    ok: false,
    exitCode: exitCodeOfFailure(failure),
    hosts: {},
    commit: null,
    build: null,
    summary: explainInLine(failure),
    ...(failure.code === 'run-active' ? { active: failure.run } : {}),
  };
};

/** Another machine answered for a host: less than a failure, and more than a pending host. */
const exitCodeOfHosts = ({ outcomes, mistaken }: RunSession): number => {
  const others = exitCodeOf(
    [...outcomes].filter(([host]) => !mistaken.has(host)).map(([, outcome]) => outcome),
  );
  return mistaken.size > 0 && (others === 0 || others === 4) ? 3 : others;
};

const conclude = (session: RunSession, ending: GoalEnding): RunResult => {
  const byHosts = exitCodeOfHosts(session);
  const byFailure = ending.failure === undefined ? 0 : exitCodeOfFailure(ending.failure);
  const canceled = session.signal.aborted ? 130 : 0;
  const exitCode = ending.exitCode ?? (byFailure || canceled || byHosts);
  return {
    ok: exitCode === 0,
    exitCode,
    hosts: session.results(),
    commit: session.commit,
    build: session.build,
    summary: ending.summary,
    ...(session.pullRequest === null ? {} : { pullRequest: session.pullRequest.url }),
    ...(ending.next === undefined ? {} : { next: adviceLine(ending.next) }),
  };
};

/** A run whose records cannot be written has failed: the next run would repeat its mistakes. */
const withMemory = async ({ records }: EngineContext, ending: GoalEnding): Promise<GoalEnding> => {
  const unwritten = await records.settle();
  const [first] = unwritten;
  if (first === undefined) return ending;
  // The next step would be refused: it needs what could not be recorded.
  const { next: _next, ...rest } = ending;
  return {
    ...rest,
    exitCode: 1,
    summary: `${ending.summary} Not remembered: ${unwritten.map(({ what }) => what).join(', ')}. ${explainInLine(first.failure)}`,
  };
};

/** Done, but the history does not have it: nobody who only sees the exit status may take that for all well. */
const withJournal = async (
  { emitter, journal }: EngineContext,
  session: RunSession,
  ending: GoalEnding,
): Promise<GoalEnding> => {
  emitter.flush();
  await journal.settled();
  if (session.unwritten === null) return ending;
  return {
    ...ending,
    exitCode: ending.exitCode === undefined || ending.exitCode === 0 ? 1 : ending.exitCode,
    summary: `${ending.summary} Not all of it could be recorded. ${explainInLine(session.unwritten)}`,
  };
};

const startOf = (
  { world, state }: EngineContext,
  run: string,
  goal: Goal,
  hosts: readonly string[],
): Extract<RunEvent, { type: 'run-started' }> => ({
  type: 'run-started',
  run,
  goal,
  hosts,
  tree: state().git?.tree ?? null,
  lock: fingerprintOf(state().lock),
  by: `${world.userName}@${world.hostName}`,
});

/** Somebody else may have changed the lock since the last run. */
const noteLockAtStart = async (context: EngineContext, session: RunSession): Promise<void> => {
  const read = await context.world.files.read(join(context.flake, 'flake.lock'));
  if (read.ok && read.value !== undefined) await noteLockText(context, read.value, session.say);
};

/** Runs beyond what is kept, and the locks that only these had. */
const removeOldPast = async (context: EngineContext, current: string): Promise<void> => {
  const { world, folder, journal, records, config, state } = context;
  const { interrupted } = state();
  const runs = await journal.runs();
  const needed = new Set([
    current,
    ...(interrupted === null ? [] : [interrupted.id]),
    ...records.lastDeploys().map(({ run }) => run),
  ]);
  const gone = new Set(
    await removeOldRuns(world, join(folder, 'runs'), { runs, needed, retention: config.history }),
  );
  if (gone.size === 0) return;
  const kept = await summarizePast(
    context,
    runs.filter((id) => !gone.has(id)),
  );
  await dropLockTexts(context, {
    locks: new Set(kept.flatMap(({ lock }) => lock ?? [])),
    isGone: (run) => gone.has(run),
  });
};

/** What could not be written is told: it is done all the same, and the next start knows less of it. */
const closeJournal = async (context: EngineContext, session: RunSession): Promise<void> => {
  const { emitter, journal, world, folder, state } = context;
  emitter.flush();
  await journal.settled();
  await journal.dropRoom();
  const { id, unwritten, isEndLost } = session;
  await indexRun(context, id);
  const { interrupted } = state();
  await removeOldLogs(world, join(folder, 'runs'), {
    runs: await journal.runs(),
    kept: [id, ...(interrupted === null ? [] : [interrupted.id])],
  });
  await removeOldPast(context, id);
  if (unwritten === null) return;
  const lost = isEndLost
    ? `The end of the run ${id} could not be recorded, so that the history may tell it as cut off.`
    : `Not all of the run ${id} could be recorded; its end could, and stands in the history.`;
  const text = `${lost} ${explainInLine(unwritten)}`;
  emitter.emit({ type: 'noticed', tone: 'warning', text });
};

/** Somebody else holds the lock, or it cannot be taken. */
const refuseRun = (emitter: EngineContext['emitter'], failure: Failure): RunResult => {
  emitter.emit({ type: 'noticed', tone: 'error', text: explain(failure).what });
  if (failure.code === 'run-active') emitter.emit({ type: 'active-found', run: failure.run });
  return refusedResult(failure);
};

/** The session of a run, and what other nixups ask of it and are told. */
const openSession = (
  context: EngineContext,
  id: string,
  goal: Goal,
  controller: AbortController,
) => {
  let isDone = false;
  const live = openLiveRun(context.world, join(context.folder, 'runs', id), ({ ask, by }) => {
    if (ask === 'cancel') {
      session.say({ type: 'stop-asked', by });
      // A wish that came while its work ended is told; what is done is not called canceled.
      if (!isDone) controller.abort();
    } else if (context.pace.isPaused !== (ask === 'pause'))
      session.say({ type: 'pause-changed', isPaused: context.pace.toggle() });
  });
  const session = createRunSession(context, id, goal, controller.signal, (event) =>
    live.progress(event.host, event),
  );
  const finish = async (): Promise<void> => {
    isDone = true;
    await live.stop();
  };
  return { session, live, finish };
};

/** Moments of a run that its guard must know. */
interface RunMoments {
  readonly onSession: (session: RunSession) => void;
  /** Before the result is told: the journal and the lock are closed after that. */
  readonly onResult: () => void;
}

const unwatched: RunMoments = { onSession: () => undefined, onResult: () => undefined };

/**
 * One deed at a time, under the flake's lock, journaled from its first word to its result.
 */
export const runGoal = async (
  context: EngineContext,
  goal: Goal,
  hosts: readonly string[],
  controller: AbortController,
  body: (session: RunSession) => Promise<GoalEnding>,
  { onResult, onSession }: RunMoments = unwatched,
): Promise<RunResult> => {
  const { world, emitter, journal } = context;
  const id = nameRun(world.clock.now(), world.randomId());
  const lock = await takeRunLock(world, {
    flake: context.flake,
    folder: context.folder,
    run: id,
    goal,
  });
  if (!lock.ok) return refuseRun(emitter, lock.failure);
  const { replaced } = lock.value;
  if (replaced !== null)
    emitter.emit({ type: 'noticed', tone: 'warning', text: replacedWords(replaced) });
  // What others did meanwhile is read before anything is done.
  await context.records.reload();
  const { session, live, finish } = openSession(context, id, goal, controller);
  onSession(session);
  const started = startOf(context, id, goal, hosts);
  context.pace.begin();
  try {
    const announced = await journal.write(id, { ...started, at: world.clock.now() });
    if (!announced.ok) return refusedResult(announced.failure);
    await journal.keepRoom(id, hosts.length);
    emitter.emit(started);
    session.tellStep(started);
    await noteLockAtStart(context, session);
    let isOver = true;
    const ending = await endingOfBody(session, body, world.clock.now).catch(
      (error: unknown): GoalEnding => {
        isOver = false;
        // A mistake of ours: told as such, with the journal left open to be explained.
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        session.log(null, text);
        return { exitCode: 1, summary: `nixup itself failed: ${text.split('\n')[0] ?? ''}` };
      },
    );
    await finish();
    const remembered = await withMemory(context, ending);
    const result = conclude(session, await withJournal(context, session, remembered));
    onResult();
    if (isOver) session.say({ type: 'result', run: id, ...result });
    else emitter.emit({ type: 'result', run: id, ...result });
    session.close();
    return result;
  } finally {
    await live.stop();
    await closeJournal(context, session);
    await lock.value.release();
    await live.clear();
  }
};
