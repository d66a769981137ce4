import { expect, test } from 'vitest';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { outcomeSentence } from '../../../source/state/outcome.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import type { FakeHost } from '../../support/fake-hosts.ts';
import { deployFleet, entriesOf, testFleet } from '../../support/fleet-runs.ts';

const host = 'p620';
const script = 'checks/p620.sh';

const deploy = async (change: Partial<FakeHost>, isTrusted = true) => {
  const fleet: FakeFleet = await fakeFleet([
    entryOf(host, { health: [script], onUnhealthy: 'rollback' }),
  ]);
  Object.assign(fleet.context, { isTrusted });
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine !== undefined) Object.assign(machine, change);
  const plan = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const result = await deployFleet(fleet, plan);
  return { fleet, outcome: result.hosts[host] };
};

test('a health script that fails after the activation takes the host back by policy', async () => {
  const { outcome } = await deploy({ breaksCheck: script });
  expect(outcome).toMatchObject({ status: 'rolledBack', reason: `${script} ended with 1` });
});

test('one that failed before the deploy too is no news', async () => {
  const { fleet, outcome } = await deploy({
    failingChecks: [{ check: script, problem: `${script} ended with 1` }],
  });
  expect(outcome).toMatchObject({ status: 'succeeded' });
  expect(fleet.deeds.filter((deed) => deed === `check ${host}`)).toHaveLength(2);
});

test('scripts of a file that nobody trusted do not run', async () => {
  const { fleet, outcome } = await deploy({ breaksCheck: script }, false);
  expect(outcome).toMatchObject({ status: 'succeeded' });
  expect(fleet.deeds).not.toContain(`check ${host}`);
});

const unknown = {
  check: script,
  problem: `${script} could not be asked: no answer`,
  isUnknown: true,
} as const;

test('one that could not be asked is told in the outcome of a deploy, with exit status 4', async () => {
  const fleet = await fakeFleet([entryOf(host, { health: [script], onUnhealthy: 'rollback' })]);
  Object.assign(fleet.context, { isTrusted: true });
  await testFleet(fleet);
  Object.assign(fleet.hosts[host] ?? {}, { failingChecks: [unknown] });
  const plan = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const result = await deployFleet(fleet, plan);
  expect(result).toMatchObject({
    ok: false,
    exitCode: 4,
    hosts: { [host]: { status: 'succeeded', unasked: [unknown.problem] } },
  });
  expect(outcomeSentence(result.hosts, 'deploy')).toContain(`${host} not known: ${script}`);
  // What nobody knows is not written down as failing before.
  expect(fleet.context.records.baseline(host)?.failedChecks).toBeUndefined();
});

test('verify does not call a host well whose check could not be asked', async () => {
  const { fleet } = await deploy({});
  Object.assign(fleet.hosts[host] ?? {}, { failingChecks: [unknown] });
  const result = await runGoal(
    fleet.context,
    'verify',
    [host],
    new AbortController(),
    verifyGoal(fleet.context, entriesOf(fleet)),
  );
  expect(result).toMatchObject({
    exitCode: 4,
    summary: expect.stringContaining(`${host} not known: ${unknown.problem}`),
    hosts: { [host]: { status: 'unchanged', reason: `not known: ${unknown.problem}` } },
  });
  expect(fleet.state().stages.verify).toMatchObject({ kind: 'partly' });
});
