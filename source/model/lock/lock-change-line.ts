import { showRevision } from '../words/format.ts';
import { isFollows, type LockChange, lockedSide } from './change.ts';
import { commitsWords } from './commit-count.ts';
import { describeAttributes, describeSide, showDay } from './describe.ts';
import type { Attributes, LockedReference } from './lock.ts';
import { revisionOf } from './source.ts';

const noRevision = 'no revision';

/** A short name of a locked state: its revision, else whatever tells it apart. */
const nameLocked = (reference: LockedReference): string => {
  const revision = revisionOf(reference);
  if (revision !== undefined) return showRevision(revision);
  if (reference.dirtyRev !== undefined) return showRevision(reference.dirtyRev);
  if (reference.narHash !== undefined) return reference.narHash.slice(0, 'sha256-'.length + 7);
  return noRevision;
};

const nameInUrl = (url: string | undefined): string | null =>
  /([^/?#]+?)(?:\.(?:tar(?:\.\w+)?|tgz|zip))?(?:[?#].*)?$/.exec(url ?? '')?.[1] ?? null;

/** `tool-1.2 → tool-1.3`; null where the urls are named alike. */
const fileNames = (old: LockedReference, now: LockedReference): string | null => {
  const before = nameInUrl(old.url);
  const after = nameInUrl(now.url);
  return before === null || after === null || before === after ? null : fromTo(before, after);
};

const fromTo = (before: string, after: string): string =>
  before === after ? after : `${before} → ${after}`;

/** `submodules on`; other values than yes and no are not told here. */
const attributeChange = (name: string, old: unknown, now: unknown): string => {
  if (name === 'flake') return now === false ? 'no flake any more' : 'a flake now';
  if (now === true) return `${name} on`;
  return old === true && now !== true ? `${name} off` : name;
};

const attributesThatDiffer = (old: Attributes, now: Attributes): string => {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const different = names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  return different.length === 0
    ? 'spelling in flake.nix'
    : different.map((name) => attributeChange(name, old[name], now[name])).join(', ');
};

const revisions = (change: LockChange): string => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  if (old === null || now === null)
    return fromTo(describeSide(change.old), describeSide(change.new));
  // Archives without a revision: their names tell more than their hashes do.
  const named = old.rev === undefined && now.rev === undefined ? fileNames(old, now) : null;
  if (named !== null) return named;
  const [before, after] = [nameLocked(old), nameLocked(now)];
  // An unknown type may have neither revision nor hash: what differs is named.
  return before === noRevision && after === noRevision
    ? `${noRevision}, other ${attributesThatDiffer(old as Attributes, now as Attributes)}`
    : fromTo(before, after);
};

const repointed = (change: LockChange): string => {
  const old = change.original?.old ?? lockedSide(change.old);
  const now = change.original?.new ?? lockedSide(change.new);
  const before = describeAttributes(old ?? {});
  const after = describeAttributes(now ?? {});
  // Submodules, shallow and the like are in no short description.
  const others = before === after ? attributesThatDiffer(old ?? {}, now ?? {}) : null;
  const sources = others === null ? fromTo(before, after) : `${after}, ${others}`;
  if (!change.lockedChanged) return `${sources}, still locked to the same`;
  const moved = revisions(change);
  return moved.startsWith(noRevision) ? sources : `${sources}, ${moved}`;
};

/** Where a re-pointed input comes from now; null for any other change. */
export const sourceNow = (change: LockChange): string | null => {
  if (change.kind !== 'repointed') return null;
  return describeAttributes(change.original?.new ?? lockedSide(change.new) ?? {});
};

/** What changed in an input, in a few words: `64c08a7 → d6524aa`. */
export const changeLine = (change: LockChange): string => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  switch (change.kind) {
    case 'updated':
      return revisions(change);
    case 'repointed':
      return repointed(change);
    case 'rehashed':
      return `${now === null ? '' : nameLocked(now)} again, with another content hash`;
    case 'follows':
      return isFollows(change.new) && !isFollows(change.old)
        ? `${describeSide(change.new)} (was its own)`
        : fromTo(describeSide(change.old), describeSide(change.new));
    case 'metadata':
      return old === null || now === null ? '' : `only ${attributesThatDiffer(old, now)}`;
    case 'renamed':
      return `was ${change.from ?? '?'}${change.lockedChanged ? `, ${revisions(change)}` : ''}`;
    case 'added':
      return describeSide(change.new);
    case 'removed':
      return `was ${describeSide(change.old)}`;
  }
};

/** `1 commit`, `~31 commits`; null where nothing is known. */
export const commitsLine = (change: LockChange): string | null => {
  const { commits } = change;
  return commits === undefined ? null : commitsWords(commits);
};

/** `2026-11-15 → 2026-11-22`; null where no date is known. */
export const datesLine = (change: LockChange): string | null => {
  const before = showDay(lockedSide(change.old)?.lastModified);
  const after = showDay(lockedSide(change.new)?.lastModified);
  if (before === null) return after;
  return after === null ? before : fromTo(before, after);
};

/** `7 days`, `-3 days`; null where a date is unknown or the day is the same. */
export const daysLine = (change: LockChange): string | null =>
  change.days === null || change.days === 0 || change.kind === 'follows'
    ? null
    : `${change.days} ${Math.abs(change.days) === 1 ? 'day' : 'days'}`;
