import { expect, test } from 'vitest';
import type { InputStanding } from '../../../source/model/inputs/standing.ts';
import type { InputFact, LockFacts } from '../../../source/model/lock/facts.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, stateOf } from '../../fixtures/states.ts';

const input = (name: string, revision: string, more: Partial<InputFact> = {}): InputFact => ({
  name,
  type: 'github',
  lastModified: 1_790_000_000,
  revision,
  branch: null,
  source: `github:o/${name}`,
  link: null,
  pinned: false,
  follows: null,
  ...more,
});

const lockWith = (...inputs: readonly InputFact[]): LockFacts => ({
  kind: 'read',
  fingerprint: inputs.map(({ name, source, revision }) => `${name} ${source} ${revision}`).join(),
  changes: [],
  inputs,
  copies: [],
  headline: null,
  oldText: '',
  newText: '',
});

const observed = (state: AppState, lock: LockFacts): AppState =>
  reduce(state, { type: 'lock-observed', lock, at: noon + 1_000 });

const asked = (state: AppState, standings: Readonly<Record<string, InputStanding>>): AppState =>
  reduce(state, { type: 'inputs-asked', standings, at: noon });

const during = (goal: 'update' | 'revert', state: AppState): AppState => ({
  ...state,
  run: { kind: 'active', id: '1', goal, hosts: [], since: noon },
});

const idle: AppState['run'] = { kind: 'none' };

const old = lockWith(input('a', 'a1'), input('b', 'b1'), input('c', 'c1'));

const known = asked(observed({ ...stateOf([]), run: idle }, old), {
  a: { kind: 'behind', revision: 'a2' },
  b: { kind: 'newest' },
  c: { kind: 'unfetched', obstacle: 'network', why: 'no answer', remedy: 'Ask again later.' },
});

test('what is known of inputs that stay is kept when another input is updated', () => {
  const now = observed(
    during('update', known),
    lockWith(input('a', 'a2'), input('b', 'b1'), input('c', 'c1')),
  );
  expect(now.standings).toEqual({ b: known.standings['b'], c: known.standings['c'] });
});

test('an input that is reverted after its update is behind what the update fetched', () => {
  const updated = observed(
    during('update', known),
    lockWith(input('a', 'a3'), input('b', 'b1'), input('c', 'c1')),
  );
  const back = observed(during('revert', { ...updated, run: idle }), old);
  expect(back.standings['a']).toEqual({ kind: 'behind', revision: 'a3' });
  expect(back.tips['a']).toMatchObject({ revision: 'a3', at: noon + 1_000 });
});

const behindTip: InputStanding = { kind: 'behind', revision: 'a2' };

test.each([
  [
    'another source, whose remote nobody asked',
    input('a', 'x', { source: 'github:p/a' }),
    undefined,
  ],
  ['a revision that flake.nix names', input('a', 'x', { pinned: true }), undefined],
  ['what another input has', input('a', 'x', { follows: 'b' }), undefined],
  ['the revision that its remote has', input('a', 'a2'), undefined],
  ['an older revision', input('a', 'x', { lastModified: 1_780_000_000 }), behindTip],
  ['a revision of the same date', input('a', 'x'), behindTip],
  [
    'a younger revision than its remote had',
    input('a', 'x', { lastModified: 1_790_000_001 }),
    undefined,
  ],
  ['a revision without a date', input('a', 'x', { lastModified: null }), undefined],
])('of an input that has %s it is said as far as it is true', (_, moved, standing) => {
  const now = observed(known, lockWith(moved, input('b', 'b1'), input('c', 'c1')));
  expect(now.standings['a']).toEqual(standing);
});

test('an obstacle of an input is not told any more once it has moved', () => {
  const now = observed(known, lockWith(input('a', 'a1'), input('b', 'b1'), input('c', 'c2')));
  expect(now.standings['c']).toBeUndefined();
});

test('a held input keeps its hold and what its remote has', () => {
  const held: InputStanding = { kind: 'held', reason: 'breaks', until: null, newer: 'a2' };
  const before = asked(known, { a: held });
  const now = observed(before, lockWith(input('a', 'a0'), input('b', 'b1'), input('c', 'c1')));
  expect(now.standings['a']).toEqual(held);
});

test('the lock of a commit is the same lock: nothing is forgotten', () => {
  expect(observed(known, old).standings).toEqual(known.standings);
});

const changedLock = (...paths: readonly string[]): LockFacts => {
  const { lock } = stateOf([]);
  if (lock.kind !== 'read') throw new Error('the fixture has a lock');
  const [first] = lock.changes;
  if (first === undefined) throw new Error('the lock of the fixture has a change');
  const lock2 = lockWith(input('a', `a${paths.join()}`), input('b', 'b1'), input('c', 'c1'));
  return lock2.kind === 'read'
    ? { ...lock2, changes: paths.map((path) => ({ ...first, path, kind: 'updated' as const })) }
    : lock2;
};

const updateOf = ({ stages: { update } }: AppState): string =>
  update.kind === 'passed' ? update.evidence : update.kind;

test('the step update counts the inputs of the lock as it is after a hold or a revert', () => {
  const whole = observed(known, changedLock('a', 'b'));
  const updated: AppState = {
    ...whole,
    stages: {
      ...whole.stages,
      update: { kind: 'passed', evidence: '2 inputs changed: 2 updated', at: noon },
    },
  };
  const reverted = observed(during('revert', updated), changedLock('b'));
  expect(updateOf(reverted)).toMatch(/^1 input changed: 1 updated/);
  const held: AppState = {
    ...updated,
    run: { kind: 'active', id: '1', goal: 'hold', hosts: [], since: noon },
  };
  const now = asked(observed(held, changedLock('b')), {
    a: { kind: 'held', reason: 'breaks', until: null, newer: 'a2' },
  });
  expect(updateOf(now)).toBe('1 input changed: 1 updated, 1 held, 1 not fetched');
  // The update itself says it, and a commit leaves no change: what it said stays.
  expect(updateOf(observed(during('update', updated), changedLock('b')))).toBe(
    '2 inputs changed: 2 updated',
  );
  expect(updateOf(observed({ ...updated, run: idle }, changedLock()))).toBe(
    '2 inputs changed: 2 updated',
  );
});

test('what is known of an input of an input stays while the one that brings it stays', () => {
  const nested: InputStanding = { kind: 'behind', revision: 'x2' };
  const before = asked(known, { 'a/x': nested, 'b/x': nested });
  const now = observed(before, lockWith(input('a', 'a0'), input('b', 'b1'), input('c', 'c1')));
  expect(now.standings['b/x']).toEqual(nested);
  expect(now.standings['a/x']).toBeUndefined();
});
