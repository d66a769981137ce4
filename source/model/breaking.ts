import { type Attributes, type LockChange, lockedSide } from './lock.ts';
import { textOf } from './lock-attributes.ts';
import type { CountedCommits } from './lock-commits.ts';
import { withoutControls } from './lock-describe.ts';
import type { InputFact } from './lock-facts.ts';
import { repositoryOf } from './lock-source.ts';
import { isMajorRise } from './package-version.ts';
import { isCriticalPackage } from './packages-review.ts';
import { branchName, isVersionTag, releaseOf } from './release-branch.ts';

/** Something in an update that may need work by hand, and where that was read. */
export interface BreakingChange {
  /** Path of the input. */
  readonly input: string;
  readonly source: 'release' | 'version' | 'commit';
  readonly text: string;
  /** The commit that says so; null where it is not one commit. */
  readonly revision: string | null;
}

/** Conventional commits: `feat(api)!: drop x`. */
const marked = /^[a-z]+(?:\([^)]*\))?!:|\bBREAKING[ -]CHANGE\b/;

/** As nixpkgs writes: `nixos/foo: remove option`, `bar: drop`. Plain `remove trailing space` is none. */
const removal =
  /^(?:nixos\/[\w./-]+|[\w.+-]+): (?:remove|rename|drop)(?:$|d\b| (?!unused|unneeded|trailing|redundant|obsolete comment|maintainer|myself|with lib|superfluous|dead|stale|duplicate))/i;

const versionBump = /^([\w.+-]+): (\S+) -> (\S+)$/;

const isCriticalMajor = (subject: string): boolean => {
  const [, name, old, now] = versionBump.exec(subject) ?? [];
  return (
    name !== undefined &&
    old !== undefined &&
    now !== undefined &&
    isCriticalPackage(name) &&
    isMajorRise(old, now)
  );
};

const isBreakingSubject = (subject: string): boolean =>
  marked.test(subject) || removal.test(subject) || isCriticalMajor(subject);

const refOf = (attributes: Attributes | null | undefined): string | undefined => {
  const ref =
    attributes === null || attributes === undefined ? undefined : textOf(attributes, 'ref');
  return ref === undefined ? undefined : branchName(ref);
};

const versionOfTag = (ref: string): string => ref.replace(/^refs\/tags\//, '').replace(/^v/, '');

const refChanges = (change: LockChange): readonly BreakingChange[] => {
  const old = refOf(change.original?.old) ?? lockedSide(change.old)?.ref;
  const now = refOf(change.original?.new) ?? lockedSide(change.new)?.ref;
  const note = (source: BreakingChange['source'], text: string): readonly BreakingChange[] => [
    { input: change.path, source, text: withoutControls(text), revision: null },
  ];
  if (change.alarms.includes('release-change'))
    return note('release', `moves from ${old ?? '?'} to ${now ?? '?'}; read its release notes`);
  if (old === undefined || now === undefined || !isVersionTag(old) || !isVersionTag(now)) return [];
  return isMajorRise(versionOfTag(old), versionOfTag(now))
    ? note('version', `a new major version: ${old} → ${now}`)
    : [];
};

const subjectChanges = (
  change: LockChange,
  commits: CountedCommits | undefined,
): readonly BreakingChange[] =>
  (commits?.subjects ?? [])
    .filter(({ subject }) => isBreakingSubject(subject))
    .map(({ subject, revision }) => ({
      input: change.path,
      source: 'commit',
      text: withoutControls(subject),
      revision,
    }));

/** Inputs whose release branch goes with that of nixpkgs. */
const companions = new Set(['home-manager', 'nix-darwin', 'stylix', 'nixvim', 'plasma-manager']);

/** A release of nixpkgs with another release of what is made for it. */
const mismatches = (inputs: readonly InputFact[]): readonly BreakingChange[] => {
  const nixpkgs = inputs.find(({ name }) => name === 'nixpkgs');
  const release = releaseOf(nixpkgs?.branch ?? undefined);
  if (release === null) return [];
  return inputs.flatMap(({ name, branch }): readonly BreakingChange[] => {
    const own = companions.has(name) ? releaseOf(branch ?? undefined) : null;
    if (own === null || own === release) return [];
    const text = `is made for ${own}, and nixpkgs is at ${release}`;
    return [{ input: name, source: 'release', text, revision: null }];
  });
};

const repositoryName = (change: LockChange): string => {
  const side = lockedSide(change.new);
  const repository = side === null ? null : repositoryOf(side as Attributes);
  return repository === null ? change.path : `${repository.owner}/${repository.repo}`.toLowerCase();
};

/**
 * What may need work by hand, of all inputs, each with its source: release
 * branches, major versions of tags, subjects of commits that were loaded. What
 * one repository says at several paths is told once, for the shortest path.
 */
export const breakingChanges = (
  changes: readonly LockChange[],
  commits: Readonly<Record<string, CountedCommits>>,
  inputs: readonly InputFact[],
): readonly BreakingChange[] => {
  const seen = new Set<string>();
  const byDepth = changes.toSorted(
    (one, other) => one.path.split('/').length - other.path.split('/').length,
  );
  const found = byDepth.flatMap((change) =>
    [...refChanges(change), ...subjectChanges(change, commits[change.path])].filter((one) => {
      const key = `${repositoryName(change)} ${one.text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
  return [...mismatches(inputs), ...found];
};
