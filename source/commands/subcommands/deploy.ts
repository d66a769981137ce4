import { quoteWords } from '../../model/command.ts';
import { withRestarts } from '../../model/deploy/plan.ts';
import { asSentence } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { deployWaiting } from '../../model/forge/waiting.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { nearestName } from '../../model/words/nearest.ts';
import type { RunResult } from '../../state/run.ts';
import { alarmWords, undoneBefore, unreviewedAlarms } from '../../state/undone-before.ts';
import { worstStatus } from '../arguments/exit-status.ts';
import { allRead, type Invocation } from '../arguments/invocation.ts';
import { unlockTargets } from '../program/checks.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { confirmPlan, refusedStatus } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { failureTails } from '../program/failure-tails.ts';
import { mergeResults } from '../program/merge-results.ts';
import { type Program, type Refused, refused } from '../program/open.ts';

const withStatus = (result: RunResult, status: number): RunResult => {
  const exitCode = worstStatus([result.exitCode, status]);
  return { ...result, exitCode, ok: exitCode === 0 };
};

const verifyDeployed = async (program: Program, result: RunResult): Promise<RunResult> => {
  const reached = Object.entries(result.hosts).flatMap(([host, { status }]) =>
    status === 'succeeded' || status === 'unhealthy' ? [host] : [],
  );
  if (reached.length === 0 || result.exitCode === 130) return result;
  const verified = await program.engine.health.verify(reached);
  // What the deploy told about unhealthy hosts is told again by the comparison.
  const isToldAlready = !verified.ok && result.exitCode === 5;
  return {
    ...mergeResults(result, verified),
    summary: isToldAlready ? result.summary : `${asSentence(result.summary)} ${verified.summary}`,
  };
};

/** A host that is to change its address or host key must be the only one named. */
const expectMove = async (
  { address, hostKey }: { readonly address: string | null; readonly hostKey: string | null },
  hosts: readonly string[],
  program: Program,
): Promise<Result<void, Failure>> => {
  if (address === null && hostKey === null) return success(undefined);
  const [host, ...others] = hosts;
  if (host === undefined || others.length > 0)
    return failed({
      code: 'gate-closed',
      host: null,
      reason: '--expect-address and --expect-host-key are for one host',
      ...advised(advise('Name it', 'nixup deploy HOST --expect-address ADDRESS')),
    });
  return program.engine.hosts.expectMove(host, { address, hostKey });
};

/** Before the hosts are asked, because it says which machine counts as the host. */
const expectMachine = (
  machineId: string | null,
  words: readonly string[],
  program: Program,
): Result<void, Failure> => {
  if (machineId === null) return success(undefined);
  const [host, ...others] = words;
  return host === undefined || others.length > 0
    ? failed({
        code: 'gate-closed',
        host: null,
        reason: '--expect-machine is for one host',
        ...advised(advise('Name it', 'nixup deploy HOST --expect-machine ID')),
      })
    : program.engine.hosts.expectMachine(host, machineId);
};

const planAndDeploy = async (
  invocation: Invocation<'deploy'>,
  context: CommandContext,
  program: Program,
): Promise<Result<{ result: RunResult; after: readonly string[] }, Refused>> => {
  const { flags, words } = invocation;
  const { mode, waves, canary, reboot, ...identity } = invocation.own;
  const { expectAddress, expectHostKey, expectMachine: machineId, ...rest } = identity;
  allRead(rest);
  if (waves)
    context.console.tell('--waves changes nothing: hosts are always deployed wave by wave.');
  const meant = expectMachine(machineId, words, program);
  if (!meant.ok) return refused(2, meant.failure);
  const surveyed = await program.survey({ probe: true, evaluate: true, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  if (canary !== null && !chosen.value.includes(canary))
    return refused(2, {
      code: 'host-unknown',
      name: canary,
      nearest: nearestName(canary, chosen.value),
    });
  const moved = await expectMove(
    { address: expectAddress, hostKey: expectHostKey },
    chosen.value,
    program,
  );
  if (!moved.ok) return refused(2, moved.failure);
  const bare = program.engine.deploy.plan(chosen.value, mode, canary);
  await unlockTargets(program, bare, context.console);
  const previewed = mode === 'dry-activate' ? bare : await program.engine.deploy.preview(bare);
  const plan = reboot ? withRestarts(previewed) : previewed;
  const alarms = unreviewedAlarms(program.state());
  for (const waiting of program.state().waitingRequests)
    context.console.tell(deployWaiting(waiting));
  // A dry activation changes nothing: nobody needs to agree to it.
  const confirmed =
    mode === 'dry-activate'
      ? success(plan)
      : await confirmPlan(plan, flags, context.console, {
          verb: 'Deploy to',
          command: quoteWords(['nixup', 'deploy', ...words, '--yes']),
          askedFor: words,
          undone: undoneBefore(program.state(), context.world.clock.now()),
          alarms: alarms.map(alarmWords),
        });
  if (!confirmed.ok) return refused(3, confirmed.failure);
  const approved = { ...plan, ...confirmed.value };
  const deployed = await program.engine.deploy.run(approved);
  const isActive = mode === 'switch' || mode === 'test';
  const result = isActive ? await verifyDeployed(program, deployed) : deployed;
  const final = { ...withStatus(result, refusedStatus(approved.leftOut)), alarms };
  return success({ result: final, after: failureTails(program, final) });
};

/** Previews, asks, deploys exactly what was tested, verifies. */
export const run: CommandRun<'deploy'> = async (invocation, context) =>
  await doRun(invocation, context, (program) => planAndDeploy(invocation, context, program));
