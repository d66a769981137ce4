import { expect, test } from 'vitest';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import type { FakeHost } from '../../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../../support/fleet-runs.ts';

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
