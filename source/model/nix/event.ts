/**
 * What Nix reports while it works, read from its `internal-json` log
 * (`src/libutil/logging.cc`). Activity ids are text: they exceed 2^53.
 */
export type NixEvent =
  | {
      readonly action: 'start';
      readonly id: string;
      readonly type: number;
      readonly text: string;
      readonly fields: readonly (string | number)[];
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
  | {
      readonly action: 'expected';
      readonly id: string;
      /** The type of activity that the number is about. */
      readonly type: number;
      readonly expected: number;
    }
  /** Determinate Nix says how each build ended; this one failed by itself. */
  | { readonly action: 'failed'; readonly derivation: string }
  | {
      readonly action: 'message';
      /** 0 error, 1 warning, 2 notice, 3 information; higher is detail. Null for text that is not JSON. */
      readonly level: number | null;
      readonly text: string;
      /** The derivations that this message calls failed. */
      readonly failedDerivations: readonly string[];
      /** The store paths of a plan ("these 5 derivations will be built:"). */
      readonly planned: readonly string[];
    };

/** The numbers of the activities that nixup follows (`include/nix/util/logging.hh`). */
export const activityType = {
  copyPath: 100,
  realise: 102,
  copyPaths: 103,
  builds: 104,
  build: 105,
  buildWaiting: 111,
} as const;
