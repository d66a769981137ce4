import { configTags, hostsWith } from '../model/config/host-tags.ts';
import { hostsOnly } from '../model/deploy/plan.ts';
import { explain, explainInLine } from '../model/explain/explain.ts';
import type { HostEntry } from '../model/host/host.ts';
import { failed, success } from '../model/result.ts';
import { redact } from '../parsers/redact.ts';
import { deedCommands } from '../services/host/commands.ts';
import type { Undated } from '../state/events.ts';
import { entriesOf } from '../state/hosts.ts';
import { planClean } from '../state/plans/clean.ts';
import { planDeploy } from '../state/plans/deploy.ts';
import { planRollback } from '../state/plans/rollback.ts';
import { reviewed } from '../state/review.ts';
import type { Goal, RunResult } from '../state/run.ts';
import { unfinishedReason } from '../state/stage.ts';
import { runAll } from './all.ts';
import { bisectGoal } from './build/bisect.ts';
import { evaluateHosts, expectFromRecords } from './build/expectations.ts';
import { testGoal } from './build/test.ts';
import { commitGoal, makeCommitPlan, pushGoal } from './commit/commit.ts';
import { askCutCommit } from './commit/cut-commit.ts';
import { commitWays, pushGate } from './commit/gate.ts';
import { readOwedPushes } from './commit/owed-push.ts';
import type { Engine } from './contract.ts';
import { acceptGoal } from './deploy/accept.ts';
import { cleanGoal } from './deploy/clean.ts';
import { deployGoal } from './deploy/deploy.ts';
import { compareGeneration, previewDeploy, previewRollback } from './deploy/preview-plan.ts';
import { rollbackGoal } from './deploy/rollback.ts';
import { rolloutFor } from './deploy/rollout-for.ts';
import { unlockHosts } from './deploy/unlock-hosts.ts';
import { verifyGoal } from './health/verify.ts';
import { tellBadRevisions } from './inputs/bad-revisions.ts';
import { createCommitCounts } from './inputs/commit-counts.ts';
import { loadAllCommits, loadCommitsOf } from './inputs/commits.ts';
import { tellInputHosts } from './inputs/hosts.ts';
import { tellHolds, tellStandingsOf } from './inputs/standings.ts';
import { holdGoal, releaseGoal } from './lock/hold.ts';
import { observeGit, observeLock } from './lock/observe.ts';
import { tellPutBack } from './lock/put-back.ts';
import { restoreLockGoal } from './lock/restore.ts';
import { revertGoal, revertObstacle } from './lock/revert.ts';
import { updateGoal } from './lock/update.ts';
import { type EngineOptions, openContext } from './open.ts';
import { runPending } from './resume/pending.ts';
import { runResume } from './resume/resume.ts';
import { createBackgroundWork } from './run/background-work.ts';
import type { EngineContext } from './run/context.ts';
import { createDeeds, type DeedKind, refusedBecause } from './run/deeds.ts';
import type { GoalBody } from './run/ending.ts';
import { lookForOthers, tellHistory } from './run/history.ts';
import { memoryOf } from './run/memory.ts';
import { inputObstacle } from './run/obstacle.ts';
import { superseding } from './run/supersede.ts';
import { checkGoal, tellReviewed } from './survey/check.ts';
import { judgeFleet, judgeStages } from './survey/judge-fleet.ts';
import { comparePackagesOf } from './survey/packages.ts';
import { listFleet, surveyFleet } from './survey/survey.ts';

const hostsOf = (plan: {
  readonly targets: readonly { readonly host: string }[];
}): readonly string[] => plan.targets.map(({ host }) => host);

