import { planClean } from '../model/clean-plan.ts';
import type { Undated } from '../model/events.ts';
import { explain, explainInLine } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry } from '../model/host.ts';
import { inferStages } from '../model/infer-stages.ts';
import { lockAdviceWithoutGit } from '../model/lock-advice.ts';
import { hostsOnly } from '../model/plan.ts';
import { planDeploy } from '../model/plan-deploy.ts';
import { planRollback } from '../model/plan-rollback.ts';
import { failed, success } from '../model/result.ts';
import { reviewed } from '../model/review.ts';
import type { Goal, RunResult } from '../model/run.ts';
import { entriesOf } from '../model/selectors-targets.ts';
import { redact } from '../parsers/redact.ts';
import { deedCommands } from '../services/host-commands.ts';
import { tellBadRevisions } from './bad-revisions.ts';
import type { EngineContext } from './context.ts';
import type { Engine } from './contract.ts';
import {
  bisectGoal,
  checkGoal,
  cleanGoal,
  commitGoal,
  deployGoal,
  type GoalBody,
  pushGoal,
  rollbackGoal,
  testGoal,
  verifyGoal,
} from './goal-bodies.ts';
import { makeCommitPlan } from './goals/commit.ts';
import { runPending } from './goals/pending.ts';
import { runResume } from './goals/resume.ts';
import { resumeLock } from './goals/resume-lock.ts';
import { runAll } from './goals/run.ts';
import { readHistory } from './history.ts';
import { tellInputHosts } from './input-hosts.ts';
import { tellHolds, tellStandings, tellStandingsOf } from './input-standings.ts';
import { countAllCommits, loadAllCommits, loadCommitsOf } from './lock-commits.ts';
import {
  holdGoal,
  releaseGoal,
  restoreLockGoal,
  revertGoal,
  updateGoal,
} from './lock-goal-bodies.ts';
import { observeGit, observeLock } from './observe.ts';
import { type EngineOptions, openContext } from './open.ts';
import { comparePackagesOf } from './packages.ts';
import { compareGeneration, previewDeploy, previewRollback } from './preview-plan.ts';
import { tellPutBack } from './put-back.ts';
import { tellReleaseNotes } from './release-notes.ts';
import { rolloutFor } from './rollout-for.ts';
import { runGoal } from './run-goal.ts';
import { evaluateHosts, judgePositions, listFleet, probeHosts } from './survey.ts';
import { unlockHosts } from './unlock-hosts.ts';

const hostsOf = (plan: {
  readonly targets: readonly { readonly host: string }[];
}): readonly string[] => plan.targets.map(({ host }) => host);

const refused = (reason: string): RunResult => ({
  ok: false,
  exitCode: 3,
  hosts: {},
  commit: null,
  build: null,
  summary: reason,
});

const configObstacle = ({ configFailures }: EngineContext): Failure | undefined =>
  configFailures[0];

/** A broken config or lock file stops every deed: policies and revisions in it would be a guess. */
const inputObstacle = (context: EngineContext): Failure | undefined => {
  const { git, lock } = context.state();
  return (
    configObstacle(context) ??
    (lock.kind === 'unreadable'
      ? {
          code: 'lock-invalid',
          file: 'flake.lock',
          line: lock.line,
          detail: lock.detail,
          ...(git === null ? { remedy: lockAdviceWithoutGit } : {}),
        }
      : undefined)
  );
};

