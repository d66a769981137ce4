import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { LockFacts } from '../../../source/model/lock/facts.ts';
import type { FlakeLock } from '../../../source/model/lock/lock.ts';
import { breakingOfApp } from '../../../source/screen/texts/lock-details.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const factsOf = (old: FlakeLock, now: FlakeLock): LockFacts => ({
  kind: 'read',
  fingerprint: 'f',
  changes: diffLocks(old, now),
  inputs: [],
  copies: [],
  headline: null,
  oldText: '',
  newText: '',
});

const lockWith = (rev: string): FlakeLock => lockOf({ a: github('o/a', rev) });
const first = factsOf(lockWith('1'), lockWith('2'));

const counted = (direction: 'ahead' | 'behind' | 'diverged') =>
  reduce(reduce(initialState, { type: 'lock-observed', lock: first, at: 1 }), {
    type: 'commits-counted',
    path: 'a',
    count: { count: 3, exact: true, source: 'git' },
    direction,
    at: 2,
  });

const alarms = (state: typeof initialState) =>
  state.lock.kind === 'read' ? state.lock.changes[0]?.alarms : undefined;

test('what git says of the direction becomes an alarm of the input', () => {
  expect(alarms(counted('ahead'))).toEqual([]);
  expect(alarms(counted('behind'))).toEqual(['downgrade']);
  expect(alarms(counted('diverged'))).toEqual(['diverged']);
});

test('the alarm stays when the same lock is read again', () => {
  const again = reduce(counted('diverged'), { type: 'lock-observed', lock: first, at: 3 });
  expect(alarms(again)).toEqual(['diverged']);
  expect(again.commits['a']?.count?.count).toBe(3);
});

test('count and alarm of other revisions are forgotten when the input moves on', () => {
  const moved = factsOf(lockWith('1'), lockWith('3'));
  const state = reduce(counted('diverged'), { type: 'lock-observed', lock: moved, at: 3 });
  expect(alarms(state)).toEqual([]);
  expect(state.commits).toEqual({});
});

test('why nothing could be counted is kept beside what is known', () => {
  const state = reduce(counted('ahead'), {
    type: 'commits-uncounted',
    path: 'a',
    why: 'the limit is used up',
    at: 3,
  });
  expect(state.commits['a']).toMatchObject({
    problem: 'the limit is used up',
    count: { count: 3 },
  });
});

test('what the subjects said is true again when an update that was put back is kept', () => {
  const subject = { revision: 'x', at: 1, subject: 'feat!: drop the old option' };
  const read = reduce(counted('ahead'), {
    type: 'subjects-listed',
    path: 'a',
    subjects: [subject],
    rest: null,
    at: 3,
  });
  const putBack = factsOf(lockWith('1'), lockWith('1'));
  const without = reduce(read, { type: 'lock-observed', lock: putBack, at: 4 });
  expect(without.commits).toEqual({});
  const kept = reduce(without, { type: 'lock-observed', lock: first, at: 5 });
  expect(kept.commits['a']).toEqual(read.commits['a']);
  expect(breakingOfApp(kept)).toHaveLength(1);
  const moved = factsOf(lockWith('1'), lockWith('3'));
  expect(reduce(without, { type: 'lock-observed', lock: moved, at: 5 }).commits).toEqual({});
});