/** The engine over a World. Nothing happens until `open`. */
export const createEngine = (options: EngineOptions): Engine => {
  let opened: EngineContext | undefined;
  let isClosed = false;

  const context = (): EngineContext => {
    if (opened === undefined) throw new Error('the engine was used before it was opened');
    return opened;
  };
  const emit = (...events: readonly Undated[]): void => context().emitter.emit(...events);

  const entries = (names?: readonly string[]): readonly HostEntry[] => {
    const state = context().state();
    return entriesOf(state, names ?? state.hostNames);
  };

  const judge = (): Promise<void> => judgeFleet(context(), entries());

  const tellTrouble = (text: string): void => emit({ type: 'noticed', tone: 'error', text });
  const background = createBackgroundWork(tellTrouble);
  const commits = createCommitCounts({
    context: () => opened,
    isClosed: () => isClosed,
    onTrouble: tellTrouble,
  });

  const deeds = createDeeds({
    context,
    isReadOnly: options.readOnly === true,
    lookAgain: async () => {
      await tellPutBack(context());
      tellBadRevisions(context());
      await judge();
      await tellHistory(context());
    },
  });
  const { start } = deeds;

  /** What somebody wrote in the configuration since it was read. Answers whether that is so. */
  const readConfigAgain = async (): Promise<boolean> => {
    // A run keeps the policies that it was begun with.
    if (deeds.isRunning() || !(await context().reloadConfig())) return false;
    const { configFile, configFailures } = context();
    for (const failure of configFailures)
      emit({ type: 'noticed', tone: 'error', text: explainInLine(failure) });
    if (configFailures.length === 0)
      emit({
        type: 'noticed',
        tone: 'info',
        text:
          configFile === null
            ? 'nixup.toml is gone: the defaults are used from now on.'
            : `${configFile} changed and was read again. New keys and jobs count from the next start of nixup.`,
      });
    tellHolds(context());
    return true;
  };

  /** What a goal made of the lock is counted and evaluated, while the person goes on. */
  const changeLock = async (goal: Goal, body: GoalBody, kind?: DeedKind): Promise<RunResult> => {
    const result = await start(goal, [], body, kind);
    commits.countAnew();
    if (result.ok) background.add(evaluateHosts(context(), entries()).then(judge));
    return result;
  };

  return {
    open: async () => {
      const result = await openContext(options);
      if (!result.ok) return result;
      opened = result.value;
      const { world, flake } = opened;
      emit({
        type: 'flake-opened',
        path: flake,
        demo: world.isDemo,
        readOnly: options.readOnly === true,
      });
      await observeGit(opened);
      const lock = await observeLock(opened);
      tellHolds(opened);
      tellBadRevisions(opened);
      await tellPutBack(opened);
      await tellHistory(context());
      if (!lock.ok) return failed([lock.failure]);
      // A screen opens all the same: what is wrong is said at once, and not with the first deed.
      for (const failure of opened.configFailures)
        emit({ type: 'noticed', tone: 'error', text: explainInLine(failure) });
      const broken = options.tolerant === true ? undefined : inputObstacle(opened);
      return broken === undefined ? success(undefined) : failed([broken]);
    },
    survey: async (wanted) => {
      await context().records.reload();
      await surveyFleet(context(), wanted);
    },
    refresh: async () => {
      await context().records.reload();
      await readConfigAgain();
      await observeGit(context());
      await observeLock(context());
      await tellPutBack(context());
      commits.countAnew();
      await surveyFleet(context(), { probe: true, evaluate: true });
    },
    check: async (hosts = null) => {
      if (await readConfigAgain()) await listFleet(context());
      return await start('check', hosts ?? [], checkGoal(context(), hosts), 'looks');
    },
    update: (inputs, exclude = []) => changeLock('update', updateGoal(context(), inputs, exclude)),
    revert: (inputs, to) => changeLock('revert', revertGoal(context(), inputs, to)),
    revertObstacle: (inputs) => revertObstacle(context().state().lock, inputs),
    restoreLock: (wish) => changeLock('revert', restoreLockGoal(context(), wish), 'mends-lock'),
    passReview: (reviewer) => {
      const { lock } = context().state();
      const changes = lock.kind === 'read' ? lock.changes : [];
      const state = reviewed(changes, reviewer, context().world.clock.now());
      emit({ type: 'stage-changed', stage: 'review', state });
      if (state.kind === 'passed') tellReviewed(context());
    },
    goOn: (stage) => {
      const { stages } = context().state();
      const state = stages[stage];
      const reason = unfinishedReason(state);
      if (reason === null) return;
      emit({ type: 'stage-changed', stage, state: { kind: 'skipped', reason } });
      judgeStages(context());
    },
    test: (hosts, wishes) => start('test', hosts, testGoal(context(), entries(hosts), wishes)),
    bisect: () => {
      const { causes } = context().state();
      const hosts = [...new Set(causes.flatMap((cause) => cause.hosts))];
      return start('bisect', hosts, bisectGoal(context(), causes));
    },
    hold: (inputs, hold) => changeLock('hold', holdGoal(context(), inputs, hold)),
    release: async (inputs) => {
      const result = await start('hold', [], releaseGoal(context(), inputs));
      background.add(tellStandingsOf(context(), (name) => inputs.includes(name)));
      return result;
    },
    planDeploy: (hosts, mode, canary = null) => {
      const plan = planDeploy(context().state(), hosts, mode, deedCommands, memoryOf(context()));
      return { ...plan, rollout: rolloutFor(context(), plan.targets, canary) };
    },
    unlock: (hosts, ask) => unlockHosts(context(), hosts, ask),
    expectMove: async (host, move) => {
      const entry = context().state().hosts[host]?.entry;
      return entry === undefined
        ? failed({ code: 'host-unknown', name: host, nearest: null })
        : context().hosts.moved.expect(entry, move);
    },
    expectMachine: (host, machineId) => context().hosts.moved.expectMachine(host, machineId),
    previewDeploy: (plan) => previewDeploy(context(), plan),
    previewRollback: (plan, also) => previewRollback(context(), plan, also),
    deploy: (plan) =>
      start(
        'deploy',
        hostsOf(plan),
        plan.mode === 'dry-activate'
          ? deployGoal(context(), plan)
          : superseding(context(), deployGoal(context(), plan)),
      ),
    planRollback: (hosts, wish) =>
      planRollback(context().state(), hosts, wish, deedCommands, memoryOf(context())),
    rollback: async (plan, also = hostsOnly) => {
      const before = context().state().git?.tree;
      const result = await start(
        'rollback',
        hostsOf(plan),
        superseding(context(), rollbackGoal(context(), plan, also)),
      );
      // Where the lock went back too, every host is measured against it from now on.
      if (context().state().git?.tree !== before) {
        await expectFromRecords(context(), entries());
        await judge();
        background.add(evaluateHosts(context(), entries()).then(judge));
      }
      return result;
    },
    compareGeneration: (host, path) => compareGeneration(context(), host, path),
    planClean: (hosts) =>
      planClean(
        context().state(),
        hosts,
        context().config.fleet.keepGenerationsMs,
        context().world.clock.now(),
      ),
    clean: (plan) => start('clean', hostsOf(plan), cleanGoal(context(), plan)),
    verify: (hosts) => start('verify', hosts, verifyGoal(context(), entries(hosts)), 'looks'),
    accept: (hosts) => start('verify', hosts, acceptGoal(context(), entries(hosts))),
    watch: (hosts) =>
      start('verify', hosts, verifyGoal(context(), entries(hosts), 'watch'), 'looks'),
    planCommit: (choice) => makeCommitPlan(context(), choice),
    owedPushes: () => readOwedPushes(context()),
    commit: (plan) => start('commit', [], superseding(context(), commitGoal(context(), plan))),
    pushGate: () => pushGate(context(), commitWays),
    push: () => start('commit', [], pushGoal(context())),
    run: (wish) =>
      start(
        'run',
        wish.hosts,
        superseding(context(), (session) => runAll(context(), session, wish)),
      ),
    resume: async (choice, hosts = null) => {
      const { interrupted } = context().state();
      if (interrupted === null) {
        const pending = context()
          .records.pending()
          .filter(({ host }) => hosts === null || hosts.includes(host));
        if (pending.length === 0 || choice === 'rollback')
          return { ...refusedBecause('There is no unfinished run.'), ok: true, exitCode: 0 };
        const names = pending.map(({ host }) => host);
        return start('deploy', names, (session) => runPending(context(), session, pending, choice));
      }
      return start('deploy', interrupted.hosts, (session) =>
        runResume(context(), session, interrupted, choice, hosts),
      );
    },
    askCutCommit: (run) => askCutCommit(context(), run),
    lookForOthers: async () => {
      // What this nixup runs itself is told by its own events.
      if (opened !== undefined && !deeds.isRunning()) await lookForOthers(opened);
    },
    tags: () => configTags(context().config),
    hostsWith: (tags) => hostsWith(context().config, tags),
    readRun: (id) => context().journal.read(id),
    loadCommits: (path, onPart) => loadCommitsOf(context(), path, onPart),
    loadAllCommits: () => loadAllCommits(context(), () => isClosed),
    followCommits: commits.follow,
    findInputHosts: (inputs) => tellInputHosts(context(), inputs),
    comparePackages: (hosts, wishes) => comparePackagesOf(context(), entries(hosts), wishes),
    unitDetails: async (host, unit) => {
      const entry = entries([host])[0];
      if (entry === undefined) return [];
      const details = await context().hosts.unitDetails(entry, unit);
      return details.ok ? details.value : [explain(details.failure).what];
    },
    readBuildLog: async (derivation) => {
      const log = await context().nix.buildLog(derivation);
      const lines = log.ok ? log.value.map(redact) : [];
      if (lines.length > 0 && context().state().builderLogs[derivation] === undefined)
        emit({ type: 'builder-logged', logs: [{ derivation, lines }] });
      return lines;
    },
    pause: () => {
      if (!deeds.isRunning()) return;
      emit({ type: 'pause-changed', isPaused: context().pace.toggle() });
    },
    cancel: deeds.cancel,
    close: async () => {
      isClosed = true;
      await deeds.settled();
      await background.settled();
    },
  };
};
