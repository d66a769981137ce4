import { expect, test } from 'vitest';
import type { LockAlarm } from '../../../source/model/lock/alarm-texts.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { FlakeLock, LockNode } from '../../../source/model/lock/lock.ts';
import { a, changesOf, only, path } from '../../support/lock-changes.ts';
import { day, github, lockOf, revision, type Sample, someDay } from '../../support/lock-samples.ts';

test('an updated input carries references, days, commits and link', () => {
  const old = github('NixOS/nixpkgs', 'a', { ref: 'nixos-unstable', locked: { revCount: 10 } });
  const now = github('NixOS/nixpkgs', 'b', {
    ref: 'nixos-unstable',
    at: someDay + 7 * day,
    locked: { revCount: 1_244 },
  });
  expect(only(old, now)).toEqual({
    path: 'x',
    kind: 'updated',
    lockedChanged: true,
    old: {
      type: 'github',
      owner: 'NixOS',
      repo: 'nixpkgs',
      rev: revision('a'),
      ref: 'nixos-unstable',
      lastModified: someDay,
      narHash: 'sha256-a',
      revCount: 10,
    },
    new: {
      type: 'github',
      owner: 'NixOS',
      repo: 'nixpkgs',
      rev: revision('b'),
      ref: 'nixos-unstable',
      lastModified: someDay + 7 * day,
      narHash: 'sha256-b',
      revCount: 1_244,
    },
    days: 7,
    compareUrl: `https://github.com/NixOS/nixpkgs/compare/${revision('a')}...${revision('b')}`,
    commits: { count: 1_234, exact: true, source: 'revCount' },
    alarms: [],
    alsoMoves: [],
  });
});

test('days are unknown where a date is missing, 0 or 1', () => {
  for (const lastModified of [0, 1]) {
    expect(only(a, github('o/r', 'b', { locked: { lastModified } })).days).toBeNull();
  }
});

test('an input that is new, with all below it, is added', () => {
  const added = github('o/s', 's', { inputs: { nixpkgs: ['x'], y: github('o/y', 'y') } });
  const changes = changesOf({ x: a }, { x: a, s: added });
  expect(changes.map(({ path: at, kind, old }) => [at, kind, old])).toEqual([
    ['s', 'added', null],
    ['s/nixpkgs', 'added', null],
    ['s/y', 'added', null],
  ]);
  expect(changes[1]?.new).toEqual({ follows: 'x' });
  expect(changesOf({ x: a, s: added }, { x: a }).map(({ kind, new: now }) => [kind, now])).toEqual([
    ['removed', null],
    ['removed', null],
    ['removed', null],
  ]);
});

test('an input added from this machine raises the alarm', () => {
  expect(changesOf({}, { x: path('/home/me', 'sha256-p') })[0]?.alarms).toEqual(['local-path']);
});

test('an input with a new name is renamed, and what is below it has not changed', () => {
  const input = github('o/r', 'a', { inputs: { y: github('o/y', 'y') } });
  const [change, ...rest] = changesOf({ before: input }, { after: input });
  expect(rest).toEqual([]);
  expect(change).toMatchObject({
    path: 'after',
    kind: 'renamed',
    from: 'before',
    lockedChanged: false,
    alarms: [],
  });
});

test('an input that was renamed and whose repository was renamed too is still the same', () => {
  const [change, ...rest] = changesOf(
    { before: github('o/old', 'a') },
    { after: github('o/new', 'a') },
  );
  expect(rest).toEqual([]);
  expect(change).toMatchObject({ kind: 'renamed', from: 'before', lockedChanged: true });
});

test('below a renamed input changes are found at the new path', () => {
  const before = github('o/r', 'a', { inputs: { y: github('o/y', 'y') } });
  const after = github('o/r', 'a', { inputs: { y: github('o/y', 'z') } });
  expect(changesOf({ before }, { after }).map(({ path: at, kind }) => [at, kind])).toEqual([
    ['after', 'renamed'],
    ['after/y', 'updated'],
  ]);
});

test.each<[string, Sample, Sample, unknown, unknown, readonly LockAlarm[]]>([
  ['begins', github('o/y', 'y'), ['x'], { type: 'github' }, { follows: 'x' }, []],
  ['ends', ['x'], github('o/y', 'y'), { follows: 'x' }, { type: 'github' }, ['follows-removed']],
  ['goes elsewhere', ['x'], ['z'], { follows: 'x' }, { follows: 'z' }, []],
  ['becomes empty', ['x'], [], { follows: 'x' }, { follows: '' }, []],
])('a follows that %s is told so', (_, old, now, oldSide, newSide, alarms) => {
  const rest = { x: a, z: github('o/z', 'z') };
  const changes = changesOf(
    { ...rest, s: github('o/s', 's', { inputs: { y: old } }) },
    { ...rest, s: github('o/s', 's', { inputs: { y: now } }) },
  );
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({
    path: 's/y',
    kind: 'follows',
    old: oldSide,
    new: newSide,
    alarms,
    compareUrl: null,
  });
});

