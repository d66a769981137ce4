import { branchOfUrl } from '../lock/archive-branch.ts';
import { branchName, isVersionTag, releaseOf } from '../lock/branch.ts';
import { type LockChange, lockedSide } from '../lock/change.ts';
import type { CommitSubject } from '../lock/commit-count.ts';
import type { InputFact } from '../lock/facts.ts';
import type { Attributes, LockedReference } from '../lock/lock.ts';
import { textOf } from '../lock/lock-attributes.ts';
import { flakehubVersion, repositoryOf } from '../lock/source.ts';
import { memoByObject } from '../memo.ts';
import { ownOf } from '../own-of.ts';
import { isMajorRise } from '../packages/package-version.ts';
import { isCriticalPackage } from '../packages/review.ts';
import { withoutControls } from '../words/without-controls.ts';
import type { CountedCommits } from './lock-commits.ts';
import type { ReleaseNote } from './release-note.ts';

/** A possible breaking change in an update, and where that was read. */
export interface BreakingChange {
  /** Path of the input. */
  readonly input: string;
  readonly source: 'release' | 'version' | 'commit' | 'release notes';
  readonly text: string;
  /** The commit that says so; null where it is not one commit. */
  readonly revision: string | null;
}

/** Conventional commits: `feat(api)!: drop x`; a footer of the message counts too, and the word in capitals. */
const marked = /^[a-z]+(?:\([^)]*\))?!:|\bBREAKING\b/;

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

/** Whether the subject of a commit says that it is a breaking change. */
export const isBreakingCommit = ({ subject, isBreaking }: CommitSubject): boolean =>
  isBreaking === true || marked.test(subject) || removal.test(subject) || isCriticalMajor(subject);

/**
 * Computed once for each list: there can be ten thousand commits, and other facts of the lock
 * change often.
 */
const breakingOf = memoByObject((subjects: readonly CommitSubject[]) =>
  subjects.filter(isBreakingCommit),
);

const noSubjects: readonly CommitSubject[] = [];

const refOf = (attributes: Attributes | null | undefined): string | undefined => {
  const ref =
    attributes === null || attributes === undefined ? undefined : textOf(attributes, 'ref');
  return ref === undefined ? undefined : branchName(ref);
};

const versionOfTag = (ref: string): string => ref.replace(/^refs\/tags\//, '').replace(/^v/, '');

/** A new major version; before 1.0 a new minor one may break as much, see semver.org. */
const isBreakingRise = (old: string, now: string): boolean => {
  if (isMajorRise(old, now)) return true;
  const [before, after] = [old, now].map((version) => /^0\.(\d+(?:\..*)?)$/.exec(version)?.[1]);
  return before !== undefined && after !== undefined && isMajorRise(before, after);
};

/** The branch, tag or channel that a side is of, as far as the lock tells. */
const lineOf = (original: Attributes | null | undefined, side: LockedReference | null) =>
  refOf(original) ??
  side?.ref ??
  branchOfUrl(textOf(original ?? {}, 'url')) ??
  branchOfUrl(side?.url) ??
  undefined;

const refChanges = (change: LockChange): readonly BreakingChange[] => {
  const before = lockedSide(change.old);
  const after = lockedSide(change.new);
  const old = lineOf(change.original?.old, before);
  const now = lineOf(change.original?.new, after);
  const note = (source: BreakingChange['source'], text: string): readonly BreakingChange[] => [
    { input: change.path, source, text: withoutControls(text), revision: null },
  ];
  if (change.alarms.includes('release-change'))
    return note(
      'release',
      `moves from ${old ?? 'a release'} to ${now ?? 'another'}; read its release notes`,
    );
  const tags = old !== undefined && now !== undefined && isVersionTag(old) && isVersionTag(now);
  const from = tags ? versionOfTag(old) : flakehubVersion(before?.url);
  const to = tags ? versionOfTag(now) : flakehubVersion(after?.url);
  if (from === undefined || to === undefined || !isBreakingRise(from, to)) return [];
  const shown = tags ? `${old} → ${now}` : `${from} → ${to}`;
  return isMajorRise(from, to)
    ? note('version', `a new major version: ${shown}`)
    : note('version', `before version 1 a new minor one may break: ${shown}`);
};

const subjectChanges = (
  change: LockChange,
  commits: CountedCommits | undefined,
): readonly BreakingChange[] =>
  breakingOf(commits?.subjects ?? noSubjects).map(({ subject, revision }) => ({
    input: change.path,
    source: 'commit',
    text: withoutControls(subject),
    revision,
  }));

/** Longer entries are cut: the notes themselves are one key away. */
const longestNote = 240;

const noteChanges = (
  change: LockChange,
  notes: readonly ReleaseNote[],
): readonly BreakingChange[] =>
  notes.map(({ text }) => ({
    input: change.path,
    source: 'release notes',
    text: withoutControls(text.length > longestNote ? `${text.slice(0, longestNote)}…` : text),
    revision: null,
  }));

/** Inputs whose release branch goes with that of nixpkgs. */
const companions = new Set(['home-manager', 'nix-darwin', 'stylix', 'nixvim', 'plasma-manager']);

/** Branches of nixpkgs, and of what is made for it, that are ahead of every release. */
const rolling = /^(?:main|master|(?:nixos|nixpkgs)-unstable(?:-small)?)$/;

/** A release of nixpkgs with another release of what is made for it, or one of them with none. */
const mismatches = (inputs: readonly InputFact[]): readonly BreakingChange[] => {
  const nixpkgs = inputs.find(({ name }) => name === 'nixpkgs');
  const branch = nixpkgs?.branch ?? null;
  const release = releaseOf(branch ?? undefined);
  if (nixpkgs === undefined || (release === null && !rolling.test(branch ?? ''))) return [];
  return inputs.flatMap(({ name, branch: its, follows }): readonly BreakingChange[] => {
    if (!companions.has(name) || follows !== null) return [];
    const own = releaseOf(its ?? undefined);
    if (own === release || (own === null && its !== null && !rolling.test(its))) return [];
    const text =
      own === null
        ? `is made for the newest nixpkgs, and nixpkgs is at ${release}`
        : `is made for ${own}, and nixpkgs is at ${release ?? branch}`;
    return [{ input: name, source: 'release', text, revision: null }];
  });
};

const repositoryName = (change: LockChange): string => {
  const side = lockedSide(change.new);
  const repository = side === null ? null : repositoryOf(side);
  return repository === null
    ? (side?.url ?? change.path)
    : `${repository.owner}/${repository.repo}`.toLowerCase();
};

/**
 * Possible breaking changes of all inputs, each with its source: release branches, major versions
 * of tags, new entries of release notes, subjects of commits that were loaded. What one repository
 * says at several paths is told once, for the shortest path.
 */
export const breakingChanges = (
  changes: readonly LockChange[],
  commits: Readonly<Record<string, CountedCommits>>,
  inputs: readonly InputFact[],
  releaseNotes: Readonly<Record<string, readonly ReleaseNote[]>> = {},
): readonly BreakingChange[] => {
  const seen = new Set<string>();
  const byDepth = changes.toSorted(
    (one, other) => one.path.split('/').length - other.path.split('/').length,
  );
  const found = byDepth.flatMap((change) =>
    [
      ...refChanges(change),
      ...noteChanges(change, ownOf(releaseNotes, change.path) ?? []),
      ...subjectChanges(change, ownOf(commits, change.path)),
    ].filter((one) => {
      const key = `${repositoryName(change)} ${one.revision ?? ''} ${one.text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
  return [...mismatches(inputs), ...found];
};
