import type { LockedReference } from './lock.ts';
import type { CommitCount } from './lock-facts.ts';

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
  if (old.rev === undefined || now.rev === undefined || old.rev === now.rev) return null;
  if (old.revCount !== undefined && now.revCount !== undefined && old.revCount !== now.revCount)
    return { count: Math.abs(now.revCount - old.revCount), exact: true, source: 'revCount' };
  const before = channelNumber(old.url);
  const after = channelNumber(now.url);
  if (
    before === null ||
    after === null ||
    before.line !== after.line ||
    before.number === after.number
  )
    return null;
  return { count: Math.abs(after.number - before.number), exact: true, source: 'channel' };
};
