import { explainInLine } from '../model/explain/explain.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { entriesOf } from '../state/hosts.ts';
import { createBuildEngine } from './build/engine.ts';
import { evaluateHosts } from './build/expectations.ts';
import { noteCutCommit } from './commit/cut-commit.ts';
import { createCommitEngine } from './commit/engine.ts';
import type { Engine } from './contract.ts';
import { createCleanEngine, createDeployEngine, createRollbackEngine } from './deploy/engine.ts';
import { createHealthEngine } from './health/engine.ts';
import { createHostsEngine } from './host/engine.ts';
import { tellBadRevisions } from './inputs/bad-revisions.ts';
import { createCommitCounts } from './inputs/commit-counts.ts';
import { createInputsEngine } from './inputs/engine.ts';
import { tellHolds } from './inputs/standings.ts';
import { createLockEngine } from './lock/engine.ts';
import { observeGit, observeLock } from './lock/observe.ts';
import { tellPutBack } from './lock/put-back.ts';
import { type EngineOptions, openContext } from './open.ts';
import type { EngineContext } from './run/context.ts';
import { tellActive, tellHistory } from './run/history.ts';
import { notifyOfRun } from './run/notify.ts';
import { rememberFleet } from './run/remember.ts';
import { createRunGuard, inputObstacle } from './run/run-guard.ts';
import { createBackgroundWork, type EngineTools } from './run/tools.ts';
import { createRunsEngine } from './runs.ts';
import { shareRuns } from './share/share.ts';
import { askGitAgain, changesGit } from './survey/answer-again.ts';
import { checkGoal } from './survey/check.ts';
import { readConfigAgain, tellOrder } from './survey/config-again.ts';
import { createStagesEngine } from './survey/engine.ts';
import { judgeFleet } from './survey/judge-fleet.ts';
import { readFleet } from './survey/read-fleet.ts';
import { surveyFleet } from './survey/survey.ts';

/**
 * Tells what is known without Nix and the network. Answers the failures that refuse every change.
 */
const tellOpened = async (
  context: EngineContext,
  { readOnly, tolerant, pastOnly = false }: EngineOptions,
): Promise<Result<void, readonly Failure[]>> => {
  const { world, flake, emitter } = context;
  emitter.emit({
    type: 'flake-opened',
    path: flake,
    demo: world.isDemo,
    readOnly: readOnly === true,
  });
  tellOrder(context);
  // Shown live from then on, whatever time git and the history take.
  await tellActive(context);
  const asksFlake = !pastOnly || context.config.history.share;
  if (asksFlake) await observeGit(context);
  const lock = asksFlake ? await observeLock(context) : success(undefined);
  tellHolds(context);
  tellBadRevisions(context);
  await tellPutBack(context);
  await tellHistory(context, pastOnly ? 'all' : 'recent');
  if (readOnly !== true && (await noteCutCommit(context))) await observeGit(context);
  if (!lock.ok) return failed([lock.failure]);
  // The screen opens all the same: failures are told at once, and not at the first action.
  for (const failure of context.configFailures)
    emitter.emit({ type: 'noticed', tone: 'error', text: explainInLine(failure) });
  const broken = tolerant === true ? undefined : inputObstacle(context);
  return broken === undefined ? success(undefined) : failed([broken]);
};

/**
 * The engine over a World. Nothing happens until `open`.
 * What it can do lies with each topic; here are only the parts that all topics share.
 */
// Whole: a line for each part that topics share, and one for each topic.
export const createEngine = (options: EngineOptions): Engine => {
  let opened: EngineContext | undefined;
  let isClosed = false;
  let opening: ReturnType<typeof tellOpened> = Promise.resolve(success(undefined));

  const context: EngineTools['context'] = () => {
    if (opened === undefined) throw new Error('the engine was used before it was opened');
    return opened;
  };
  const emit: EngineTools['emit'] = (...events) => context().emitter.emit(...events);
  const entries: EngineTools['entries'] = (names) => {
    const state = context().state();
    return entriesOf(state, names ?? state.hostNames);
  };
  const judge = (): Promise<void> => judgeFleet(context(), entries());

  const tellTrouble = (text: string): void => emit({ type: 'noticed', tone: 'error', text });
  const background = createBackgroundWork(tellTrouble);
  const counts = createCommitCounts({
    context: () => opened,
    isClosed: () => isClosed,
    onTrouble: tellTrouble,
  });
  const guard = createRunGuard({
    context,
    isReadOnly: options.readOnly === true,
    lookAgain: async (goal) => {
      await tellPutBack(context());
      tellBadRevisions(context());
      await judge();
      if (changesGit(goal)) background.add(askGitAgain(context()));
      await shareRuns(context());
      await tellHistory(context());
      background.add(notifyOfRun(context(), context().state().history[0]));
      await rememberFleet(context());
    },
  });
  const tools: EngineTools = {
    context,
    emit,
    entries,
    start: guard.start,
    inBackground: background.add,
  };
  // A run keeps the policies with which it began.
  const isConfigNew = async (): Promise<boolean> =>
    !guard.isRunning() && (await readConfigAgain(context()));

  const refresh = async (): Promise<void> => {
    await context().records.reload();
    await isConfigNew();
    if (options.readOnly !== true) await noteCutCommit(context());
    await observeGit(context());
    await observeLock(context());
    await tellPutBack(context());
    counts.countAgain();
    await surveyFleet(context(), { probe: true, evaluate: true });
  };

  return {
    open: async () => {
      const result = await openContext(options);
      if (!result.ok) return result;
      opened = result.value;
      opening = tellOpened(opened, options);
      return await opening;
    },
    refresh,
    check: async (hosts = null) => {
      if (await isConfigNew()) await readFleet(context());
      return await guard.start('check', hosts ?? [], checkGoal(context(), hosts), 'looks');
    },
    close: async () => {
      isClosed = true;
      if (opened !== undefined) await rememberFleet(opened);
      await guard.settled();
      await background.settled();
    },
    stages: createStagesEngine(tools),
    hosts: createHostsEngine(tools),
    inputs: createInputsEngine(tools, counts, () => isClosed),
    lock: createLockEngine(tools, ({ ok }) => {
      counts.countAgain();
      if (ok) background.add(evaluateHosts(context(), entries()).then(judge));
    }),
    build: createBuildEngine(tools),
    deploy: createDeployEngine(tools),
    rollback: createRollbackEngine(tools),
    health: createHealthEngine(tools),
    clean: createCleanEngine(tools),
    commit: createCommitEngine(tools),
    // A run that is followed may end before everything is told.
    runs: createRunsEngine(
      tools,
      guard,
      () => opened,
      () => opening.then(refresh),
    ),
  };
};
