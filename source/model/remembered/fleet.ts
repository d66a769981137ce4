import type { CheckRow } from '../board/board.ts';
import type { Headline } from '../lock/facts.ts';
import { newestHost, type RememberedHost } from './host.ts';

/** Counts of the lock, as the header says them. */
export interface RememberedLock {
  readonly at: number;
  readonly changed: number;
  readonly alarms: number;
  readonly headline: Headline | null;
}

export interface RememberedBoard {
  readonly at: number;
  readonly rows: readonly CheckRow[];
}

/** The last facts of a flake, kept between runs for the first frame. */
export interface RememberedFleet {
  /** The flake's folder, links resolved. */
  readonly flake: string;
  /** What was checked out, as `.git/HEAD` names it; null without git. Positions are those of that branch. */
  readonly head: string | null;
  /** When the hosts were listed, ms since the epoch. */
  readonly listedAt: number;
  /** In the flake's order. */
  readonly hosts: readonly RememberedHost[];
  readonly lock: RememberedLock | null;
  readonly board: RememberedBoard | null;
}

/** A record holds no more hosts than this: it must be read before the first frame. */
export const mostHosts = 5_000;

const newer = <Fact extends { readonly at: number }>(
  one: Fact | null,
  other: Fact | null,
): Fact | null => (one === null || (other !== null && other.at > one.at) ? other : one);

/**
 * What two programs know of one flake, by host and time: the hosts are those of the newer list, and
 * of each host, of the lock and of the board the newer facts stay. Pure.
 */
export const mergeRemembered = (
  one: RememberedFleet | null,
  other: RememberedFleet,
): RememberedFleet => {
  if (one === null) return other;
  const [listed, older] = other.listedAt >= one.listedAt ? [other, one] : [one, other];
  const known = new Map(older.hosts.map((host) => [host.name, host]));
  // Positions of another branch say nothing about this one.
  const isSameHead = one.head === other.head;
  return {
    ...listed,
    hosts: listed.hosts.slice(0, mostHosts).map((host) => {
      const before = known.get(host.name);
      if (before === undefined) return host;
      return newestHost(host, isSameHead ? before : { ...before, standing: null });
    }),
    lock: newer(one.lock, other.lock),
    board: newer(one.board, other.board),
  };
};
