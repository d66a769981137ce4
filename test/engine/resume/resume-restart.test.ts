import { expect, test } from 'vitest';
import { runResume } from '../../../source/engine/resume/resume.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { withRestarts } from '../../../source/model/deploy/plan.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { type FakeHost, newPath, oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../../support/fleet-runs.ts';

const host = 'razer';

/** A deploy by way of a restart whose process died at a deed, without a word in the journal. */
const killedAt = async (
  deed: string,
  change: Partial<FakeHost> = {},
  over: Parameters<typeof entryOf>[1] = {},
): Promise<FakeFleet> => {
  const fleet = await fakeFleet([entryOf(host, over)]);
  const { context } = fleet;
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine !== undefined) Object.assign(machine, change);
  const bare = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const plan = withRestarts({
    ...bare,
    targets: bare.targets.map((target) => ({ ...target, restart: 'offered' as const })),
  });
  const { journal } = context;
  const write = journal.write;
  Object.assign(journal, {
    write: (run: string, event: Parameters<typeof write>[1]) =>
      event.type === 'result' ? Promise.resolve({ ok: true, value: undefined }) : write(run, event),
  });
  fleet.dieAt = deed;
  await deployFleet(fleet, plan);
  fleet.dieAt = null;
  fleet.deeds.length = 0;
  Object.assign(journal, { write });
  return fleet;
};

const resume = async (fleet: FakeFleet, choice: 'finish' | 'rollback'): Promise<RunResult> => {
  const { interrupted } = await readHistory(fleet.context);
  if (interrupted === null) throw new Error('no interrupted run was found');
  return runGoal(fleet.context, 'deploy', [host], new AbortController(), (session) =>
    runResume(fleet.context, session, interrupted, choice),
  );
};

test('a restart that was cut off before the host went down is gone on with as a restart', async () => {
  const fleet = await killedAt(`restart ${host}`);
  const result = await resume(fleet, 'finish');
  expect(fleet.deeds).toEqual([
    `copy ${host}`,
    `boot-once ${host}`,
    `restart ${host}`,
    `persist ${host}`,
  ]);
  expect(result.hosts[host]).toMatchObject({ status: 'succeeded', to: newPath(host) });
});

test('a host that came up with the new system is proven and made persistent, and not restarted again', async () => {
  const fleet = await killedAt(`persist ${host}`);
  const result = await resume(fleet, 'finish');
  expect(fleet.deeds).toEqual([`copy ${host}`, `persist ${host}`]);
  expect(result.hosts[host]).toMatchObject({
    status: 'succeeded',
    from: oldPath(host),
    to: newPath(host),
  });
  expect(fleet.context.records.lastDeploy(host)?.from).toBe(oldPath(host));
});

test('one that came up unhealthy is measured against the time before, and goes back by a restart', async () => {
  const fleet = await killedAt(
    `persist ${host}`,
    { breaksUnit: null },
    { onUnhealthy: 'rollback' },
  );
  const machine = fleet.hosts[host];
  if (machine !== undefined) machine.failedUnits = ['grafana.service'];
  const result = await resume(fleet, 'finish');
  expect(fleet.deeds).toEqual([`copy ${host}`, `restart ${host}`, `undo ${host}`]);
  expect(result.hosts[host]).toMatchObject({ status: 'rolledBack', to: oldPath(host) });
});

test('taking it back leaves nothing that would be booted once', async () => {
  const fleet = await killedAt(`restart ${host}`);
  const result = await resume(fleet, 'rollback');
  expect(fleet.deeds).toEqual([`undo ${host}`]);
  expect(result.hosts[host]).toMatchObject({ status: 'succeeded', to: oldPath(host) });
});

test('a host that is still on its way down or up is waited for, and has not failed', async () => {
  const fleet = await killedAt(`restart ${host}`);
  const machine = fleet.hosts[host];
  if (machine === undefined) throw new Error('no machine');
  machine.refusals = 3;
  const reason = 'was told to restart, and takes no connection yet';
  const result = await resume(fleet, 'finish');
  expect(result).toMatchObject({ exitCode: 4, hosts: { [host]: { status: 'pending', reason } } });
  expect(fleet.deeds).toEqual([]);
  machine.refusals = 0;
  expect((await resume(fleet, 'finish')).exitCode).toBe(0);
});

test('one that answers once more and is gone then is waited for as well', async () => {
  const fleet = await killedAt(`restart ${host}`);
  const machine = fleet.hosts[host];
  if (machine === undefined) throw new Error('no machine');
  machine.refusals = 1;
  const { hosts } = fleet.context;
  const { probe } = hosts;
  let isFirst = true;
  Object.assign(hosts, {
    probe: (...asked: Parameters<typeof probe>) => {
      if (!isFirst) return probe(...asked);
      isFirst = false;
      machine.refusals = 0;
      return probe(...asked).finally(() => {
        machine.refusals = 9;
      });
    },
  });
  const result = await resume(fleet, 'finish');
  expect(result).toMatchObject({ exitCode: 4, hosts: { [host]: { status: 'pending' } } });
  machine.refusals = 0;
  expect((await resume(fleet, 'finish')).exitCode).toBe(0);
});
