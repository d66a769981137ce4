import { type LockAlarm, lockAlarms } from './alarm-texts.ts';
import { branchOf, isVersionTag, releaseOf } from './branch.ts';
import type { ChangeKind } from './change.ts';
import { isFlake, isMoved, isRehashed } from './classify.ts';
import { countsAgree, type Direction } from './commit-count.ts';
import type { Attributes, LockNode } from './lock.ts';
import { dateOf, lockedOf, numberOf, originalOf, sameValue, textOf } from './lock-attributes.ts';
import { channelRevision, hostOf, repositoryOf, sameSource } from './source.ts';

const versioned = new Set(['git', 'github', 'gitlab', 'sourcehut', 'hg']);

const isDirty = (locked: Attributes): boolean => {
  const revision = textOf(locked, 'rev');
  if (textOf(locked, 'dirtyRev') !== undefined || revision?.endsWith('-dirty') === true)
    return true;
  return versioned.has(textOf(locked, 'type') ?? '') && revision === undefined;
};

/** A path inside the flake itself, which needs neither hash nor date. */
const isRelative = (node: LockNode): boolean => {
  const path = textOf(originalOf(node), 'path') ?? textOf(lockedOf(node), 'path');
  return textOf(lockedOf(node), 'type') === 'path' && path !== undefined && !path.startsWith('/');
};

const lacksHash = (node: LockNode): boolean =>
  textOf(lockedOf(node), 'narHash') === undefined && !isRelative(node);

const isAbsolutePath = (node: LockNode): boolean =>
  textOf(lockedOf(node), 'type') === 'path' && !isRelative(node);

const isLocal = (url: string | undefined): boolean =>
  url !== undefined && /^(?:[a-z]+\+)?(?:file:|[/~.])/.test(url);

const isLocalUrl = (node: LockNode): boolean =>
  isLocal(textOf(lockedOf(node), 'url')) || isLocal(textOf(originalOf(node), 'url'));

/** The revision that a url carries: forty digits, or the short one of a NixOS channel. */
const revisionInUrl = (url: string): string | null =>
  /(?:^|[^0-9a-f])([0-9a-f]{40})(?:[^0-9a-f]|$)/.exec(url)?.[1] ?? channelRevision(url) ?? null;

const isMismatched = (locked: Attributes): boolean => {
  const revision = textOf(locked, 'rev');
  const url = textOf(locked, 'url');
  if (revision === undefined || url === undefined) return false;
  const inUrl = revisionInUrl(url);
  return inUrl !== null && !revision.startsWith(inUrl);
};

/** Where to look for owner and host: an `indirect` original names neither. */
const sourceAttributes = (node: LockNode): Attributes => {
  const original = originalOf(node);
  const type = textOf(original, 'type');
  return type === undefined || type === 'indirect' ? lockedOf(node) : original;
};

const isDefaultBranch = (branch: string | null): boolean =>
  branch === null || branch === 'main' || branch === 'master' || branch === 'HEAD';

const isPinned = (node: LockNode): boolean => textOf(originalOf(node), 'rev') !== undefined;

const isBranchChanged = (old: LockNode, now: LockNode): boolean => {
  const before = branchOf(old);
  const after = branchOf(now);
  if (before === after) return false;
  if (before === null || after === null) {
    const pinToggled = isPinned(old) || isPinned(now);
    return !pinToggled && !(isDefaultBranch(before) && isDefaultBranch(after));
  }
  return !(isVersionTag(before) && isVersionTag(after));
};

const releaseOfNode = (node: LockNode): string | null => {
  const branch = branchOf(node);
  return branch === null ? null : releaseOf(branch);
};

const isReleaseChanged = (old: LockNode, now: LockNode): boolean => {
  const before = releaseOfNode(old);
  const after = releaseOfNode(now);
  return before !== null && after !== null && before !== after && isBranchChanged(old, now);
};

/** What dates and counts of commits say; null where they say that it goes on, or nothing. */
const backwards = (
  old: Attributes,
  now: Attributes,
  kind: ChangeKind,
): 'downgrade' | 'history-rewritten' | null => {
  if (!isMoved(old, now)) return null;
  const oldDate = dateOf(old);
  const newDate = dateOf(now);
  const known = oldDate !== undefined && newDate !== undefined;
  if (known && newDate < oldDate) return 'downgrade';
  const oldCount = numberOf(old, 'revCount');
  const newCount = numberOf(now, 'revCount');
  if (
    kind !== 'updated' ||
    oldCount === undefined ||
    newCount === undefined ||
    newCount >= oldCount ||
    !countsAgree(old, now)
  )
    return null;
  return known && newDate > oldDate ? 'history-rewritten' : 'downgrade';
};

