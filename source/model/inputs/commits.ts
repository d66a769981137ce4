import { type LockChange, lockedSide } from '../lock/change.ts';
import type { CommitCount, Direction } from '../lock/commit-count.ts';
import type { LockedReference } from '../lock/lock.ts';
import {
  channelRevision,
  type Repository,
  repositoryOf,
  revisionOf,
  sameRepository,
} from '../lock/source.ts';

/** A count with its direction; null where only the number is known. */
export interface DirectedCount extends CommitCount {
  readonly direction: Direction | null;
}

/** Two revisions of one repository. */
export interface CommitRange {
  /** Full hashes; of a channel without a revision the twelve digits in its url. */
  readonly old: string;
  readonly new: string;
  /** Where git fetches them. */
  readonly url: string;
  readonly repository: Repository | null;
  /** Date of the older end in seconds since the epoch; null where the lock has none. */
  readonly since: number | null;
}

const fullRevision = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A whole hash, or the beginning of one that a channel carries in its url. */
const isNamed = (revision: string, side: LockedReference): boolean =>
  fullRevision.test(revision) || channelRevision(side.url) === revision;

const gitUrl = (reference: LockedReference, repository: Repository | null): string | null => {
  if (reference.type === 'git') return reference.url ?? null;
  if (repository === null) return null;
  return `https://${repository.host}/${repository.owner}/${repository.repo}`;
};

/** The commits between the two sides of a change; null where the two are not of one repository. */
export const rangeOf = (change: LockChange): CommitRange | null => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  if (old === null || now === null) return null;
  const from = revisionOf(old);
  const to = revisionOf(now);
  if (from === undefined || to === undefined || from === to) return null;
  if (!isNamed(from, old) || !isNamed(to, now)) return null;
  const before = repositoryOf(old);
  const after = repositoryOf(now);
  const url = gitUrl(now, after);
  if (url === null) return null;
  const isOne =
    before === null || after === null ? gitUrl(old, before) === url : sameRepository(before, after);
  if (!isOne) return null;
  const dates = [old.lastModified ?? 0, now.lastModified ?? 0];
  const since = Math.min(...dates);
  return { old: from, new: to, url, repository: after, since: since > 1 ? since : null };
};

/** Why the commits of a change can neither be counted nor listed, for a person. */
export const whyNoRange = (change: LockChange): string => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  if (old === null || now === null) return 'only one side has a revision of its own';
  const from = revisionOf(old);
  const to = revisionOf(now);
  if (from === undefined || to === undefined)
    return now.dirtyRev === undefined && old.dirtyRev === undefined
      ? `a ${now.type} is locked without a revision`
      : 'one side was locked from uncommitted files';
  if (from === to) return 'the revision is the same';
  if (gitUrl(now, repositoryOf(now)) === null)
    return `no git repository is known behind a ${now.type}`;
  return 'the two sides are not of one repository';
};
