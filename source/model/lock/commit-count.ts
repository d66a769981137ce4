import { showCount } from '../words/format.ts';
import type { Attributes, LockedReference } from './lock.ts';
import { dateOf, numberOf } from './lock-attributes.ts';
import { revisionOf } from './source.ts';

/** `behind`: the new revision is an ancestor of the old one. */
export type Direction = 'ahead' | 'behind' | 'diverged';

/**
 * The number in the url of a NixOS channel: `26.11pre1053317` counts all
 * commits, `26.05.4193` those since the branch-off of that release.
 */
const channelNumber = (
  url: string | undefined,
): { readonly line: string; readonly number: number } | null => {
  const found =
    /^https:\/\/releases\.nixos\.org\/.*?(\d\d\.\d\d)(?:(pre|beta)|\.)(\d+)\.[0-9a-f]{11,14}\//.exec(
      url ?? '',
    );
  if (found === null) return null;
  const [, release = '', pre, digits = ''] = found;
  // `pre` numbers count from the first commit, whatever release comes next.
  return { line: pre === 'pre' ? 'pre' : `${pre ?? ''}${release}`, number: Number(digits) };
};

/** A clone with a part of the history (`--depth`, `--shallow-since`, a graft) is hardly deeper. */
const deepestPart = 1_000;
/** More than any repository gets in a day. */
const mostCommitsADay = 2_000;

/**
 * Whether the `revCount`s of two revisions count the same history. Nix counts what the clone has: in
 * one of depth 1 that is one commit, whatever came before it.
 */
export const countsAgree = (old: Attributes, now: Attributes): boolean => {
  const [before, after] = [numberOf(old, 'revCount'), numberOf(now, 'revCount')];
  if (before === undefined || after === undefined) return false;
  if (before <= 1 || after <= 1) return false;
  const [from, to] = [dateOf(old), dateOf(now)];
  if (after < before) {
    if (after > deepestPart) return true;
    // Parts of a history that were cut off at different places are of any two lengths.
    return from !== undefined && to !== undefined && to > from ? false : before / after <= 10;
  }
  if (from === undefined || to === undefined) return true;
  const days = Math.max(1, Math.abs(to - from) / 86_400);
  return (after - before) / days <= mostCommitsADay;
};

/**
 * The number of commits between two revisions of one source, from the numbers in the lock itself,
 * without git and network; null when the lock does not tell. Exact where history is a straight
 * line.
 */
export const lockedCommitCount = (
  old: LockedReference,
  now: LockedReference,
): CommitCount | null => {
  const before = revisionOf(old);
  const after = revisionOf(now);
  if (before === undefined || after === undefined || before === after) return null;
  if (old.revCount !== undefined && now.revCount !== undefined && old.revCount !== now.revCount)
    return {
      count: Math.abs(now.revCount - old.revCount),
      exact: countsAgree(old, now),
      source: 'revCount',
    };
  const from = channelNumber(old.url);
  const to = channelNumber(now.url);
  if (from === null || to === null || from.line !== to.line || from.number === to.number)
    return null;
  return { count: Math.abs(to.number - from.number), exact: true, source: 'channel' };
};

/** `~31`: not exact where two ways of counting disagree. */
export const showCommitCount = ({ count, exact }: Pick<CommitCount, 'count' | 'exact'>): string =>
  `${exact ? '' : '~'}${showCount(count)}`;

/** `1 commit`, `~31 commits`. */
export const commitsWords = (count: Pick<CommitCount, 'count' | 'exact'>): string =>
  `${showCommitCount(count)} ${count.count === 1 ? 'commit' : 'commits'}`;

/** `exact: false` is shown with `~`. */
export interface CommitCount {
  readonly count: number;
  readonly exact: boolean;
  readonly source: 'revCount' | 'channel' | 'compare' | 'git' | 'cache';
}

/** Where a count of commits comes from, for people; JSON has the source itself. */
export const commitSources: Readonly<Record<CommitCount['source'], string>> = {
  revCount: 'counted by the lock itself',
  channel: 'by the number of the channel',
  compare: 'counted by its forge',
  git: 'counted in a clone',
  cache: 'from the cache',
};

export interface CommitSubject {
  readonly revision: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly subject: string;
  /** Absent where an earlier nixup kept the commit. */
  readonly author?: string;
  /** What the message says below its subject, where a forge sent it; git is asked when somebody reads it. */
  readonly body?: string;
  /** The message has a footer `BREAKING CHANGE:`; absent where it has none. */
  readonly isBreaking?: true;
}