const differ = (before: string | undefined | null, after: string | undefined | null): boolean =>
  typeof before === 'string' &&
  typeof after === 'string' &&
  before.toLowerCase() !== after.toLowerCase();

const isSamePlace = (old: LockNode, now: LockNode): boolean =>
  sameValue(originalOf(old), originalOf(now)) &&
  sameSource(lockedOf(old), lockedOf(now)) &&
  textOf(lockedOf(old), 'ref') === textOf(lockedOf(now), 'ref');

/** What an input was before: not there, following another one, or locked by itself. */
type Before =
  | { readonly kind: 'absent' | 'follows' }
  | {
      readonly kind: 'locked';
      readonly node: LockNode;
      readonly change: ChangeKind;
      readonly isSamePlace: boolean;
    };

/** Whether the alarm is raised for what an input was before and is now. */
type Judge = (now: LockNode, before: Before) => boolean;

/** About a reference by itself, told where it was not so before. */
const whenNew =
  (isSo: (node: LockNode) => boolean): Judge =>
  (now, before) =>
    isSo(now) && (before.kind !== 'locked' || !isSo(before.node));

const whenLocked =
  (judge: (old: LockNode, now: LockNode, change: ChangeKind) => boolean): Judge =>
  (now, before) =>
    before.kind === 'locked' && judge(before.node, now, before.change);

/** Where the source is the same before and now, as in nearly every update, there is nothing to compare. */
const whenElsewhere =
  (judge: (old: LockNode, now: LockNode) => boolean): Judge =>
  (now, before) =>
    before.kind === 'locked' && !before.isSamePlace && judge(before.node, now);

/** Every alarm that a lock shows; `diverged` is known from the commits alone. */
const judges: Readonly<Record<Exclude<LockAlarm, 'diverged'>, Judge>> = {
  downgrade: whenLocked(
    (old, now, change) => backwards(lockedOf(old), lockedOf(now), change) === 'downgrade',
  ),
  'history-rewritten': whenLocked(
    (old, now, change) => backwards(lockedOf(old), lockedOf(now), change) === 'history-rewritten',
  ),
  'same-rev-new-hash': whenLocked((old, now) => isRehashed(lockedOf(old), lockedOf(now))),
  'owner-changed': whenElsewhere((old, now) =>
    differ(repositoryOf(sourceAttributes(old))?.owner, repositoryOf(sourceAttributes(now))?.owner),
  ),
  'host-changed': whenElsewhere((old, now) =>
    differ(hostOf(sourceAttributes(old)), hostOf(sourceAttributes(now))),
  ),
  'type-changed': whenElsewhere((old, now) =>
    differ(textOf(lockedOf(old), 'type'), textOf(lockedOf(now), 'type')),
  ),
  'branch-changed': whenElsewhere(isBranchChanged),
  'release-change': whenElsewhere(isReleaseChanged),
  dirty: (now) => isDirty(lockedOf(now)),
  // Told only when a hash goes missing: where Nix leaves out every hash (lazy trees), it would hide
  // the other alarms.
  'no-hash': whenNew(lacksHash),
  'rev-mismatch': (now) => isMismatched(lockedOf(now)),
  'local-path': (now, before) => isAbsolutePath(now) || whenNew(isLocalUrl)(now, before),
  'follows-removed': (_now, before) => before.kind === 'follows',
  'flake-toggled': whenLocked((old, now) => isFlake(old) !== isFlake(now)),
};

const judged = (now: LockNode, before: Before): readonly LockAlarm[] =>
  lockAlarms.filter((alarm) => alarm !== 'diverged' && judges[alarm](now, before));

export const alarmsOfAdded = (node: LockNode): readonly LockAlarm[] =>
  judged(node, { kind: 'absent' });

/** Of an input that followed another one and is locked by itself now. */
export const alarmsOfUnfollowed = (node: LockNode): readonly LockAlarm[] =>
  judged(node, { kind: 'follows' });

export const alarmsOfChange = (
  old: LockNode,
  now: LockNode,
  change: ChangeKind,
): readonly LockAlarm[] =>
  judged(now, { kind: 'locked', node: old, change, isSamePlace: isSamePlace(old, now) });

const orderAlarms = (alarms: readonly LockAlarm[]): readonly LockAlarm[] =>
  lockAlarms.filter((alarm) => alarms.includes(alarm));

/** Alarms of a change with what its commits revealed. */
export const alarmsWithDirection = (
  alarms: readonly LockAlarm[],
  direction: Direction | null,
): readonly LockAlarm[] => {
  switch (direction) {
    case 'behind':
      return orderAlarms([...alarms, 'downgrade']);
    case 'diverged':
      return orderAlarms([...alarms, 'diverged']);
    // The commits themselves are more exact than two numbers.
    case 'ahead':
      return alarms.filter((alarm) => alarm !== 'history-rewritten');
    case null:
      return alarms;
  }
};