/** The engine over a World. Nothing happens until `open`. */
export const createEngine = (options: EngineOptions): Engine => {
  let opened: EngineContext | undefined;
  let controller: AbortController | undefined;
  let active: Promise<unknown> = Promise.resolve();
  const inBackground = new Set<Promise<unknown>>();
  let isClosed = false;
  let followsCommits = false;

  const context = (): EngineContext => {
    if (opened === undefined) throw new Error('the engine was used before it was opened');
    return opened;
  };
  const emit = (...events: readonly Undated[]): void => context().emitter.emit(...events);

  const entries = (names?: readonly string[]): readonly HostEntry[] => {
    const state = context().state();
    return entriesOf(state, names ?? state.hostNames);
  };

  const judge = async (): Promise<void> => {
    await judgePositions(context(), entries());
    const at = context().world.clock.now();
    for (const [stage, state] of inferStages(context().state(), at))
      emit({ type: 'stage-changed', stage, state });
  };

  const retell = async (): Promise<void> => {
    const { runs, interrupted } = await readHistory(context());
    emit(
      { type: 'history-listed', runs },
      { type: 'interruption-found', run: interrupted },
      { type: 'pending-listed', hosts: context().records.pending() },
    );
  };

  /** Deeds wait for nobody: a second one while one runs is refused. */
  const start = async (
    goal: Goal,
    hosts: readonly string[],
    body: GoalBody,
    isDeed = true,
    obstacleOf = inputObstacle,
  ): Promise<RunResult> => {
    if (controller !== undefined) {
      const reason = 'Something runs already. Wait for it, or cancel it with ^c.';
      emit({ type: 'noticed', tone: 'warning', text: reason });
      return refused(reason);
    }
    if (isDeed && options.readOnly === true) {
      const reason = 'Started with --read-only: nothing is changed. Start nixup without it.';
      emit({ type: 'noticed', tone: 'warning', text: reason });
      return refused(reason);
    }
    const obstacle = isDeed ? obstacleOf(context()) : undefined;
    if (obstacle !== undefined) {
      const text = explainInLine(obstacle);
      emit({ type: 'noticed', tone: 'error', text });
      return { ...refused(text), exitCode: 2 };
    }
    const mine = new AbortController();
    controller = mine;
    const running = runGoal(context(), goal, hosts, mine, body);
    active = running.catch(() => undefined);
    try {
      return await running;
    } finally {
      controller = undefined;
      await tellPutBack(context());
      tellBadRevisions(context());
      await judge();
      await retell();
    }
  };

  /** Work that nobody waits for; `close` does. Its own trouble is told, never thrown. */
  const later = (work: Promise<unknown>): void => {
    const guarded = work
      .catch((error: unknown) => emit({ type: 'noticed', tone: 'error', text: String(error) }))
      .finally(() => inBackground.delete(guarded));
    inBackground.add(guarded);
  };

  const survey: Engine['survey'] = async ({ probe, evaluate }) => {
    const hosts = await listFleet(context());
    if (hosts === undefined) return;
    await Promise.all([
      probe ? probeHosts(context(), hosts) : undefined,
      evaluate ? evaluateHosts(context(), hosts) : undefined,
    ]);
    await judge();
  };

  /** Nobody waits for forges and clones, not even `close`: what they would have told is lost. */
  const countInBackground = (): void => {
    if (!followsCommits || opened === undefined) return;
    const context = opened;
    const work = async (): Promise<void> => {
      await countAllCommits(context, () => isClosed);
      if (!isClosed) await tellReleaseNotes(context, () => isClosed);
      if (!isClosed) await tellStandings(context);
    };
    void work().catch((error: unknown) =>
      emit({ type: 'noticed', tone: 'error', text: String(error) }),
    );
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
      await retell();
      if (!lock.ok) return failed([lock.failure]);
      const broken = options.tolerant === true ? undefined : inputObstacle(opened);
      return broken === undefined ? success(undefined) : failed([broken]);
    },
    survey,
    refresh: async () => {
      await observeGit(context());
      await observeLock(context());
      await tellPutBack(context());
      countInBackground();
      await survey({ probe: true, evaluate: true });
    },
    check: () => start('check', [], checkGoal(context()), false),
    update: async (inputs, exclude = []) => {
      const result = await start('update', [], updateGoal(context(), inputs, exclude));
      countInBackground();
      if (result.ok) later(evaluateHosts(context(), entries()).then(judge));
      return result;
    },
    revert: async (inputs, to) => {
      const result = await start('revert', [], revertGoal(context(), inputs, to));
      countInBackground();
      if (result.ok) later(evaluateHosts(context(), entries()).then(judge));
      return result;
    },
    restoreLock: async (wish) => {
      const body = restoreLockGoal(context(), wish);
      const result = await start('revert', [], body, true, configObstacle);
      countInBackground();
      if (result.ok) later(evaluateHosts(context(), entries()).then(judge));
      return result;
    },
    passReview: (reviewer) => {
      const { lock } = context().state();
      const changes = lock.kind === 'read' ? lock.changes : [];
      const state = reviewed(changes, reviewer, context().world.clock.now());
      emit({ type: 'stage-changed', stage: 'review', state });
    },
    goOn: (stage) => {
      const { stages } = context().state();
      const state = stages[stage];
      if (state.kind !== 'failed') return;
      emit({ type: 'stage-changed', stage, state: { kind: 'skipped', reason: state.reason } });
    },
    test: (hosts, wishes) => start('test', hosts, testGoal(context(), entries(hosts), wishes)),
    bisect: () => {
      const { causes } = context().state();
      const hosts = [...new Set(causes.flatMap((cause) => cause.hosts))];
      return start('bisect', hosts, bisectGoal(context(), causes));
    },
    hold: async (inputs, hold) => {
      const result = await start('hold', [], holdGoal(context(), inputs, hold));
      countInBackground();
      if (result.ok) later(evaluateHosts(context(), entries()).then(judge));
      return result;
    },
    release: async (inputs) => {
      const result = await start('hold', [], releaseGoal(context(), inputs));
      later(tellStandingsOf(context(), (name) => inputs.includes(name)));
      return result;
    },
    planDeploy: (hosts, mode, canary = null) => {
      const plan = planDeploy(context().state(), hosts, mode, deedCommands);
      return { ...plan, rollout: rolloutFor(context(), plan.targets, canary) };
    },
    unlock: (hosts, ask) => unlockHosts(context(), hosts, ask),
    expectMove: async (host, move) => {
      const entry = context().state().hosts[host]?.entry;
      return entry === undefined
        ? failed({ code: 'host-unknown', name: host, nearest: null })
        : context().hosts.moved.expect(entry, move);
    },
    previewDeploy: (plan) => previewDeploy(context(), plan),
    previewRollback: (plan) => previewRollback(context(), plan),
    deploy: (plan) => start('deploy', hostsOf(plan), deployGoal(context(), plan)),
    planRollback: (hosts, wish) =>
      planRollback(
        context().state(),
        hosts,
        wish,
        (host) => context().records.lastDeploy(host)?.from ?? null,
        deedCommands,
      ),
    rollback: (plan, also = hostsOnly) =>
      start('rollback', hostsOf(plan), rollbackGoal(context(), plan, also)),
    compareGeneration: (host, path) => compareGeneration(context(), host, path),
    planClean: (hosts) =>
      planClean(
        context().state(),
        hosts,
        context().config.fleet.keepGenerationsMs,
        context().world.clock.now(),
      ),
    clean: (plan) => start('clean', hostsOf(plan), cleanGoal(context(), plan)),
    verify: (hosts) => start('verify', hosts, verifyGoal(context(), entries(hosts)), false),
    watch: (hosts) => start('verify', hosts, verifyGoal(context(), entries(hosts), 'watch'), false),
    planCommit: () => makeCommitPlan(context()),
    commit: (plan) => start('commit', [], commitGoal(context(), plan)),
    push: () => start('commit', [], pushGoal(context())),
    run: (wish) => start('run', wish.hosts, (session) => runAll(context(), session, wish)),
    resume: async (choice) => {
      const { interrupted } = context().state();
      if (interrupted === null) {
        const pending = context().records.pending();
        if (pending.length === 0 || choice === 'rollback')
          return { ...refused('There is no unfinished run.'), ok: true, exitCode: 0 };
        const names = pending.map(({ host }) => host);
        return start('deploy', names, (session) => runPending(context(), session, pending, choice));
      }
      return start('deploy', interrupted.hosts, (session) =>
        (Object.keys(interrupted.targets).length === 0 ? resumeLock : runResume)(
          context(),
          session,
          interrupted,
          choice,
        ),
      );
    },
    readRun: (id) => context().journal.read(id),
    loadCommits: (path, onPart) => loadCommitsOf(context(), path, onPart),
    loadAllCommits: () => loadAllCommits(context(), () => isClosed),
    followCommits: () => {
      followsCommits = true;
      countInBackground();
    },
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
      if (controller === undefined) return;
      emit({ type: 'pause-changed', isPaused: context().pace.toggle() });
    },
    cancel: () => {
      controller?.abort();
    },
    close: async () => {
      isClosed = true;
      await active;
      await Promise.allSettled([...inBackground]);
    },
  };
};
