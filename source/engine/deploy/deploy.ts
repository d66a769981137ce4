import { showCommand } from '../../model/command.ts';
import { type DeployPlan, type DeployTarget, isGated } from '../../model/deploy/plan.ts';
import { narrowRollout } from '../../model/deploy/rollout.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { hostList } from '../../model/words/sentences.ts';
import { begunState, deployWords } from '../../state/correct-stages.ts';
import { endingOfHosts, outcomeSentence } from '../../state/outcome.ts';
import { deployedPart, deployRest, waitingReasons } from '../../state/part-of-fleet.ts';
import { type Ending, type HostOutcome, reachedSome } from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import { keepDashboardBaseline } from '../health/dashboards.ts';
import { makeMarks, takeMarksBack } from '../health/marks.ts';
import { undoSentences } from '../health/other-system.ts';
import { deployHost } from '../host/host.ts';
import type { JourneyWay } from '../host/journey.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import { rememberOutcome } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { type GateBasis, passGate } from './gate.ts';
import { keepFirstBaselines, leaveOut, rememberPending, rememberUnjudged } from './left-out.ts';
import { sayPackages, unitsOf } from './planned-changes.ts';
import { rolloutFor, runWaves } from './waves.ts';

/** The summary of a deploy that had no host to deploy to. */
const nobodyReached = (words: string): string => `no host was reached: ${words}`;

/**
 * Writes to the journal what is about to be done to each host, before the first host is changed.
 */
const announce = (session: RunSession, { mode, targets }: DeployPlan): void => {
  for (const { host, from, fromGeneration, to, restart, preview } of targets) {
    session.work(host, { kind: 'queued' });
    session.say({
      type: 'planned',
      host,
      mode,
      from,
      fromGeneration,
      to,
      ...(restart === 'planned' ? { restart: true } : {}),
      ...unitsOf(preview),
    });
  }
};

const wayOf = ({ restart, wasToldToRestart, activation }: DeployTarget): JourneyWay => {
  if (restart === 'planned') return { kind: 'restart', wasTold: wasToldToRestart === true };
  return activation === undefined ? { kind: 'switch' } : { kind: 'follow', activation };
};

const deployHosts = async (
  context: EngineContext,
  session: RunSession,
  { mode, targets, rollout }: DeployPlan,
): Promise<void> => {
  const remembered = new Map<string, HostOutcome>();
  const remember = async (
    { host, to }: DeployTarget,
    outcome: HostOutcome | undefined,
  ): Promise<void> => {
    if (mode === 'dry-activate' || outcome === undefined) return;
    if (remembered.get(host) === outcome) return;
    remembered.set(host, outcome);
    await rememberOutcome(context, session, host, to, outcome);
  };
  const names = targets.map(({ host }) => host);
  await runWaves(
    context,
    session,
    targets,
    mode === 'dry-activate'
      ? { waves: [names], soakMs: 0 }
      : narrowRollout(rollout ?? rolloutFor(context, targets, null), names),
    async (target, entry) => {
      const outcome = await deployHost(context, session, {
        entry,
        from: target.from,
        to: target.to,
        mode,
        agreed: target.preview,
        way: wayOf(target),
      });
      // Recorded at once, so that it is known even if nixup ends right after.
      await remember(target, outcome);
      return outcome;
    },
  );
  // The final outcome of each host, after soaking or the end of its wave.
  for (const target of targets) await remember(target, session.outcomes.get(target.host));
};

/** How the deploy ended for each host that can be deployed; those that never are stand in no sentence. */
const deployWordsOf = ({ state }: EngineContext, session: RunSession): string => {
  const all = Object.entries(session.results());
  const told = all.filter(([host]) => state().hosts[host]?.entry.role.kind === 'deployable');
  return outcomeSentence(Object.fromEntries(told.length === 0 ? all : told), 'deploy');
};

/** The step of the runbook after a deploy that reached hosts, and in which none failed. */
const stageOfDeployed = (
  context: EngineContext,
  plan: DeployPlan,
  ending: Ending,
  words: string,
): StageState => {
  const at = context.world.clock.now();
  const evidence =
    plan.targets.length === 0
      ? `${words}: nothing had to be done`
      : `${words}; /run/current-system of each host was read over a new connection`;
  const part = deployedPart(context.state(), plan.mode);
  const hosts = part.done;
  return (
    begunState(part, deployWords, at) ??
    (ending === 'well' && part.waiting.length === 0
      ? { kind: 'passed', evidence, at, hosts }
      : {
          kind: 'partly',
          ending: ending === 'unhealthy' ? ending : 'partly',
          evidence: ending === 'well' ? `${evidence}; not: ${hostList(part.waiting)}` : evidence,
          at,
          hosts,
        })
  );
};

