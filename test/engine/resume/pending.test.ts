import { expect, test } from 'vitest';
import { observeLock } from '../../../source/engine/lock/observe.ts';
import { runPending } from '../../../source/engine/resume/pending.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { type Config, defaultConfig, hostSettings } from '../../../source/model/config/settings.ts';
import { noImpact } from '../../../source/model/units/impact.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';

const lockText = JSON.stringify({ nodes: { root: {} }, root: 'root', version: 7 });

const sleeping = async (config: Partial<Config> = {}): Promise<FakeFleet> =>
  fakeFleet([entryOf('samsung')], { config, files: { '/flake/flake.lock': lockText } });

const resume = async (
  fleet: FakeFleet,
  lock: string | null,
  mode?: 'boot' | 'test',
): Promise<RunResult> => {
  const read = await observeLock(fleet.context);
  const now = read.ok && read.value.kind === 'read' ? read.value.fingerprint : '';
  const pending = [
    { host: 'samsung', toplevel: newPath('samsung'), lock: lock ?? now, since: 1, mode },
  ];
  await fleet.context.records.settlePending([], pending);
  return runGoal(fleet.context, 'deploy', ['samsung'], new AbortController(), (session) =>
    runPending(fleet.context, session, pending, 'finish'),
  );
};

test('a host that was asleep gets the very system that was tested for it', async () => {
  const fleet = await sleeping();
  const result = await resume(fleet, null);
  expect(result.exitCode).toBe(0);
  expect(fleet.hosts['samsung']).toMatchObject({ profile: newPath('samsung') });
  expect(fleet.context.records.pending()).toEqual([]);
});

test('a host that was to boot it next is not switched while it runs', async () => {
  const fleet = await sleeping();
  const result = await resume(fleet, null, 'boot');
  expect(result.exitCode).toBe(0);
  expect(fleet.hosts['samsung']).toMatchObject({
    current: oldPath('samsung'),
    profile: newPath('samsung'),
  });
});

test('a host whose new system needs a restart is restarted where the config says so', async () => {
  const fleet = await sleeping({
    hosts: { samsung: { ...hostSettings(defaultConfig, 'samsung'), reboot: 'auto' } },
  });
  const samsung = fleet.hosts['samsung'];
  if (samsung !== undefined)
    samsung.preview = {
      basis: 'forecast',
      impact: noImpact,
      critical: [],
      bootParts: ['kernel 6.18.19 → 6.18.24'],
      mustBoot: [],
      programs: [],
    };
  const result = await resume(fleet, null);
  expect(result.exitCode).toBe(0);
  expect(fleet.deeds).toContain('restart samsung');
});

test('a host that is still asleep goes on waiting', async () => {
  const fleet = await sleeping();
  const samsung = fleet.hosts['samsung'];
  if (samsung !== undefined) samsung.offline = true;
  const result = await resume(fleet, null);
  expect(result.exitCode).toBe(4);
  expect(result.hosts['samsung']).toMatchObject({ status: 'pending', to: newPath('samsung') });
  expect(fleet.context.records.pending()).toHaveLength(1);
});

test('asking a host that still sleeps leaves the deploy step as it was', async () => {
  const fleet = await sleeping();
  const samsung = fleet.hosts['samsung'];
  if (samsung !== undefined) samsung.offline = true;
  const state = { kind: 'partly', ending: 'partly', evidence: '5 deployed', at: 1 } as const;
  fleet.context.emitter.emit({ type: 'stage-changed', stage: 'deploy', state });
  const result = await resume(fleet, null);
  expect(result).toMatchObject({
    exitCode: 4,
    summary: expect.stringContaining('Still asleep: samsung.'),
    next: 'When they are awake: nixup resume',
  });
  // The screen has a key for it.
  expect(result.summary).not.toContain('nixup resume');
  expect(fleet.state().stages.deploy).toEqual(state);
});

test('a lock that has moved since refuses, and says so', async () => {
  const fleet = await sleeping();
  const result = await resume(fleet, 'another');
  expect(result.exitCode).toBe(3);
  expect(result.summary).toContain('the lock has moved since samsung');
  expect(fleet.deeds).toEqual([]);
});
