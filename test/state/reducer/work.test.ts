import { describe, expect, test } from 'vitest';
import type { Expectation, HostFacts, HostWork } from '../../../source/model/host/host.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import type { AppState } from '../../../source/state/state.ts';
import { expectedOf, factsOf, hostOf, noon, stateOf, systemPath } from '../../fixtures/states.ts';

const old = systemPath('p620', '3980');
const tested = systemPath('p620', '4193');
const other = systemPath('p620', '5000');

const base = { from: old, to: tested, generation: 242, at: noon };
const succeeded: HostWork = { kind: 'succeeded', ...base };
const takenBack: HostWork = { ...succeeded, deed: 'rollback', from: tested, to: old };
const unhealthy: HostWork = { kind: 'unhealthy', problems: ['nginx.service failed'], ...base };
const rolledBack: HostWork = { kind: 'rolledBack', reason: 'no contact', ...base, to: old };
const failedAt = (step: 'evaluate' | 'build' | 'activate'): HostWork => ({
  kind: 'failed',
  step,
  reason: 'it failed',
  remedy: '',
  at: noon,
});
const unchanged: HostWork = { kind: 'unchanged', toplevel: tested, at: noon };

const running = (current: string, more: Partial<HostFacts> = {}): HostFacts =>
  factsOf('p620', {
    current,
    profile: current,
    bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: current },
    ...more,
  });

/** The host after this work, told while the flake wanted the tested system. */
const worked = (work: HostWork, current: string): AppState =>
  reduce(
    stateOf([
      hostOf('p620', { facts: running(current), expectation: expectedOf('p620', '4193', noon) }),
    ]),
    { type: 'host-worked', host: 'p620', work, at: noon },
  );

const workOf = (app: AppState): HostWork | undefined => app.hosts['p620']?.work;

const expected = (app: AppState, expectation: Expectation): AppState =>
  reduce(app, { type: 'host-expected', host: 'p620', expectation, at: noon + 1 });

const probed = (app: AppState, facts: HostFacts): AppState =>
  reduce(app, { type: 'host-probed', host: 'p620', facts, at: noon + 1 });

describe('once the flake wants another system', () => {
  test.each<[string, HostWork, string, string, HostWork['kind']]>([
    ['a deploy of the earlier one is not told', succeeded, tested, '5000', 'idle'],
    ['a deploy of the same one stays', succeeded, tested, '4193', 'succeeded'],
    ['a host that was unchanged is not told so', unchanged, tested, '5000', 'idle'],
    [
      'a failed activation of the earlier one is not told',
      failedAt('activate'),
      old,
      '5000',
      'idle',
    ],
    ['a failed build of the same one stays', failedAt('build'), old, '4193', 'failed'],
    ['a failed build of the earlier one is not told', failedAt('build'), old, '5000', 'idle'],
    ['a rollback to what the lock says now stays', takenBack, old, '3980', 'succeeded'],
    ['a way back to what the lock says now is no trouble', rolledBack, old, '3980', 'idle'],
    ['a way back from an earlier one is not told', rolledBack, old, '5000', 'idle'],
    ['trouble of what runs stays', unhealthy, tested, '5000', 'unhealthy'],
    ['trouble of what no longer runs is not told', unhealthy, old, '5000', 'idle'],
  ])('%s', (_, work, current, wanted, then) => {
    const evaluating = expected(worked(work, current), { kind: 'evaluating' });
    expect(workOf(evaluating)).toEqual(work);
    expect(workOf(expected(evaluating, expectedOf('p620', wanted, null)))?.kind).toBe(then);
  });

  test('a host that did not evaluate has not failed any more once it does', () => {
    const failed = expected(worked(failedAt('evaluate'), old), {
      kind: 'failed',
      failureText: 'no such option',
      tree: 'tree',
    });
    expect(workOf(failed)?.kind).toBe('failed');
    expect(workOf(expected(failed, expectedOf('p620', '4193', null)))?.kind).toBe('idle');
  });
});

describe('once a look finds the host', () => {
  const bootsTested: Partial<HostFacts> = {
    profile: tested,
    bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: tested },
  };
  test.each<[string, HostWork, string, HostFacts, HostWork['kind']]>([
    ['as it was left, a deploy stays', succeeded, tested, running(tested), 'succeeded'],
    ['on another system, a deploy is not told', succeeded, tested, running(other), 'idle'],
    ['booting it next, a deploy stays', succeeded, old, running(old, bootsTested), 'succeeded'],
    ['on another system, a way back is not told', rolledBack, old, running(other), 'idle'],
    ['on another system, its old trouble is not told', unhealthy, tested, running(old), 'idle'],
    [
      'as somebody else deployed it, no failure is told',
      failedAt('activate'),
      old,
      running(tested),
      'idle',
    ],
    [
      'gone back by itself, the failure stays',
      failedAt('activate'),
      tested,
      running(old),
      'failed',
    ],
    [
      'as somebody else deployed it, nothing is pending',
      { kind: 'pending', why: 'asleep' },
      old,
      running(tested),
      'idle',
    ],
    [
      'awake on the old system, it stays pending',
      { kind: 'pending', why: 'asleep' },
      old,
      running(old),
      'pending',
    ],
  ])('%s', (_, work, current, facts, then) => {
    expect(workOf(probed(worked(work, current), facts))?.kind).toBe(then);
  });
});
