import { expect, test } from 'vitest';
import { createTrendsOfHosts } from '../../../source/engine/health/host-trends.ts';
import { success } from '../../../source/model/result.ts';
import type { HostSample } from '../../../source/model/watch/samples.ts';
import type { SysstatAnswer } from '../../../source/services/watch/sysstat.ts';
import { hostOf, stateOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { entry } from '../../support/fake-program.ts';

const minute = 60_000;
const answered = { probe: { kind: 'answered' as const } };
const nothing: SysstatAnswer = { kind: 'none', why: 'sysstat is not on the host' };

const samplesUntil = (now: number): readonly HostSample[] =>
  Array.from({ length: 144 }, (_, index) => ({
    at: now - (143 - index) * 10 * minute,
    intervalMs: 10 * minute,
    values: { cpu: 0.25, load: 1 },
  }));

const asked = async (
  answerOf: (host: string, now: number) => SysstatAnswer,
  hosts = [hostOf('p620', answered), hostOf('nas', answered)],
) => {
  const fleet = await fakeFleet(hosts.map((host) => entry(host.entry.name)));
  const now = fleet.world.clock.now();
  const calls: string[] = [];
  const sampled = new Map<string, readonly HostSample[]>();
  const trends = createTrendsOfHosts((host) => sampled.get(host) ?? []);
  let state = stateOf(hosts);
  const context = {
    ...fleet.context,
    state: () => state,
    hosts: {
      ...fleet.context.hosts,
      sysstat: async ({ name }: { readonly name: string }) => {
        calls.push(name);
        return success(answerOf(name, now));
      },
    },
  };
  const read = (metric: 'cpu' | 'load' | 'memory' = 'cpu') =>
    trends.read(
      context,
      hosts.map((host) => host.entry),
      { metric, window: '24h' },
    );
  const setState = (to: typeof state): void => {
    state = to;
  };
  return { read, calls, sampled, now, setState };
};

test('bars come from what sysstat keeps, and another metric is not asked for again', async () => {
  const { read, calls } = await asked((host, now) =>
    host === 'p620' ? { kind: 'samples', samples: samplesUntil(now), unread: 0 } : nothing,
  );
  const cpu = await read();
  expect(cpu).toMatchObject({ why: null, source: 'sysstat' });
  expect(Object.keys(cpu.hosts)).toEqual(['p620']);
  await read('load');
  expect(calls).toEqual(['p620', 'nas']);
});

test('where no host keeps anything that is said once, with the reason', async () => {
  const { read } = await asked(() => nothing);
  const { why, hosts } = await read();
  expect(hosts).toEqual({});
  expect(why).toBe('no Prometheus is configured, and sysstat is not on any host');
});

test('hosts that are not checked yet are not asked, and are asked as soon as they are', async () => {
  const unasked = [hostOf('p620', { facts: null, probe: { kind: 'probing' } })];
  const { read, calls, setState } = await asked(() => nothing, unasked);
  expect((await read()).why).toBe('no Prometheus is configured, and the hosts are not checked yet');
  expect(calls).toEqual([]);
  setState(stateOf([hostOf('p620', answered)]));
  expect((await read()).why).toBe('no Prometheus is configured, and sysstat is not on the host');
  expect(calls).toEqual(['p620']);
});

test('what nixup measured itself is shown where the host keeps nothing', async () => {
  const { read, sampled, now } = await asked(() => nothing);
  await read();
  sampled.set('nas', [{ at: now, intervalMs: minute, values: { cpu: 0.5 } }]);
  const { why, hosts } = await read();
  expect(why).toBeNull();
  expect(hosts['nas']?.at(-1)).toBe(0.5);
});

test('of a large fleet no files are read, and it says so', async () => {
  const many = Array.from({ length: 33 }, (_, index) => hostOf(`h${index}`, answered));
  const { read, calls } = await asked(() => nothing, many);
  expect((await read()).why).toMatch(/32 hosts at most: the chart of a host takes it/);
  expect(calls).toEqual([]);
});
