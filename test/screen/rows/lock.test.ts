import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { inputFacts, type LockFacts } from '../../../source/model/lock/facts.ts';
import { linkOfRow, lockRows } from '../../../source/screen/rows/lock.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const lockWith = (seed: string) =>
  lockOf({
    a: github('o/a', seed, { inputs: { x: github('o/x', seed), y: github('o/y', seed) } }),
    b: github('o/b', 'b', { inputs: { z: github('o/z', seed) } }),
    c: github('o/c', 'c'),
    d: github('o/d', 'd', { inputs: { w: github(seed === '1' ? 'o/w' : 'p/w', seed) } }),
  });

const now = lockWith('2');
const facts: LockFacts = {
  kind: 'read',
  fingerprint: 'f',
  changes: diffLocks(lockWith('1'), now),
  inputs: inputFacts(now),
  copies: [],
  headline: null,
  oldText: '',
  newText: '',
};

const shown = (filter: string, ...unfolded: readonly string[]) =>
  lockRows(facts, filter, unfolded).map(
    ({ id, nested }) => `${id}${nested.count === 0 ? '' : ` +${nested.count}`}`,
  );

test('alarms stand on top, quiet nested changes are folded below the input of the flake', () => {
  expect(shown('')).toEqual(['d/w', 'a +2', 'b +1', 'c', 'd']);
});

test('an input that is opened shows what is nested, also one that did not move itself', () => {
  expect(shown('', 'a', 'b')).toEqual(['d/w', 'a +2', 'a/x', 'a/y', 'b +1', 'b/z', 'c', 'd']);
});

test('a filter finds what is folded', () => {
  expect(shown('/x')).toEqual(['a/x']);
});

test('a row opens its comparison, or the repository where nothing is compared', () => {
  const links = lockRows(facts, '', []).map(linkOfRow);
  expect(links[1]).toMatch(/^https:\/\/github\.com\/o\/a\/compare\//);
  expect(links[3]).toBe('https://github.com/o/c');
});

test('a row that was put back stays where it was, with an alarm or without', () => {
  const paths = (putBack: readonly string[], alarmed: readonly string[]): readonly string[] => {
    const kept =
      facts.kind === 'read' ? facts.changes.filter(({ path }) => !putBack.includes(path)) : [];
    const lock: LockFacts = facts.kind === 'read' ? { ...facts, changes: kept } : facts;
    return lockRows(lock, '', [], putBack, alarmed).map(({ id }) => id);
  };
  const before = paths([], []);
  const own = facts.kind === 'read' ? facts.changes.filter(({ path }) => !path.includes('/')) : [];
  expect(own.length).toBeGreaterThan(0);
  for (const { path, alarms } of own)
    expect(paths([path], alarms.length > 0 ? [path] : []).indexOf(path), path).toBe(
      before.indexOf(path),
    );
});