/** Takes every planned host to its tested system, wave after wave. */
export const runDeploy = async (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
  basis: GateBasis = 'tree',
): Promise<Result<boolean, Failure>> => {
  const { clock } = context.world;
  const before = context.state().stages.deploy;
  const failStage = (reason: string): void =>
    session.stage('deploy', { kind: 'failed', reason, at: clock.now() });
  session.stage('deploy', { kind: 'running', since: clock.now() });
  const gate = await passGate(context, plan, basis);
  if (!gate.ok) {
    failStage(explain(gate.failure).what);
    return gate;
  }
  if (plan.targets.length > 0) await keepDashboardBaseline(context);
  leaveOut(context, session, plan, basis);
  await keepFirstBaselines(context, plan);
  if (basis === 'journal') await rememberUnjudged(context, session, plan);
  announce(session, plan);
  if (plan.mode !== 'dry-activate') sayPackages(context, session, plan.targets);
  const isChanging = plan.mode !== 'dry-activate' && plan.targets.length > 0;
  if (isChanging)
    await makeMarks(
      context,
      session,
      plan.targets.map(({ host }) => host),
    );
  await deployHosts(context, session, plan).finally(async () => {
    if (isChanging) await takeMarksBack(context, session);
  });

  await rememberPending(context, session, plan.mode);
  const words = deployWordsOf(context, session);
  const ending = endingOfHosts(session.outcomes);
  const statuses = [...session.outcomes.values()].map(({ status }) => status);
  if (ending === 'failed' || ending === 'canceled' || statuses.includes('canceled')) {
    failStage(words);
    return success(false);
  }
  if (plan.mode === 'dry-activate') {
    session.stage('deploy', before);
    return success(true);
  }
  if (!reachedSome(session.outcomes.values())) {
    failStage(nobodyReached(words));
    return success(false);
  }
  session.stage('deploy', stageOfDeployed(context, plan, ending, words));
  return success(true);
};

/** The refusal of a deploy from a tree that nixup.toml wants committed before; null where it may be. */
const commitFirst = ({ config, state, configFile }: EngineContext): Failure | null => {
  const dirty = state().git?.dirty ?? [];
  return config.commit.when === 'before-deploy' && dirty.length > 0
    ? {
        code: 'gate-closed',
        host: null,
        reason: `${configFile ?? 'the configuration'} says [commit] when = "before-deploy", and ${hostList(dirty)} ${dirty.length === 1 ? 'is' : 'are'} not committed`,
        ...advised(advise('Nothing was deployed. Commit first', 'nixup commit')),
      }
    : null;
};

export const deployGoal =
  (context: EngineContext, plan: DeployPlan): GoalBody =>
  async (session) => {
    const uncommitted = plan.mode === 'dry-activate' ? null : commitFirst(context);
    if (uncommitted !== null) return endWith(uncommitted);
    const deployed = await runDeploy(context, session, plan);
    if (!deployed.ok) return endWith(deployed.failure);
    if (!reachedSome(session.outcomes.values()))
      return {
        ...(isGated(plan) ? {} : { exitCode: 1 }),
        summary: nobodyReached(deployWordsOf(context, session)),
      };
    const isOther = (host: string): boolean => !session.outcomes.has(host);
    const all =
      plan.mode === 'dry-activate'
        ? { ready: [], broken: [] }
        : deployRest(context.state(), plan.mode);
    const waiting =
      plan.mode === 'dry-activate'
        ? []
        : deployedPart(context.state(), plan.mode).waiting.filter(isOther);
    const ready = all.ready.filter(isOther);
    const broken = all.broken.filter(isOther);
    const rest = [
      ...(ready.length === 0 ? [] : [` · not deployed yet: ${hostList(ready)}`]),
      ...(broken.length === 0
        ? []
        : [` · not deployed, because the test failed: ${hostList(broken)}`]),
      ...waitingReasons(context.state(), waiting).map((reason) => ` · ${reason}`),
    ].join('');
    const undone = undoSentences(context, [...session.outcomes.keys()]).join(' ');
    return {
      summary: `${deployWordsOf(context, session)}${rest}${undone === '' ? '' : `. ${undone}`}`,
      ...(ready.length === 0
        ? {}
        : { next: advise('Next', showCommand({ file: 'nixup', args: ['deploy', ...ready] })) }),
    };
  };
