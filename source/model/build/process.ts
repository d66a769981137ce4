import type { ActivityKind } from '../nix/activity-kind.ts';

/** What became of a derivation or a path. */
export type PathState = 'planned' | 'running' | 'ended' | 'failed';

/** Something that runs now, by the id that Nix gave it. */
interface Activity {
  readonly kind: ActivityKind;
  /** The derivation or store path; Nix's own words for a wait. */
  readonly subject: string;
  readonly name: string;
  readonly since: number;
  readonly machine: string | null;
  phase: string | null;
  bytes: number;
  bytesExpected: number | null;
  /** When it last said or moved anything. */
  lastHeardAt: number;
}

/** A build that ended; whether it succeeded is known by its derivation's fate. */
interface EndedBuild {
  readonly derivation: string;
  readonly machine: string | null;
  readonly ms: number;
  /** When it ended, ms since the epoch. */
  readonly at: number;
}

export interface Tally {
  done: number;
  expected: number;
  running: number;
  failed: number;
}

interface Transfers {
  readonly paths: Map<string, PathState>;
  /** Bytes of the transfers that ended. */
  bytes: number;
  bytesExpected: number;
}

/**
 * What one Nix process has reported so far. `foldNixEvent` owns it and changes it in place, because
 * a log has hundreds of thousands of lines. The same events at the same times always give the same
 * state.
 */
export interface NixProcessState {
  readonly machine: string | null;
  readonly activities: Map<string, Activity>;
  readonly derivations: Map<string, PathState>;
  /** Builds that stopped, in the order in which they did. */
  readonly ended: EndedBuild[];
  /** Derivations that failed by themselves, and how long they took, ms; null where that is not known. */
  readonly failed: Map<string, number | null>;
  readonly fetches: Transfers;
  readonly copies: Transfers;
  /** Nix's own totals: they know of failures that no message names. */
  readonly totals: { readonly builds: Tally; readonly copyPaths: Tally };
  readonly totalIds: { builds: string | null; copyPaths: string | null };
  hasPlan: boolean;
  /** Bytes that Nix announced for all transfers together. */
  bytesAnnounced: number;
}

const noTally = (): Tally => ({ done: 0, expected: 0, running: 0, failed: 0 });
const noTransfers = (): Transfers => ({
  paths: new Map(),
  bytes: 0,
  bytesExpected: 0,
});

/** `machine`: the one whose store builds, where that is not this one. */
export const newNixProcess = (machine: string | null = null): NixProcessState => ({
  machine,
  activities: new Map(),
  derivations: new Map(),
  ended: [],
  failed: new Map(),
  fetches: noTransfers(),
  copies: noTransfers(),
  totals: { builds: noTally(), copyPaths: noTally() },
  totalIds: { builds: null, copyPaths: null },
  hasPlan: false,
  bytesAnnounced: 0,
});
