import { expect, test } from 'vitest';
import { hostCommands } from '../../source/services/host/commands.ts';
import { planDeploy } from '../../source/state/plans/deploy.ts';
import { entryOf } from '../fixtures/states.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { newPath, oldPath } from '../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../support/fleet-runs.ts';

const host = 'p620';

/** A deploy whose link breaks while health is watched; the host says then what it did meanwhile. */
const deployOver = async (lostLooks: number, wentBack: boolean, wasStartedAgain = false) => {
  const fleet = await fakeFleet([entryOf(host)]);
  const { context } = fleet;
  Object.assign(context, { settleMs: 5_000 });
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine === undefined) throw new Error('no host');
  machine.lostLooks = lostLooks;
  const { contact } = context.hosts;
  let contacts = 0;
  Object.assign(context.hosts, {
    contact: (...words: Parameters<typeof contact>) => {
      contacts += 1;
      if (contacts === 2 && wentBack) {
        machine.current = oldPath(host);
        machine.supervision = {
          phase: 'ended',
          decision: 'revert',
          result: { kind: 'reverted', why: 'contact', exitCode: 0 },
          areNamesBroken: false,
          wasStartedAgain,
        };
      }
      return contact(...words);
    },
  });
  const plan = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const result = await deployFleet(fleet, plan);
  return { outcome: result.hosts[host], contacts };
};

test('a link that breaks while health is watched is made again, and the deploy goes on', async () => {
  const { outcome, contacts } = await deployOver(2, false);
  expect(outcome).toMatchObject({ status: 'succeeded', to: newPath(host) });
  expect(contacts).toBe(3);
});

test('a host that went back meanwhile is told as that, by its own record', async () => {
  const { outcome } = await deployOver(1, true);
  expect(outcome).toMatchObject({ status: 'rolledBack', to: oldPath(host) });
  expect(outcome?.reason).toMatch(/went back to its old system by itself/);
});

test('a host that went back after its supervisor was killed and started again says both', async () => {
  const { outcome } = await deployOver(1, true, true);
  expect(outcome).toMatchObject({ status: 'rolledBack' });
  expect(outcome?.reason).toMatch(/went back .*; the supervisor of its activation was killed/);
});

test('a host whose supervisor was killed and started again is well, and that is said', async () => {
  const fleet = await fakeFleet([entryOf(host)]);
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine?.supervision === undefined || machine.supervision === null)
    throw new Error('no host');
  machine.supervision = { ...machine.supervision, wasStartedAgain: true };
  const plan = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const { hosts } = await deployFleet(fleet, plan);
  expect(hosts[host]).toMatchObject({ status: 'succeeded', to: newPath(host) });
  expect(hosts[host]?.reason).toMatch(/supervisor of its activation was killed and started again/);
});

test('a host that somebody restarts in the confirm window is not called unhealthy for what it stops', async () => {
  const fleet = await fakeFleet([entryOf(host)]);
  const { context } = fleet;
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine === undefined) throw new Error('no host');
  machine.breaksUnit = 'dbus.service';
  const { probe } = context.hosts;
  Object.assign(context.hosts, {
    probe: async (...words: Parameters<typeof probe>) => {
      // The contact brought the look at what it stops; then it boots what it booted before.
      if (machine.current === newPath(host)) {
        machine.current = oldPath(host);
        machine.failedUnits = [];
        machine.boots += 1;
      }
      return probe(...words);
    },
  });
  const plan = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const result = await deployFleet(fleet, plan);
  expect(result.hosts[host]).toMatchObject({ status: 'failed' });
  expect(result.hosts[host]?.reason).toContain('was restarted before');
});
