import { expect, test } from 'vitest';
import { breakingChanges } from '../../../source/model/inputs/breaking.ts';
import { rangeOf, whyNoRange } from '../../../source/model/inputs/commits.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { Attributes } from '../../../source/model/lock/lock.ts';
import { changeLine } from '../../../source/model/lock/lock-change-line.ts';
import { lockOf, revision, type Sample, someDay } from '../../support/lock-samples.ts';

const archive = (asked: string, url: string, more: Attributes = {}): Sample => ({
  original: { type: 'tarball', url: asked },
  locked: { type: 'tarball', url, narHash: `sha256-${url}`, lastModified: someDay, ...more },
});

const changeOf = (old: Sample, now: Sample): LockChange => {
  const [change] = diffLocks(lockOf({ x: old }), lockOf({ x: now }));
  if (change === undefined) throw new Error('no change');
  return change;
};

const textsOf = (change: LockChange): readonly string[] =>
  breakingChanges([change], {}, []).map(({ text }) => text);

const asked = (name: string): string => `https://channels.nixos.org/${name}/nixexprs.tar.xz`;
const released = (name: string): string =>
  `https://releases.nixos.org/nixos/${name}/nixexprs.tar.xz`;

test('a channel without a revision is counted, linked and named by the revision in its url', () => {
  const change = changeOf(
    archive(asked('nixos-unstable'), released('unstable/nixos-26.05pre1000.0e251e24a4f2')),
    archive(asked('nixos-unstable'), released('unstable/nixos-26.05pre1200.1e251e24a4f2')),
  );
  expect(change).toMatchObject({
    commits: { count: 200, exact: true, source: 'channel' },
    compareUrl: 'https://github.com/NixOS/nixpkgs/compare/0e251e24a4f2...1e251e24a4f2',
  });
  expect(changeLine(change)).toBe('0e251e2 → 1e251e2');
  expect(rangeOf(change)).toMatchObject({ old: '0e251e24a4f2', new: '1e251e24a4f2' });
});

test('a channel of another release says from which to which', () => {
  const change = changeOf(
    archive(asked('nixos-25.05'), released('25.05/nixos-25.05.1234.0e251e24a4f2')),
    archive(asked('nixos-25.11'), released('25.11/nixos-25.11.10.1e251e24a4f2')),
  );
  expect(change.alarms).toContain('release-change');
  expect(textsOf(change)).toEqual([
    'moves from nixos-25.05 to nixos-25.11; read its release notes',
  ]);
});

const hub = (name: string, version: string, seed: string, revCount: number): Sample =>
  archive(
    `https://flakehub.com/f/${name}/*`,
    `https://api.flakehub.com/f/pinned/${name}/${version}%2Brev-${revision(seed)}/0195-a/source.tar.gz`,
    { rev: revision(seed), revCount },
  );

test.each([
  ['1.0.100', '2.0.101', 'a new major version: 1.0.100 → 2.0.101'],
  ['0.3.1', '0.4.0', 'before version 1 a new minor one may break: 0.3.1 → 0.4.0'],
])('FlakeHub version %s to %s may break', (from, to, text) => {
  expect(textsOf(changeOf(hub('o/r', from, 'a', 100), hub('o/r', to, 'b', 101)))).toEqual([text]);
});

test('a FlakeHub version within a minor one breaks nothing', () => {
  expect(textsOf(changeOf(hub('o/r', '0.1.100', 'a', 1), hub('o/r', '0.1.120', 'b', 2)))).toEqual(
    [],
  );
});

test('nixpkgs of FlakeHub tells its release, and totals of two branches are no exact count', () => {
  const change = changeOf(
    hub('NixOS/nixpkgs', '0.2405.638', 'a', 638),
    hub('NixOS/nixpkgs', '0.2411.700', 'b', 700),
  );
  expect(change.alarms).toEqual(['branch-changed', 'release-change']);
  expect(change.commits).toMatchObject({ count: 62, exact: false });
  expect(textsOf(change)).toEqual([
    'moves from nixos-24.05 to nixos-24.11; read its release notes',
  ]);
});

test('an archive without a revision is named by its file', () => {
  const change = changeOf(
    archive('https://h.example/tool.tar.gz', 'https://h.example/tool-1.2.tar.gz'),
    archive('https://h.example/tool.tar.gz', 'https://h.example/tool-1.3.tar.gz'),
  );
  expect(changeLine(change)).toBe('tool-1.2 → tool-1.3');
  expect(whyNoRange(change)).toBe('a tarball is locked without a revision');
});

const located = (locked: Attributes): Sample => ({ original: { type: 'hg' }, locked });

test.each<[string, Attributes, Attributes]>([
  ['no git repository is known behind a hg', { type: 'hg', rev: '1' }, { type: 'hg', rev: '2' }],
  [
    'one side was locked from uncommitted files',
    { type: 'git', url: 'file:///r', rev: revision('a') },
    { type: 'git', url: 'file:///r', dirtyRev: `${revision('a')}-dirty` },
  ],
  [
    'the two sides are not of one repository',
    { type: 'github', owner: 'o', repo: 'a', rev: revision('a') },
    { type: 'github', owner: 'o', repo: 'b', rev: revision('b') },
  ],
])('%s', (why, old, now) => {
  const change = changeOf(located(old), located(now));
  expect(rangeOf(change)).toBeNull();
  expect(whyNoRange(change)).toBe(why);
});

test('an archive of another release branch is a change of release', () => {
  const of = (branch: string, revision: string) =>
    archive(
      `https://github.com/NixOS/nixpkgs/archive/${branch}.tar.gz`,
      `https://github.com/NixOS/nixpkgs/archive/${revision.repeat(40)}.tar.gz`,
    );
  expect(changeOf(of('nixos-25.11', 'a'), of('nixos-26.05', 'b')).alarms).toEqual([
    'branch-changed',
    'release-change',
  ]);
  expect(changeOf(of('nixos-25.11', 'a'), of('nixos-25.11', 'b')).alarms).toEqual([]);
});

test('an input that is read as a flake, or no more, says which', () => {
  const plain = archive('https://h.example/x.tar.gz', 'https://h.example/x.tar.gz');
  const noFlake: Sample = { ...plain, flake: false };
  expect(changeLine(changeOf(plain, noFlake))).toContain('no flake any more');
  expect(changeLine(changeOf(noFlake, plain))).toContain('a flake now');
});

test('of an unknown type without revision and hash the attributes that differ are named', () => {
  const of = (bucket: string): Sample => ({
    original: { type: 's3' },
    locked: { type: 's3', bucket, region: 'eu' },
  });
  expect(changeLine(changeOf(of('a'), of('b')))).toBe('no revision, other bucket');
});
