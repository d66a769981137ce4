import { expect, test } from 'vitest';
import { describeWork } from '../../../source/model/host/describe-work.ts';

const toplevel = '/nix/store/c2i53k3p4z2wldj6wxzkcii4nymnlk9y-nixos-system-nas';

test.each([
  [true, 'built, differs from what it runs'],
  [false, 'built, runs it already'],
  [null, 'built; what it runs is not known'],
])('a built host with changed %s is told as %s', (changed, words) => {
  expect(describeWork({ kind: 'built', toplevel, tookMs: 0, changed }, 0)).toEqual({
    words,
    remedy: null,
  });
});

test('what an activation that takes long waits for is told with its age', () => {
  const waits = {
    jobs: [{ unit: 'postgresql.service', job: 'stop', isRunning: true, since: 10_000 }],
    program: null,
    said: null,
  };
  const work = { kind: 'running', step: 'activate', done: null, expected: null, since: 0 } as const;
  expect(describeWork({ ...work, waits }, 52_000).words).toBe(
    'activating, waits for postgresql to stop (since 42 s) …',
  );
});
