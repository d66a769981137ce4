import { expect, test } from 'vitest';
import { breakingChanges } from '../../../source/model/inputs/breaking.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { InputFact } from '../../../source/model/lock/facts.ts';
import { github, lockOf, type Sample } from '../../support/lock-samples.ts';

const breaking = (
  old: Readonly<Record<string, Sample>>,
  now: Readonly<Record<string, Sample>>,
  subjects: Readonly<Record<string, readonly string[]>> = {},
  inputs: readonly InputFact[] = [],
) =>
  breakingChanges(
    diffLocks(lockOf(old), lockOf(now)),
    Object.fromEntries(
      Object.entries(subjects).map(([path, lines]) => [
        path,
        {
          count: null,
          subjects: lines.map((subject, at) => ({ revision: `r${at}`, at, subject })),
        },
      ]),
    ),
    inputs,
  ).map(({ input, source, text }) => [input, source, text]);

const one = { a: github('o/a', '1') };
const other = { a: github('o/a', '2') };

test.each([
  'feat(api)!: drop the old names',
  'fix!: x',
  'BREAKING CHANGE: y',
  'nixos/foo: remove option bar',
  'nixos/foo: rename to baz',
  'libfoo: drop',
  'systemd: 259.3 -> 260.1',
  'hyprland: BREAKING rename the option',
])('%s is a breaking change', (subject) => {
  expect(breaking(one, other, { a: [subject] })).toEqual([['a', 'commit', subject]]);
});

test.each([
  'fix: x',
  'foo: 1.2 -> 2.0',
  'systemd: 260.1 -> 260.2',
  'nixos/foo: add option bar',
  'foo: remove unused patch',
  'foo: remove maintainer',
  'docs: what to remove',
])('%s is none', (subject) => {
  expect(breaking(one, other, { a: [subject] })).toEqual([]);
});

test('another release branch and a new major version of a tag are told', () => {
  const at = (rev: string, ref: string) => github('o/a', rev, { ref });
  expect(breaking({ a: at('1', 'nixos-25.11') }, { a: at('2', 'nixos-26.05') })).toEqual([
    ['a', 'release', 'moves from nixos-25.11 to nixos-26.05; read its release notes'],
  ]);
  expect(breaking({ a: at('1', 'v1.9.0') }, { a: at('2', 'v2.0.0') })).toEqual([
    ['a', 'version', 'a new major version: v1.9.0 → v2.0.0'],
  ]);
  expect(breaking({ a: at('1', 'v1.9.0') }, { a: at('2', 'v1.10.0') })).toEqual([]);
});

test('home-manager of another release than nixpkgs is told', () => {
  const fact = (name: string, branch: string): InputFact => ({
    name,
    branch,
    type: 'github',
    lastModified: null,
    revision: null,
    source: '',
    link: null,
    pinned: false,
    follows: null,
  });
  const inputs = [fact('nixpkgs', 'nixos-26.05'), fact('home-manager', 'release-25.11')];
  expect(breaking(one, one, {}, inputs)).toEqual([
    ['home-manager', 'release', 'is made for 25.11, and nixpkgs is at 26.05'],
  ]);
  const told = (nixpkgs: string, own: string): readonly unknown[] =>
    breaking(one, one, {}, [fact('nixpkgs', nixpkgs), fact('home-manager', own)]).map(
      ([, , text]) => text,
    );
  expect(told('nixos-26.05', 'release-26.05')).toEqual([]);
  expect(told('nixos-unstable', 'master')).toEqual([]);
  expect(told('nixos-unstable', 'release-26.05')).toEqual([
    'is made for 26.05, and nixpkgs is at nixos-unstable',
  ]);
  expect(told('nixos-26.05', 'master')).toEqual([
    'is made for the newest nixpkgs, and nixpkgs is at 26.05',
  ]);
});

test('what one repository says at several paths is told once', () => {
  const nested = (rev: string) => ({
    a: github('o/a', rev),
    b: github('o/b', '1', { inputs: { a: github('o/a', rev) } }),
  });
  const subjects = { a: ['x!: y'], 'b/a': ['x!: y'] };
  expect(breaking(nested('1'), nested('2'), subjects)).toEqual([['a', 'commit', 'x!: y']]);
});

test('an input may have the name of something that every object has', () => {
  expect(
    breaking({ constructor: github('o/a', '1') }, { constructor: github('o/a', '2') }),
  ).toEqual([]);
});
