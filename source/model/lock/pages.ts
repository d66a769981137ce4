import { type LockChange, lockedSide } from './change.ts';
import { commitUrl, fileUrl, releaseUrl, sourceUrl } from './compare-url.ts';

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

/** `v1.2`, `1.2.3` and `refs/tags/…`: a branch such as `26.05` is no tag. */
const tagName = /^(?:refs\/tags\/(.+)|(v\d+(?:\.\d+)*|\d+\.\d+\.\d+(?:[.-][\w.-]+)?))$/;

/**
 * The page with the release notes of a changed input, as far as that is known without asking anybody: of the release
 * that flake.nix names or a person chose, else the file in which notes were found; null where there is neither.
 */
export const releasePage = (
  change: LockChange,
  notes: readonly { readonly file: string }[],
): string | null => {
  const side = lockedSide(change.new);
  if (side === null) return null;
  const ref = change.chosen?.wish ?? change.original?.new?.['ref'];
  const found = typeof ref === 'string' ? tagName.exec(ref) : null;
  const tag = found?.[1] ?? found?.[2];
  const [note] = notes;
  return (
    (tag === undefined ? null : releaseUrl(side, tag)) ??
    (note === undefined ? null : fileUrl(side, note.file))
  );
};
