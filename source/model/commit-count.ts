import type { LockedReference } from './lock.ts';
import type { CommitCount } from './lock-facts.ts';
import { revisionOf } from './lock-source.ts';

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

/**
 * Commits between two revisions of one source as the lock itself tells it,
 * without git and network; null when it does not. Exact on a straight history.
 */
export const exactCommitCount = (
  old: LockedReference,
  now: LockedReference,
): CommitCount | null => {
  const before = revisionOf(old);
  const after = revisionOf(now);
  if (before === undefined || after === undefined || before === after) return null;
  if (old.revCount !== undefined && now.revCount !== undefined && old.revCount !== now.revCount)
    return { count: Math.abs(now.revCount - old.revCount), exact: true, source: 'revCount' };
  const from = channelNumber(old.url);
  const to = channelNumber(now.url);
  if (from === null || to === null || from.line !== to.line || from.number === to.number)
    return null;
  return { count: Math.abs(to.number - from.number), exact: true, source: 'channel' };
};
