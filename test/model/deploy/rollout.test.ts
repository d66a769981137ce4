import { expect, test } from 'vitest';
import {
  narrowRollout,
  planRollout,
  type RolloutHost,
} from '../../../source/model/deploy/rollout.ts';

const host = (name: string, changes: Partial<RolloutHost> = {}): RolloutHost => ({
  host: name,
  policy: 'auto',
  here: false,
  after: [],
  ...changes,
});
const bare = { waves: [], canary: null, soakMs: null };

test('one or two hosts go at once', () => {
  expect(planRollout([host('a'), host('b')], bare)).toEqual({ waves: [['a', 'b']], soakMs: 0 });
});

test('from three hosts on one goes first, and nobody minds that it is this one', () => {
  const hosts = [
    host('asks', { policy: 'ask' }),
    host('router'),
    host('behind', { after: ['router'] }),
    host('free'),
  ];
  expect(planRollout(hosts, bare).waves).toEqual([['free'], ['asks', 'router'], ['behind']]);
});

test('where every host minds there is no canary', () => {
  const hosts = ['a', 'b', 'c'].map((name) => host(name, { policy: 'ask' }));
  expect(planRollout(hosts, bare).waves).toEqual([['a', 'b', 'c']]);
});

test('this machine is last, in a wave of its own, also when it is chosen first', () => {
  const hosts = [host('here', { here: true }), host('b'), host('c')];
  expect(planRollout(hosts, bare).waves).toEqual([['b'], ['c'], ['here']]);
  expect(planRollout(hosts, { ...bare, canary: 'here' }).waves).toEqual([['b', 'c'], ['here']]);
});

test('waves of the config stand, with their soak; hosts of no wave come last', () => {
  const hosts = [host('a'), host('b'), host('c')];
  const settings = { waves: [['c', 'gone'], ['b']], canary: null, soakMs: null };
  expect(planRollout(hosts, settings)).toEqual({ waves: [['c'], ['b'], ['a']], soakMs: 120_000 });
  expect(planRollout(hosts, { ...settings, soakMs: 0 }).soakMs).toBe(0);
});

test('a chosen canary comes before the waves', () => {
  const hosts = [host('a'), host('b'), host('c')];
  expect(planRollout(hosts, { ...bare, canary: 'b', waves: [['a', 'b'], ['c']] }).waves).toEqual([
    ['b'],
    ['a'],
    ['c'],
  ]);
});

test('a circle of carriers ends', () => {
  const hosts = [host('a', { after: ['b'] }), host('b', { after: ['a'] })];
  expect(planRollout(hosts, bare).waves).toEqual([['a', 'b']]);
});

test('hosts that were not agreed to leave their wave', () => {
  expect(narrowRollout({ waves: [['a'], ['b', 'c']], soakMs: 1 }, ['c', 'd'])).toEqual({
    waves: [['c'], ['d']],
    soakMs: 1,
  });
});
