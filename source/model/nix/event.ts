import type { ActivityKind } from './activity-kind.ts';

/** How much a message matters to people; `detail` is what only a debugger of Nix reads. */
export type NixMessageLevel = 'error' | 'warning' | 'notice' | 'information' | 'detail';

/**
 * What Nix reports while it works, read from its `internal-json` log
 * (`src/libutil/logging.cc`). Activity ids are text: they exceed 2^53. Machines
 * are named as people call them; null is this one.
 */
export type NixEvent =
  /** Something begins that is listed while it runs. */
  | {
      readonly action: 'started';
      readonly id: string;
      readonly kind: ActivityKind;
      /** The derivation or store path; of a wait what for, in Nix's words where that is no path. */
      readonly subject: string;
      /** What people call it. */
      readonly name: string;
      /** The builder, the source or the destination; null for this machine. */
      readonly machine: string | null;
    }
  /** A total begins: its `progress` messages count all activities of that kind. */
  | {
      readonly action: 'total-started';
      readonly id: string;
      readonly of: 'builds' | 'copyPaths';
    }
  | { readonly action: 'stop'; readonly id: string }
  | { readonly action: 'logLine'; readonly id: string; readonly line: string }
  | { readonly action: 'phase'; readonly id: string; readonly phase: string }
  | {
      readonly action: 'progress';
      readonly id: string;
      readonly done: number;
      readonly expected: number;
      readonly running: number;
      readonly failed: number;
    }
  /** The bytes of all transfers together, as far as Nix knows them now. */
  | { readonly action: 'bytes-expected'; readonly bytes: number }
  /** Determinate Nix says how each build ended; this one failed by itself. */
  | { readonly action: 'failed'; readonly derivation: string }
  | {
      readonly action: 'message';
      /** Null for text that is not JSON. */
      readonly level: NixMessageLevel | null;
      readonly text: string;
      /** The derivations that this message calls failed. */
      readonly failedDerivations: readonly string[];
      /** The store paths of a plan ("these 5 derivations will be built:"). */
      readonly planned: readonly string[];
    };
