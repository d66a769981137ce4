import { showCommand } from '../../model/command.ts';
import { type DeployPlan, isGated } from '../../model/deploy/plan.ts';
import { narrowRollout } from '../../model/deploy/rollout.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { hostList } from '../../model/words/sentences.ts';
import { begunState, deployWords } from '../../state/correct-stages.ts';
import { endingOfHosts, outcomeSentence } from '../../state/outcome.ts';
import { deployedPart, deployRest } from '../../state/part-of-fleet.ts';
import { type HostOutcome, reachedSome } from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import { keepDashboardBaseline } from '../health/dashboards.ts';
import { deployHost } from '../host/host.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import { rememberOutcome } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { checkGate, type GateBasis } from './gate.ts';
import { keepFirstBaselines, leaveOut, rememberPending, rememberUnjudged } from './left-out.ts';
import { rolloutFor } from './rollout-for.ts';
import { runWaves } from './waves.ts';

/** The sentence of a deploy that found no host to do it on. */
export const nobodyReached = (words: string): string => `no host was reached: ${words}`;

/** Takes every planned host to its tested system, wave after wave. */
export const runDeploy = async (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
  basis: GateBasis = 'tree',
): Promise<Result<boolean, Failure>> => {
  const { world } = context;
  const before = context.state().stages.deploy;
  session.stage('deploy', { kind: 'running', since: world.clock.now() });
  const gate = await checkGate(context, plan, basis);
  if (!gate.ok) {
    session.stage('deploy', {
      kind: 'failed',
      reason: explain(gate.failure).what,
      at: world.clock.now(),
    });
    return gate;
  }
  if (plan.targets.length > 0) await keepDashboardBaseline(context);
  leaveOut(context, session, plan, basis);
  await keepFirstBaselines(context, plan);
  if (basis === 'journal') await rememberUnjudged(context, session, plan);
  for (const target of plan.targets) {
    session.work(target.host, { kind: 'queued' });
    session.say({
      type: 'planned',
      host: target.host,
      mode: plan.mode,
      from: target.from,
      fromGeneration: target.fromGeneration,
      to: target.to,
      ...(target.restart === 'planned' ? { restart: true } : {}),
    });
  }

  const remembered = new Map<string, HostOutcome>();
  const remember = async (
    { host, to }: DeployPlan['targets'][number],
    outcome: HostOutcome | undefined,
  ): Promise<void> => {
    if (plan.mode === 'dry-activate' || outcome === undefined) return;
    if (remembered.get(host) === outcome) return;
    remembered.set(host, outcome);
    await rememberOutcome(context, session, host, to, outcome);
  };
  const targetNames = plan.targets.map(({ host }) => host);
  await runWaves(
    context,
    session,
    plan.targets,
    plan.mode === 'dry-activate'
      ? { waves: [targetNames], soakMs: 0 }
      : narrowRollout(plan.rollout ?? rolloutFor(context, plan.targets, null), targetNames),
    async (target, entry) => {
      const outcome = await deployHost(context, session, {
        entry,
        from: target.from,
        to: target.to,
        mode: plan.mode,
        activation: target.activation,
        agreed: target.preview,
        isRestarted: target.restart === 'planned',
      });
      // At once: nothing that ends nixup later makes it forget.
      await remember(target, outcome);
      return outcome;
    },
  );
  // What soaking, or the end of a wave, made of them since.
  for (const target of plan.targets) await remember(target, session.outcomes.get(target.host));

  await rememberPending(context, session, plan.mode);
  const at = world.clock.now();
  const words = outcomeSentence(session.results(), 'deploy');
  const ending = endingOfHosts(session.outcomes);
  const statuses = [...session.outcomes.values()].map(({ status }) => status);
  if (ending === 'failed' || ending === 'canceled' || statuses.includes('canceled')) {
    session.stage('deploy', { kind: 'failed', reason: words, at });
    return success(false);
  }
  if (plan.mode === 'dry-activate') {
    session.stage('deploy', before);
    return success(true);
  }
  if (!reachedSome(session.outcomes.values())) {
    session.stage('deploy', { kind: 'failed', reason: nobodyReached(words), at });
    return success(false);
  }
  const evidence =
    plan.targets.length === 0
      ? `${words}: nothing had to be done`
      : `${words}; /run/current-system of each host was read over a new connection`;
  const part = deployedPart(context.state(), plan.mode);
  const hosts = part.done;
  const whole: StageState =
    ending === 'well' && part.waiting.length === 0
      ? { kind: 'passed', evidence, at, hosts }
      : {
          kind: 'partly',
          ending: ending === 'unhealthy' ? ending : 'partly',
          evidence: ending === 'well' ? `${evidence}; not: ${hostList(part.waiting)}` : evidence,
          at,
          hosts,
        };
  session.stage('deploy', begunState(part, deployWords, at) ?? whole);
  return success(true);
};

export const deployGoal =
  (context: EngineContext, plan: DeployPlan): GoalBody =>
  async (session) => {
    const deployed = await runDeploy(context, session, plan);
    if (!deployed.ok) return endWith(deployed.failure);
    if (!reachedSome(session.outcomes.values()))
      return {
        ...(isGated(plan) ? {} : { exitCode: 1 }),
        summary: nobodyReached(outcomeSentence(session.results(), 'deploy')),
      };
    const isOther = (host: string): boolean => !session.outcomes.has(host);
    const all =
      plan.mode === 'dry-activate'
        ? { ready: [], broken: [] }
        : deployRest(context.state(), plan.mode);
    const ready = all.ready.filter(isOther);
    const broken = all.broken.filter(isOther);
    const rest = [
      ...(ready.length === 0 ? [] : [` · not deployed yet: ${hostList(ready)}`]),
      ...(broken.length === 0
        ? []
        : [` · not deployed, because the test failed: ${hostList(broken)}`]),
    ].join('');
    return {
      summary: `${outcomeSentence(session.results(), 'deploy')}${rest}`,
      ...(ready.length === 0
        ? {}
        : { next: `Next: ${showCommand({ file: 'nixup', args: ['deploy', ...ready] })}` }),
    };
  };
