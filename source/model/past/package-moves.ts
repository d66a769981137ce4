import type { PackageChange, PackageChangeKind, PackageDifference } from '../packages/packages.ts';

/** A package that a system has in other versions than the one before it. */
export interface PackageMove {
  readonly name: string;
  readonly kind: Exclude<PackageChangeKind, 'rebuilt'>;
  /** Versions, oldest first. */
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** The same moves of several hosts; `left`: further ones that are not kept. */
export interface HostMoves {
  readonly hosts: readonly string[];
  readonly changes: readonly PackageMove[];
  readonly left: number;
}

/** A release of NixOS changes some two thousand packages of a host. */
const mostMoves = 3_000;

/** Of all hosts of a run together: a journal of a thousand hosts stays readable. */
const mostOfRun = 30_000;

const isMove = (
  change: PackageChange,
): change is PackageChange & { readonly kind: PackageMove['kind'] } => change.kind !== 'rebuilt';

/** The packages that came in other versions, were added or removed; not those that were only built again. */
export const realMoves = ({
  changes,
}: PackageDifference): readonly (PackageChange & { readonly kind: PackageMove['kind'] })[] =>
  changes.filter(isMove);

const movesOf = (difference: PackageDifference): readonly PackageMove[] =>
  realMoves(difference).map(({ name, kind, old, new: next }) => ({
    name,
    kind,
    old,
    new: next,
  }));

/** Hosts whose packages move alike stand together; hosts without a move are left out. */
export const groupMoves = (
  differences: readonly (readonly [host: string, PackageDifference])[],
): readonly HostMoves[] => {
  const groups = new Map<string, { hosts: string[]; moves: readonly PackageMove[] }>();
  for (const [host, difference] of differences) {
    const moves = movesOf(difference);
    if (moves.length === 0) continue;
    const key = JSON.stringify(moves);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { hosts: [host], moves });
    else known.hosts.push(host);
  }
  let room = mostOfRun;
  return [...groups.values()].map(({ hosts, moves }) => {
    const changes = moves.slice(0, Math.min(mostMoves, room));
    room -= changes.length;
    return { hosts, changes, left: moves.length - changes.length };
  });
};

/** A package, and a version of it where one is asked for. */
export interface PackageQuestion {
  readonly name: string;
  readonly version: string | null;
}

/** `openssl`, `openssl 3.5.2`, `openssl@3.5.2`, or as a store path has it: `openssl-3.5.2`. */
export const readPackageQuestion = (text: string): PackageQuestion => {
  const trimmed = text.trim();
  const apart = /^(\S+?)(?:\s+|@)v?(\S+)$/.exec(trimmed) ?? /^(.+?)-(\d\S*)$/.exec(trimmed);
  const [, name = trimmed, version = null] = apart ?? [];
  return { name, version };
};

/** `3.5` asks for `3.5.2` too, and not for `3.51`. */
const isVersion = (version: string, wanted: string): boolean =>
  version === wanted ||
  (version.startsWith(wanted) && /^[.\-_+]/.test(version.slice(wanted.length)));

/** Whether it changed this package or, where a version is asked for, brought that version. */
export const isPackageMove = (
  { name, old, new: next }: PackageMove,
  { name: wanted, version }: PackageQuestion,
): boolean =>
  name === wanted &&
  (version === null || next.some((one) => isVersion(one, version) && !old.includes(one)));

/** `3.5.1 → 3.5.2`, `added 3.5.2`, `removed`. */
export const moveWords = ({ kind, old, new: next }: PackageMove): string => {
  const [was, is] = [old.join(', '), next.join(', ')];
  switch (kind) {
    case 'added':
      return `added ${is}`.trimEnd();
    case 'removed':
      return `removed ${was}`.trimEnd();
    case 'upgraded':
    case 'downgraded':
    case 'changed':
      return `${was} → ${is}`;
  }
};
