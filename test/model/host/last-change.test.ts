import { expect, test } from 'vitest';
import type { HostFacts } from '../../../source/model/host/host.ts';
import { changesOf, runsForMs } from '../../../source/model/host/last-change.ts';
import { facts, toplevel } from '../../support/fake-program.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 5, 20);
const path = toplevel('p620', 'a');
const earlier = toplevel('p620', 'b');

const generation = (
  number: number,
  system: string,
  at: number,
): HostFacts['generations'][number] => ({
  number,
  path: system,
  at,
  nixosVersion: null,
  revision: null,
  kernel: null,
});

const host = (change: Partial<HostFacts>): HostFacts => ({
  ...facts('p620'),
  at: now,
  current: path,
  booted: earlier,
  uptimeSeconds: 90 * 24 * 3_600,
  generations: [generation(1, earlier, now - 48 * hour), generation(2, path, now - 20 * hour)],
  ...change,
});

test('a host was changed when its generation was made, whoever made it', () => {
  expect(changesOf(host({}), undefined)).toEqual({
    last: now - 20 * hour,
    before: [now - 48 * hour],
  });
});

test('a host that nixup took back was changed then, and not when its generation was made', () => {
  const deployed = { toplevel: path, at: now - 2 * hour };
  expect(changesOf(host({}), deployed).last).toBe(now - 2 * hour);
  expect(changesOf(host({}), { ...deployed, toplevel: earlier }).last).toBe(now - 20 * hour);
});

test('the generation that a deploy made is no change before that deploy, and an older one of the same system is', () => {
  const minute = 60_000;
  const made = now - 2 * hour;
  const deployed = { toplevel: path, at: made + minute };
  const twice = [generation(1, path, now - 48 * hour), generation(2, path, made)];
  expect(changesOf(host({ generations: twice }), deployed)).toEqual({
    last: made + minute,
    before: [now - 48 * hour],
  });
  // Another system a moment before is another change.
  const other = [generation(1, earlier, made - minute), generation(2, path, made)];
  expect(changesOf(host({ generations: other }), deployed).before).toEqual([made - minute]);
});

test('a boot into a new generation within the hour is the change, a later one is not', () => {
  const booted = { booted: path };
  expect(changesOf(host({ ...booted, uptimeSeconds: 19.5 * 3_600 }), undefined).last).toBe(
    now - 19.5 * hour,
  );
  expect(changesOf(host({ ...booted, uptimeSeconds: 3 * 3_600 }), undefined).last).toBe(
    now - 20 * hour,
  );
});

test('of a host whose profile does not have what it runs nobody knows', () => {
  expect(changesOf(host({ generations: [] }), undefined)).toEqual({ last: null, before: [] });
});

test.each<[string, number | null, number | null]>([
  ['agrees with ours', 30_000, null],
  ['is not known', null, null],
  ['is behind ours, which jumped ahead', -18 * hour, 2 * hour],
  ['was set back before what it has', -48 * hour, null],
])('how long a host has its system by its own clock, which %s', (_, clockSkewMs, elapsed) => {
  expect(runsForMs(host({ clockSkewMs }))).toBe(elapsed);
});
