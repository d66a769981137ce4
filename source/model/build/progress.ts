import type { ActivityKind } from '../nix/activity-kind.ts';

/** Counts of derivations or store paths. */
export interface Counts {
  readonly expected: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
}

/** Counts of store paths, and their bytes (unpacked, as Nix counts them). */
export interface TransferCounts extends Counts {
  readonly bytes: number;
  readonly bytesExpected: number;
}

/** Something that runs now. */
export interface RunningActivity {
  readonly kind: ActivityKind;
  /** The name of the derivation or store path, or Nix's own words for a wait. */
  readonly name: string;
  readonly derivation: string | null;
  readonly phase: string | null;
  /** Ms since the epoch. */
  readonly since: number;
  /** The remote builder, the source or the destination; null for this machine. */
  readonly machine: string | null;
  /** 0 to 100; null where unknown. */
  readonly percent: number | null;
  /** Of a transfer: bytes moved, and of how many; null where Nix did not say. Absent for builds. */
  readonly bytes?: number;
  readonly bytesExpected?: number | null;
  /** When it last said or moved anything, ms since the epoch; `since` where absent. */
  readonly lastHeardAt?: number;
  /** What it took in earlier runs, ms; absent or null where it never ran. */
  readonly expectedMs?: number | null;
  /** Whose builds need it; told of the progress of all hosts. */
  readonly hosts?: readonly string[];
}

/** A build that ended a moment ago, or failed. */
export interface EndedActivity {
  readonly derivation: string;
  readonly name: string;
  readonly fate: 'built' | 'failed';
  /** How long it took; null where Nix reported no build of it here. */
  readonly ms: number | null;
  readonly machine: string | null;
  /** Whose builds need it; absent in journals of before. */
  readonly hosts?: readonly string[];
}

/** Where a build stands. */
export interface BuildProgress {
  readonly builds: Counts;
  readonly fetches: TransferCounts;
  readonly copies: TransferCounts;
  readonly activities: readonly RunningActivity[];
  /** Failed builds, and the last that succeeded; the newest last. */
  readonly ended?: readonly EndedActivity[];
  /** What all fetches together moved in the last seconds; absent where nothing moved. */
  readonly bytesPerSecond?: number;
  /** What its bar shows, 0 to 1, which never falls; kept by the state and not told. */
  readonly share?: number;
}

const noTransfers: TransferCounts = {
  expected: 0,
  running: 0,
  done: 0,
  failed: 0,
  bytes: 0,
  bytesExpected: 0,
};

export const noProgress: BuildProgress = {
  builds: { expected: 0, running: 0, done: 0, failed: 0 },
  fetches: noTransfers,
  copies: noTransfers,
  activities: [],
  ended: [],
};

/** Whether there was nothing to build, to fetch and to copy. */
export const isEmptyProgress = ({ builds, fetches, copies }: BuildProgress): boolean =>
  builds.expected + fetches.expected + copies.expected === 0;

const keepCounts = (before: Counts, after: Counts): Counts => ({
  expected: Math.max(before.expected, after.expected),
  running: after.running,
  done: Math.max(before.done, after.done),
  failed: Math.max(before.failed, after.failed),
});

const keepTransfers = (before: TransferCounts, after: TransferCounts): TransferCounts => ({
  ...keepCounts(before, after),
  bytes: Math.max(before.bytes, after.bytes),
  bytesExpected: Math.max(before.bytesExpected, after.bytesExpected),
});

/**
 * The progress of a process that has ended: what it stopped was not done, whatever it said while it
 * was being stopped.
 */
export const settleProgress = (before: BuildProgress, after: BuildProgress): BuildProgress => {
  const kept = keepMonotone(before, after);
  return {
    ...kept,
    builds: { ...kept.builds, done: after.builds.done, failed: after.builds.failed },
    fetches: { ...kept.fetches, done: after.fetches.done, failed: after.fetches.failed },
    copies: { ...kept.copies, done: after.copies.done, failed: after.copies.failed },
  };
};

/** The newer progress with totals that never fall: Nix takes back what it expected (nix#13935). */
export const keepMonotone = (before: BuildProgress, after: BuildProgress): BuildProgress => ({
  builds: keepCounts(before.builds, after.builds),
  fetches: keepTransfers(before.fetches, after.fetches),
  copies: keepTransfers(before.copies, after.copies),
  activities: after.activities,
  ...(after.ended === undefined ? {} : { ended: after.ended }),
});
