import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { github, lockOf, type Sample } from '../../support/lock-samples.ts';

type Inputs = Readonly<Record<string, Sample>>;

const pathsAfter = (old: Inputs, now: Inputs, paths: readonly string[]): readonly string[] => {
  const reverted = revertInputs(lockOf(old), lockOf(now), paths);
  if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
  return diffLocks(lockOf(old), reverted.value).map((change) => change.path);
};

const refusal = (old: Inputs, now: Inputs, path: string): string => {
  const reverted = revertInputs(lockOf(old), lockOf(now), [path]);
  if (reverted.ok || reverted.failure.code !== 'revert-refused') throw new Error('not refused');
  expect(reverted.failure.input).toBe(path);
  return reverted.failure.detail;
};

const a = github('o/a', 'a');
const newA = github('o/a', 'a2');
const b = (seed: string, inputs: Inputs): Sample => github('o/b', seed, { inputs });

test('an input goes back with all below it, and the others stay new', () => {
  const old = { a, b: b('b', { c: github('o/c', 'c') }) };
  const now = { a: newA, b: b('b2', { c: github('o/c', 'c2'), d: github('o/d', 'd') }) };
  expect(pathsAfter(old, now, ['b'])).toEqual(['a']);
});

test('a nested input goes back alone', () => {
  const old = { b: b('b', { c: github('o/c', 'c') }) };
  const now = { b: b('b2', { c: github('o/c', 'c2') }) };
  expect(pathsAfter(old, now, ['b/c'])).toEqual(['b']);
});

test('when nothing of the update is left the old lock comes back, its keys too', () => {
  const old = lockOf({ a, b: b('b', { a: ['a'] }) });
  const odd = { ...old, nodes: new Map([...old.nodes].map(([key, node]) => [key, node])) };
  const now = lockOf({ a: newA, b: b('b', { a: ['a'] }) });
  const reverted = revertInputs(odd, now, ['a']);
  expect(reverted).toEqual({ ok: true, value: odd });
});

test('keys are given as Nix gives them, in the order of its walk', () => {
  const old = lockOf({
    a: github('o/a', 'a', { inputs: { c: github('o/c', 'c') } }),
    c: github('o/c', 'x'),
    z: a,
  });
  const now = lockOf({ a: github('o/a', 'a2'), c: github('o/c', 'x'), z: newA });
  const reverted = revertInputs(old, now, ['a']);
  expect(reverted.ok && [...reverted.value.nodes.keys()].sort()).toEqual([
    'a',
    'c',
    'c_2',
    'root',
    'z',
  ]);
  expect(reverted.ok && writeFlakeLock(reverted.value)).toContain('"c": "c_2"');
});

test('a node that two paths share is reverted at one of them only', () => {
  const locked = (narHash: string) => ({ type: 'path', path: '/p', narHash });
  const lock = (narHash: string) => ({
    version: 7,
    root: 'root',
    nodes: new Map([
      ['root', { inputs: { a: 's', b: 's' } }],
      ['s', { inputs: { c: 'c' }, locked: locked('s'), original: locked('') }],
      ['c', { locked: locked(narHash), original: locked('') }],
    ]),
  });
  const reverted = revertInputs(lock('old'), lock('new'), ['a/c']);
  expect(
    reverted.ok && diffLocks(lock('old'), reverted.value).map((change) => change.path),
  ).toEqual(['b/c']);
});

test.each<[string, Inputs, Inputs, string, RegExp]>([
  ['that was added', {}, { a }, 'a', /was added/],
  ['that is gone', { a }, {}, 'a', /no such input now/],
  [
    'that follows now',
    { a, z: a },
    { a: ['z'], z: a },
    'a',
    /follows z; revert that input instead/,
  ],
  ['that followed', { a: ['z'], z: a }, { a, z: a }, 'a', /had it follow z/],
  [
    'that is asked for differently',
    { a },
    { a: github('o/a', 'a2', { ref: 'dev' }) },
    'a',
    /branch dev/,
  ],
  [
    'that is plain files now',
    { a },
    { a: github('o/a', 'a2', { flake: false }) },
    'a',
    /as a flake/,
  ],
  [
    'whose nested input the flake now has follow',
    { a, b: b('b', { a }) },
    { a, b: b('b2', { a: ['a'] }) },
    'b',
    /now has b\/a follow a/,
  ],
  [
    'whose nested input no longer follows',
    { a, b: b('b', { a: ['a'] }) },
    { a, b: b('b2', { a }) },
    'b',
    /no longer asks for/,
  ],
  [
    'whose older revision lacks what another follows',
    { b: b('b', {}), c: github('o/c', 'c') },
    { b: b('b2', { new: a }), c: github('o/c', 'c', { inputs: { x: ['b', 'new'] } }) },
    'b',
    /c\/x follows b\/new, which that revision does not have/,
  ],
])('an input %s is not reverted, with the reason', (_, old, now, path, detail) => {
  expect(refusal(old, now, path)).toMatch(detail);
});

test('a follows that its own upstream declares may come and go', () => {
  const old = { b: b('b', { c: github('o/c', 'c'), d: ['b', 'c'] }) };
  const now = { b: b('b2', { c: github('o/c', 'c2'), d: github('o/d', 'd') }) };
  expect(pathsAfter(old, now, ['b'])).toEqual([]);
});

test('an input that only another one brings names that one, and whose flake.nix asks for it', () => {
  const old = { b: b('b', { c: github('o/c', 'c') }) };
  const now = { b: b('b2', { c: github('elsewhere/c', 'c2') }) };
  expect(revertInputs(lockOf(old), lockOf(now), ['b/c'])).toMatchObject({
    ok: false,
    failure: {
      code: 'revert-refused',
      input: 'b/c',
      instead: 'b',
      detail: expect.stringMatching(/^the flake\.nix of b asks for /),
    },
  });
  // Nothing brings an input of the flake itself.
  const own = revertInputs(
    lockOf({ c: github('o/c', 'c') }),
    lockOf({ c: github('elsewhere/c', 'c2') }),
    ['c'],
  );
  expect(own).toMatchObject({
    failure: { detail: expect.stringMatching(/^flake\.nix asks for /) },
  });
  expect(own.ok ? {} : own.failure).not.toHaveProperty('instead');
});
