import { expect, test } from 'vitest';
import { failuresWords } from '../../source/engine/all.ts';

test.each([
  [['alpha'], 'alpha failed.'],
  [['alpha', 'beta'], 'alpha failed. beta failed.'],
  [['a', 'b', 'c', 'd'], '4 hosts failed: a, b, c, d.'],
])('a run names every host that failed its test: %s', (hosts, words) => {
  expect(failuresWords(hosts.map((host) => [host, { reason: `${host} failed` }] as const))).toBe(
    words,
  );
});