test('an input that follows has no entry when its target moves, and is named there', () => {
  const rest = {
    direct: github('o/s', 's', { inputs: { x: ['x'] } }),
    chained: github('o/t', 't', { inputs: { x: ['direct', 'x'] } }),
    root: ['x'],
    below: github('o/u', 'u', {
      inputs: { inner: github('o/v', 'v', { inputs: { x: ['root'] } }) },
    }),
  };
  const changes = changesOf({ x: a, ...rest }, { x: github('o/r', 'b'), ...rest });
  expect(changes.map((change) => [change.path, change.alsoMoves])).toEqual([
    ['x', ['below/inner/x', 'chained/x', 'direct/x', 'root']],
  ]);
});

test('who follows a follows that was retargeted moves with it', () => {
  const rest = {
    x: a,
    z: github('o/z', 'z'),
    t: github('o/t', 't', { inputs: { x: ['s', 'x'] } }),
  };
  const changes = changesOf(
    { ...rest, s: github('o/s', 's', { inputs: { x: ['x'] } }) },
    { ...rest, s: github('o/s', 's', { inputs: { x: ['z'] } }) },
  );
  expect(changes.map((change) => [change.path, change.lockedChanged, change.alsoMoves])).toEqual([
    ['s/x', true, ['t/x']],
  ]);
});

test('metadata moves nobody', () => {
  const rest = { s: github('o/s', 's', { inputs: { x: ['x'] } }) };
  expect(
    changesOf({ x: github('O/r', 'a'), ...rest }, { x: github('o/r', 'a'), ...rest })[0]?.alsoMoves,
  ).toEqual([]);
});

test('a change of a nested input alone is found', () => {
  const at = (rev: string): Sample => github('o/s', 's', { inputs: { y: github('o/y', rev) } });
  expect(changesOf({ s: at('a') }, { s: at('b') }).map((change) => change.path)).toEqual(['s/y']);
});

const raw = (root: string, nodes: Readonly<Record<string, LockNode>>): FlakeLock => ({
  version: 7,
  root,
  nodes: new Map(Object.entries(nodes)),
});

test('a shared node and two equal nodes are the same lock', () => {
  const locked = { type: 'path', path: '/p', narHash: 'sha256-p' };
  const shared = raw('root', {
    root: { inputs: { a: 'x', b: 'x' } },
    x: { locked, original: locked },
  });
  const own = raw('root', {
    root: { inputs: { a: 'x', b: 'y' } },
    x: { locked, original: locked },
    y: { locked, original: locked },
  });
  expect(diffLocks(shared, own)).toEqual([]);
});

test('nodes in a circle and follows in a circle end', () => {
  const locked = { type: 'path', path: '/p', narHash: 'sha256-p' };
  const circle = (narHash: string): FlakeLock =>
    raw('root', {
      root: { inputs: { a: 'x', f: ['g'], g: ['f'] } },
      x: { inputs: { back: 'y' }, locked, original: locked },
      y: { inputs: { back: 'x' }, locked: { ...locked, narHash }, original: locked },
    });
  expect(diffLocks(circle('sha256-p'), circle('sha256-p'))).toEqual([]);
  expect(diffLocks(circle('sha256-p'), circle('sha256-q')).map(({ path: at }) => at)).toEqual([
    'a/back',
  ]);
});

test('names like constructor and __proto__ are inputs like others', () => {
  const inputs = JSON.parse('{"constructor": ["x"], "__proto__": ["x"], "x": "x"}') as Record<
    string,
    readonly string[]
  >;
  const now = raw('root', { root: { inputs }, x: { locked: { type: 'path', path: '/p' } } });
  expect(diffLocks(raw('root', { root: {} }), now).map(({ path: at }) => at)).toEqual([
    '__proto__',
    'constructor',
    'x',
  ]);
});

