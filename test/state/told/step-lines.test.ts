import { expect, test } from 'vitest';
import { stepLevel } from '../../../source/model/words/log.ts';
import type { RunEvent } from '../../../source/state/events.ts';
import { createStepTeller } from '../../../source/state/told/step-lines.ts';

const toplevel = '/nix/store/c2i53k3p4z2wldj6wxzkcii4nymnlk9y-nixos-system-nas';

const copying: RunEvent = {
  type: 'host-worked',
  host: 'nas',
  work: { kind: 'running', step: 'copy', done: null, expected: null, since: 1 },
};

test.each<[RunEvent, { host: string | null; text: string } | null]>([
  [
    { type: 'run-started', run: 'r', goal: 'test', hosts: ['nas', 'p620'], tree: null, lock: null },
    { host: null, text: 'test began: nas, p620' },
  ],
  [copying, { host: 'nas', text: 'copying …' }],
  [{ type: 'stage-changed', stage: 'test', state: { kind: 'todo' } }, null],
  [
    { type: 'stage-changed', stage: 'test', state: { kind: 'passed', evidence: '2 hosts', at: 1 } },
    { host: null, text: 'test passed: 2 hosts' },
  ],
  [
    {
      type: 'rollout-moved',
      wave: 1,
      waves: 2,
      hosts: ['nas'],
      state: 'deploying',
      until: null,
    },
    { host: null, text: 'wave 1 of 2: deploying nas' },
  ],
  [{ type: 'logged', host: 'nas', lines: ['a'] }, null],
  [{ type: 'intended', host: 'nas', deed: 'activate', from: null, to: toplevel }, null],
])('%j is told as %j', (event, told) => {
  expect(createStepTeller()(event, 1)).toEqual(told);
});

test('what a host is told to do again is told once', () => {
  const tell = createStepTeller();
  expect([tell(copying, 1)?.text, tell(copying, 2)]).toEqual(['copying …', null]);
});

test.each([
  [0, 'check ended: No check failed.', 'all'],
  [4, 'check ended in part: No check failed.', 'warning'],
  [5, 'check ended unhealthy: No check failed.', 'warning'],
  [130, 'check canceled: No check failed.', 'warning'],
  [1, 'check failed: No check failed.', 'error'],
])('the end of a run with %i: %s', (exitCode, text, level) => {
  const tell = createStepTeller();
  tell({ type: 'run-started', run: 'r', goal: 'check', hosts: [], tree: null, lock: null }, 1);
  const result: RunEvent = {
    type: 'result',
    run: 'r',
    ok: exitCode === 0,
    exitCode,
    hosts: {},
    commit: null,
    build: null,
    summary: 'No check failed.',
  };
  expect(tell(result, 2)).toEqual({ host: null, text });
  expect(stepLevel(text)).toBe(level);
});

test.each([
  ['verify passed: 2 hosts answered; no unit failed that was well', 'all'],
  ['verify done in part: 7 of 8 hosts answered; no new failed unit', 'warning'],
  ['test done for a part: 1 of 2 hosts built; failed before: nas', 'warning'],
  ['test done for nas', 'all'],
  ['failed: no space', 'error'],
])('a step tells by its first words how it ended: %s', (text, level) => {
  expect(stepLevel(text)).toBe(level);
});
