import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { copiesSentence, inputCopies } from '../../../source/model/lock/copies.ts';
import { headlineInput, inputFacts } from '../../../source/model/lock/facts.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { github, lockOf, revision, someDay } from '../../support/lock-samples.ts';

const nixpkgs = (seed: string, ref: string) => github('NixOS/nixpkgs', seed, { ref });

test('the headline is the nixpkgs of the flake, not the node of that name', () => {
  const lock = lockOf({
    a: github('o/a', 'a', { inputs: { nixpkgs: nixpkgs('x', 'wrong') } }),
    nixpkgs: nixpkgs('y', 'nixos-26.05'),
  });
  expect(lock.nodes.get('nixpkgs')?.original?.['ref']).toBe('wrong');
  expect(headlineInput(lock)).toEqual({
    name: 'nixpkgs',
    branch: 'nixos-26.05',
    lastModified: someDay,
  });
});

test('the headline is found under another name, through follows, or not at all', () => {
  expect(headlineInput(lockOf({ unstable: nixpkgs('x', 'nixos-unstable') }))?.name).toBe(
    'unstable',
  );
  expect(headlineInput(lockOf({ nixpkgs: ['p'], p: nixpkgs('x', 'nixos-26.05') }))?.branch).toBe(
    'nixos-26.05',
  );
  expect(headlineInput(lockOf({ a: github('o/a', 'a') }))).toBeNull();
});

test('root inputs are listed with type, age, pin and what they follow', () => {
  const text = readFileSync(
    new URL('../../fixtures/locks/every-type.lock', import.meta.url),
    'utf8',
  );
  const lock = parseFlakeLock(text, 'flake.lock');
  if (!lock.ok) throw new Error('unreadable');
  const facts = inputFacts(lock.value);
  expect(
    facts.map(({ name, type, lastModified, follows, branch }) => [
      name,
      type,
      lastModified,
      follows,
      branch,
    ]),
  ).toEqual([
    ['2024', 'file', null, null, null],
    ['9', 'hg', null, null, 'default'],
    ['also-nixpkgs', 'github', 1764100000, 'nixpkgs', 'nixos-26.05'],
    ['flakehub', 'tarball', 1764000000, null, 'nixos-unstable'],
    ['gnome', 'gitlab', 1763000000, null, null],
    ['nixpkgs', 'github', 1764100000, null, 'nixos-26.05'],
    ['relative', 'path', null, null, null],
    ['root', 'sourcehut', 1763500000, null, null],
    ['submodules', 'git', 1763600000, null, 'main'],
  ]);
});

test('a pinned input is one whose revision the flake names', () => {
  const lock = lockOf({
    a: github('o/a', 'a', { original: { rev: revision('a') } }),
    b: github('o/b', 'b'),
  });
  expect(inputFacts(lock).map((fact) => fact.pinned)).toEqual([true, false]);
});

test('copies of a repository are counted by path and by revision', () => {
  const lock = lockOf({
    a: github('o/a', 'a', { inputs: { nixpkgs: nixpkgs('x', 'one') } }),
    b: github('o/b', 'b', { inputs: { nixpkgs: ['nixpkgs'], other: nixpkgs('y', 'two') } }),
    nixpkgs: nixpkgs('y', 'two'),
  });
  const [copies, ...others] = inputCopies(lock);
  expect(others).toEqual([]);
  expect(copies).toEqual({
    source: 'nixos/nixpkgs',
    paths: ['a/nixpkgs', 'b/other', 'nixpkgs'],
    revisions: 2,
    follows: [
      'inputs.a.inputs.nixpkgs.follows = "nixpkgs";',
      'inputs.b.inputs.other.follows = "nixpkgs";',
    ],
    savedCopies: 2,
    savedRevisions: 1,
  });
  if (copies !== undefined)
    expect(copiesSentence(copies)).toBe(
      'nixos/nixpkgs 3 times in 2 revisions; follows would save 2 copies and 1 revision to fetch and evaluate',
    );
});

test('two inputs of the flake itself are two on purpose, and without one the first nested copy is followed', () => {
  const own = lockOf({ a: nixpkgs('x', 'one'), b: nixpkgs('y', 'two') });
  expect(inputCopies(own)).toMatchObject([{ revisions: 2, follows: [], savedCopies: 0 }]);
  const nested = lockOf({
    a: github('o/a', 'a', { inputs: { nixpkgs: nixpkgs('x', 'one') } }),
    b: github('o/b', 'b', { inputs: { nixpkgs: nixpkgs('y', 'one') } }),
  });
  expect(inputCopies(nested)).toMatchObject([
    {
      revisions: 2,
      follows: ['inputs.b.inputs.nixpkgs.follows = "a/nixpkgs";'],
      savedCopies: 1,
      savedRevisions: 1,
    },
  ]);
});

test('a node that the lock shares is one copy, with a line for each of its paths', () => {
  const shared = lockOf({ a: github('o/a', 'a'), nixpkgs: github('NixOS/nixpkgs', '1') });
  const nodes = new Map(shared.nodes);
  const own = nodes.get('nixpkgs');
  const reached = { ...nodes.get('a'), inputs: { one: 'other', two: 'other' } };
  nodes.set('a', reached);
  nodes.set('other', { ...own, locked: { ...own?.locked, rev: 'f'.repeat(40) } });
  expect(inputCopies({ ...shared, nodes })).toEqual([
    {
      source: 'nixos/nixpkgs',
      paths: ['a/one', 'nixpkgs'],
      revisions: 2,
      follows: [
        'inputs.a.inputs.one.follows = "nixpkgs";',
        'inputs.a.inputs.two.follows = "nixpkgs";',
      ],
      savedCopies: 1,
      savedRevisions: 1,
    },
  ]);
  nodes.delete('nixpkgs');
  nodes.set('root', { inputs: { a: 'a' } });
  expect(inputCopies({ ...shared, nodes })).toEqual([]);
});
