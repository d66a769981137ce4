import { type LockChange, lockedSide } from './change.ts';
import { commitUrl, sourceUrl } from './compare-url.ts';

const sideOf = (change: LockChange) => lockedSide(change.new) ?? lockedSide(change.old);

/** The page that compares the two revisions of a change, else that of its repository; null where none is known. */
export const linkOfChange = (change: LockChange): string | null => {
  const side = sideOf(change);
  return change.compareUrl ?? (side === null ? null : sourceUrl(side));
};

/** The page of one commit of the repository of a changed input; null where none is known. */
export const commitPage = (change: LockChange, revision: string): string | null => {
  const side = sideOf(change);
  return side === null ? null : commitUrl(side, revision);
};
