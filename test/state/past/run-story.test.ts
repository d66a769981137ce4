import { expect, test } from 'vitest';
import type { AppEvent, RunEvent } from '../../../source/state/events.ts';
import { runStory } from '../../../source/state/past/run-story.ts';

const at = 1_000;

const worked = (
  host: string,
  work: Extract<RunEvent, { type: 'host-worked' }>['work'],
  after: number,
): AppEvent & RunEvent => ({ type: 'host-worked', host, work, at: at + after });

const running = { kind: 'running', step: 'build', done: null, expected: null, since: 0 } as const;

test('a step has the time from its beginning to its end, and one without an end has none', () => {
  const { steps } = runStory([
    { type: 'stage-changed', stage: 'test', state: { kind: 'running', since: at }, at },
    {
      type: 'stage-changed',
      stage: 'test',
      state: { kind: 'failed', reason: 'studio failed', at: at + 9_000 },
      at: at + 9_000,
    },
    {
      type: 'stage-changed',
      stage: 'verify',
      state: { kind: 'outdated', because: 'the tree changed' },
      at: at + 9_000,
    },
    {
      type: 'stage-changed',
      stage: 'deploy',
      state: { kind: 'running', since: at + 10_000 },
      at: at + 10_000,
    },
  ]);
  expect(steps.map(({ stage, tookMs, state }) => [stage, tookMs, state.kind])).toEqual([
    ['test', 9_000, 'failed'],
    ['deploy', null, 'running'],
  ]);
});

test('the time of a host is that of the work on it, without its wait', () => {
  const { hosts } = runStory([
    worked('nas', { kind: 'waiting', why: 'for a build slot' }, 0),
    worked('p510', running, 0),
    worked('nas', running, 4_000),
    worked('nas', { kind: 'built', toplevel: '/nix/store/a', tookMs: 2_000, changed: true }, 6_000),
  ]);
  expect(hosts).toEqual({
    nas: { at: at + 4_000, tookMs: 2_000 },
    p510: { at, tookMs: null },
  });
});