test('a lock whose shared nodes have more paths than atoms in the sea is compared', () => {
  const layers = 60;
  const deep = (rev: string): FlakeLock => {
    const nodes: Record<string, LockNode> = { root: { inputs: { a: 'l0', b: 'l0' } } };
    for (let layer = 0; layer < layers; layer += 1)
      nodes[`l${layer}`] = {
        locked: { type: 'path', path: '/p', narHash: layer === layers - 1 ? rev : 'x' },
        ...(layer === layers - 1 ? {} : { inputs: { a: `l${layer + 1}`, b: `l${layer + 1}` } }),
      };
    return raw('root', nodes);
  };
  expect(diffLocks(deep('a'), deep('b')).length).toBeGreaterThan(0);
});

test('in a lock of three thousand nodes the one input that moved is found', () => {
  const leaves = (seed: string): Readonly<Record<string, Sample>> =>
    Object.fromEntries(
      Array.from({ length: 30 }, (_, index): [string, Sample] => [
        `leaf-${index}`,
        github('o/leaf', `${seed} ${index}`, { inputs: { nixpkgs: ['nixpkgs'] } }),
      ]),
    );
  const lock = (seed: string): FlakeLock =>
    lockOf({
      nixpkgs: github('NixOS/nixpkgs', 'n'),
      ...Object.fromEntries(
        Array.from({ length: 100 }, (_, index): [string, Sample] => [
          `input-${index}`,
          github('o/input', 'i', { inputs: leaves(index === 77 ? seed : 'same') }),
        ]),
      ),
    });
  const old = lock('same');
  expect(old.nodes.size).toBe(3_102);
  const changes = diffLocks(old, lock('moved'));
  expect(changes).toHaveLength(30);
  expect(
    changes.every(
      (change) => change.path.startsWith('input-77/leaf-') && change.kind === 'updated',
    ),
  ).toBe(true);
});

/** The same revision of nixpkgs, fetched from its repository and as a channel. */
const asChannel: Sample = {
  original: { type: 'tarball', url: 'https://channels.nixos.org/nixos-26.05/nixexprs.tar.xz' },
  locked: {
    type: 'tarball',
    url: `https://releases.nixos.org/nixos/26.05/nixos-26.05.4193.${revision('1').slice(0, 12)}/nixexprs.tar.xz`,
    rev: revision('1'),
    narHash: 'sha256-other',
    lastModified: someDay + 1,
  },
};

test('a repository that becomes its own channel is re-pointed, with another type and hash', () => {
  const [change] = diffLocks(
    lockOf({ nixpkgs: github('NixOS/nixpkgs', '1', { ref: 'nixos-26.05' }) }),
    lockOf({ nixpkgs: asChannel }),
  );
  expect(change).toMatchObject({ kind: 'repointed', lockedChanged: true });
  expect(change?.alarms).toContain('type-changed');
  expect(change?.alarms).toContain('same-rev-new-hash');
});

test('only the case of an owner is metadata', () => {
  const [change] = diffLocks(
    lockOf({ a: github('NixOS/nixpkgs', '1') }),
    lockOf({ a: github('nixos/nixpkgs', '1') }),
  );
  expect(change).toMatchObject({ kind: 'metadata', alarms: [] });
});

test('a root input that follows moves with its target and has no entry', () => {
  const lock = (rev: string): FlakeLock =>
    lockOf({
      hydra: github('o/hydra', '1', { inputs: { nix: github('o/nix', rev) } }),
      nix: ['hydra', 'nix'],
    });
  expect(diffLocks(lock('1'), lock('2'))).toMatchObject([
    { path: 'hydra/nix', alsoMoves: ['nix'] },
  ]);
});

test('hashes that lazy trees leave out everywhere are metadata with an alarm each, and their return has none', () => {
  const full = { a: github('o/a', '1'), b: github('o/b', '1') };
  const lazy = Object.fromEntries(
    Object.entries(full).map(([name, sample]) => {
      const { narHash: _, ...locked } = sample.locked ?? {};
      return [name, { ...sample, locked }];
    }),
  );
  const dropped = diffLocks(lockOf(full), lockOf(lazy));
  expect(dropped.map(({ kind, alarms }) => [kind, alarms])).toEqual([
    ['metadata', ['no-hash']],
    ['metadata', ['no-hash']],
  ]);
  const back = diffLocks(lockOf(lazy), lockOf(full));
  expect(back.map(({ kind, alarms }) => [kind, alarms])).toEqual([
    ['metadata', []],
    ['metadata', []],
  ]);
});

test('of a type that is not known any other place is an update', () => {
  const at = (cid: string) =>
    lockOf({ a: { original: { type: 'ipfs', name: 'x' }, locked: { type: 'ipfs', cid } } });
  expect(diffLocks(at('one'), at('two'))).toMatchObject([{ kind: 'updated' }]);
  expect(diffLocks(at('one'), at('one'))).toEqual([]);
});
