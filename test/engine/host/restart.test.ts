import { describe, expect, test } from 'vitest';
import { runDeploy } from '../../../source/engine/deploy/deploy.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { withRestarts } from '../../../source/model/deploy/plan.ts';
import type { HostPreview } from '../../../source/model/deploy/preview.ts';
import { noImpact } from '../../../source/model/units/impact.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { type FakeHost, newPath, oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../../support/fleet-runs.ts';

const host = 'razer';

const deployWithRestart = async (
  entry: Parameters<typeof entryOf>[1],
  change: Partial<FakeHost> = {},
): Promise<{ readonly fleet: FakeFleet; readonly result: RunResult }> => {
  const fleet = await fakeFleet([entryOf(host, entry)]);
  await testFleet(fleet);
  const machine = fleet.hosts[host];
  if (machine !== undefined) Object.assign(machine, change);
  const bare = planDeploy(fleet.state(), [host], 'switch', hostCommands);
  const plan = withRestarts({
    ...bare,
    targets: bare.targets.map((target) => ({ ...target, restart: 'offered' as const })),
  });
  const result = await deployFleet(fleet, plan);
  return { fleet, result };
};

describe('a deploy by way of a restart', () => {
  test('boots the new system once, and makes it the default when it is proven', async () => {
    const { fleet, result } = await deployWithRestart({});
    expect(fleet.deeds).toEqual([
      `copy ${host}`,
      `boot-once ${host}`,
      `restart ${host}`,
      `persist ${host}`,
    ]);
    expect(result.hosts[host]).toMatchObject({ status: 'succeeded', to: newPath(host) });
  });

  test('that comes back on the old system is taken back and said so', async () => {
    const { fleet, result } = await deployWithRestart({}, { comesUp: 'old' });
    expect(fleet.deeds.slice(1)).toEqual([`boot-once ${host}`, `restart ${host}`, `undo ${host}`]);
    expect(result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      to: oldPath(host),
      reason: 'it came back on its old system: the new one did not start',
    });
  });

  test('that never answers again says that a power cycle brings the old system', async () => {
    const { fleet, result } = await deployWithRestart({}, { comesUp: 'silent' });
    expect(fleet.deeds).not.toContain(`persist ${host}`);
    expect(result.hosts[host]).toMatchObject({ status: 'failed' });
    expect(result.hosts[host]?.reason).toMatch(/does not answer .* power cycle/);
  });

  test('of a host that waits for its disk password waits for a person, and says so', async () => {
    const { fleet, result } = await deployWithRestart({}, { locked: 900 });
    expect(result.hosts[host]).toMatchObject({ status: 'succeeded', to: newPath(host) });
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        type: 'host-worked',
        work: expect.objectContaining({
          kind: 'waiting',
          why: expect.stringMatching(/^for unlock/),
        }),
      }),
    );
  });

  test('that is unhealthy goes back by another restart where the policy says so', async () => {
    const { fleet, result } = await deployWithRestart(
      { onUnhealthy: 'rollback' },
      { breaksUnit: 'grafana.service' },
    );
    expect(fleet.deeds.slice(2)).toEqual([`restart ${host}`, `restart ${host}`, `undo ${host}`]);
    expect(result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      reason: 'grafana.service failed',
    });
  });

  test('that is unhealthy stays undecided where the person is to be asked', async () => {
    const { fleet, result } = await deployWithRestart({}, { breaksUnit: 'grafana.service' });
    expect(fleet.deeds).not.toContain(`persist ${host}`);
    expect(result.hosts[host]?.status).toBe('unhealthy');
  });
});

const exact = (restart: readonly string[]): HostPreview => ({
  basis: 'exact',
  impact: { ...noImpact, restart },
  critical: [],
  bootParts: [],
  mustBoot: [],
  programs: [],
});

describe('what dry-activate says after the copy', () => {
  const deployAgreed = async (policy: 'auto' | 'ask', agreed: readonly string[]) => {
    const fleet = await fakeFleet([entryOf(host, { policy })]);
    await testFleet(fleet);
    const machine = fleet.hosts[host];
    if (machine !== undefined) machine.preview = exact(['sshd.service']);
    const bare = planDeploy(fleet.state(), [host], 'switch', hostCommands);
    const result = await runGoal(
      fleet.context,
      'deploy',
      [host],
      new AbortController(),
      async (session) => {
        const done = await runDeploy(fleet.context, session, {
          ...bare,
          targets: bare.targets.map((target) => ({
            ...target,
            preview: { ...exact(agreed), basis: 'forecast' as const },
          })),
        });
        return done.ok ? { summary: 'deployed' } : { failure: done.failure, summary: 'refused' };
      },
    );
    return { fleet, result };
  };

  test('leaves a host alone that asks, where it was not agreed to', async () => {
    const { fleet, result } = await deployAgreed('ask', []);
    expect(fleet.deeds).toEqual([`copy ${host}`]);
    expect(result.hosts[host]?.reason).toMatch(/would interrupt sshd \(ssh\)/);
  });

  test('goes on where it was agreed to, or nobody needs to be asked', async () => {
    expect((await deployAgreed('ask', ['sshd.service'])).result.ok).toBe(true);
    const { fleet, result } = await deployAgreed('auto', []);
    expect(result.ok).toBe(true);
    expect(fleet.state().hosts[host]?.preview?.preview.basis).toBe('exact');
  });
});

test('an unhealthy host whose data cannot go back is not taken back by itself', async () => {
  const deployChanged = async (to: string) => {
    const fleet = await fakeFleet([entryOf(host, { onUnhealthy: 'rollback' })]);
    await testFleet(fleet);
    const machine = fleet.hosts[host];
    if (machine !== undefined) machine.breaksUnit = 'grafana.service';
    const bare = planDeploy(fleet.state(), [host], 'switch', hostCommands);
    const preview: HostPreview = {
      ...exact(['grafana.service']),
      programs: [{ unit: 'grafana.service', name: 'grafana', from: '12.4', to }],
    };
    return runGoal(fleet.context, 'deploy', [host], new AbortController(), async (session) => {
      const targets = bare.targets.map((target) => ({ ...target, preview }));
      const done = await runDeploy(fleet.context, session, { ...bare, targets });
      return done.ok ? { summary: 'deployed' } : { failure: done.failure, summary: 'refused' };
    });
  };
  expect((await deployChanged('12.5')).hosts[host]).toMatchObject({ status: 'rolledBack' });
  const changed = (await deployChanged('13.0')).hosts[host];
  expect(changed).toMatchObject({ status: 'unhealthy' });
  expect(changed?.reason).toMatch(/not taken back by itself: the data of grafana \(12.4 → 13.0\)/);
});
