import { branchOf, isVersionTag, releaseOf } from './branch.ts';
import { type ChangeKind, type LockAlarm, lockAlarms } from './change.ts';
import { isFlake, isMoved, isRehashed } from './classify.ts';
import { countsAgree } from './commit-count.ts';
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

const branchAlarms = (old: LockNode, now: LockNode): readonly LockAlarm[] => {
  const before = branchOf(old);
  const after = branchOf(now);
  if (before === after) return [];
  if (before === null || after === null) {
    const pinToggled = isPinned(old) || isPinned(now);
    return pinToggled || (isDefaultBranch(before) && isDefaultBranch(after))
      ? []
      : ['branch-changed'];
  }
  if (isVersionTag(before) && isVersionTag(after)) return [];
  const oldRelease = releaseOf(before);
  const newRelease = releaseOf(after);
  return oldRelease !== null && newRelease !== null && oldRelease !== newRelease
    ? ['branch-changed', 'release-change']
    : ['branch-changed'];
};

const directionAlarms = (
  old: Attributes,
  now: Attributes,
  kind: ChangeKind,
): readonly LockAlarm[] => {
  if (!isMoved(old, now)) return [];
  const oldDate = dateOf(old);
  const newDate = dateOf(now);
  const known = oldDate !== undefined && newDate !== undefined;
  if (known && newDate < oldDate) return ['downgrade'];
  const oldCount = numberOf(old, 'revCount');
  const newCount = numberOf(now, 'revCount');
  if (
    kind !== 'updated' ||
    oldCount === undefined ||
    newCount === undefined ||
    newCount >= oldCount ||
    !countsAgree(old, now)
  )
    return [];
  return known && newDate > oldDate ? ['history-rewritten'] : ['downgrade'];
};

const differ = (before: string | undefined | null, after: string | undefined | null): boolean =>
  typeof before === 'string' &&
  typeof after === 'string' &&
  before.toLowerCase() !== after.toLowerCase();

const sourceAlarms = (old: LockNode, now: LockNode): readonly LockAlarm[] => {
  const before = sourceAttributes(old);
  const after = sourceAttributes(now);
  const types = [textOf(lockedOf(old), 'type'), textOf(lockedOf(now), 'type')];
  const alarms: LockAlarm[] = [];
  if (differ(repositoryOf(before)?.owner, repositoryOf(after)?.owner)) alarms.push('owner-changed');
  if (differ(hostOf(before), hostOf(after))) alarms.push('host-changed');
  if (differ(types[0], types[1])) alarms.push('type-changed');
  return alarms;
};

/** Alarms about a reference by itself, whatever was there before. */
const standingAlarms = (node: LockNode, old: LockNode | null): readonly LockAlarm[] => {
  const locked = lockedOf(node);
  const alarms: LockAlarm[] = [];
  if (isDirty(locked)) alarms.push('dirty');
  // Told only when a hash goes missing: where Nix leaves out every hash (lazy trees), it would hide
  // the other alarms.
  if (lacksHash(node) && (old === null || !lacksHash(old))) alarms.push('no-hash');
  if (isMismatched(locked)) alarms.push('rev-mismatch');
  if (isAbsolutePath(node) || (isLocalUrl(node) && (old === null || !isLocalUrl(old))))
    alarms.push('local-path');
  return alarms;
};

const isSamePlace = (old: LockNode, now: LockNode): boolean =>
  sameValue(originalOf(old), originalOf(now)) &&
  sameSource(lockedOf(old), lockedOf(now)) &&
  textOf(lockedOf(old), 'ref') === textOf(lockedOf(now), 'ref');

/** In the order of the list of alarms, each once. */
export const orderAlarms = (alarms: readonly LockAlarm[]): readonly LockAlarm[] =>
  alarms.length === 0 ? alarms : lockAlarms.filter((alarm) => alarms.includes(alarm));

export const alarmsOfAdded = (node: LockNode): readonly LockAlarm[] =>
  orderAlarms(standingAlarms(node, null));

export const alarmsOfChange = (
  old: LockNode,
  now: LockNode,
  kind: ChangeKind,
): readonly LockAlarm[] =>
  orderAlarms([
    ...directionAlarms(lockedOf(old), lockedOf(now), kind),
    ...(isRehashed(lockedOf(old), lockedOf(now)) ? (['same-rev-new-hash'] as const) : []),
    // The source is the same before and now, as in nearly every update: nothing to compare.
    ...(isSamePlace(old, now) ? [] : [...sourceAlarms(old, now), ...branchAlarms(old, now)]),
    ...standingAlarms(now, old),
    ...(isFlake(old) === isFlake(now) ? [] : (['flake-toggled'] as const)),
  ]);
