import { namedTroubles, type ReportedTroubles } from './activation-troubles.ts';

/** What the ending of an activation means. `switched`: whether the host runs the new system by what the status promises. */
export interface ActivationMeaning {
  readonly kind:
    | 'done'
    | 'units-failed'
    | 'script-failed'
    | 'reload-failed'
    | 'reboot-needed'
    | 'inhibited'
    | 'lock-busy'
    | 'boot-loader-failed'
    | 'refused'
    | 'gave-up'
    | 'crashed'
    | 'stopped'
    | 'unknown';
  readonly switched: 'yes' | 'no' | 'unknown';
  /** True where the system can only be booted into. */
  readonly isForBoot?: true;
  /** In words, for people. */
  readonly text: string;
}

export type ActivationEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** The time limit passed and the host stopped it. */
  | { readonly kind: 'timed-out' }
  /** Killed, or gone with a reboot. */
  | { readonly kind: 'killed'; readonly how: string };

/** What the activation printed, as far as it tells endings apart. */
export interface ActivationHints {
  readonly failedUnits: readonly string[];
  readonly isLockBusy: boolean;
  readonly isRefusedBeforeSwitch: boolean;
  readonly failedChecks: readonly string[];
  readonly inhibitors: readonly string[];
  readonly isBootLoaderFailed: boolean;
  readonly failedJobs: ReportedTroubles['failedJobs'];
  readonly failedUsers: readonly string[];
  readonly isBegun: boolean;
  readonly gaveUp: string | null;
}

type Mode = 'test' | 'switch' | 'boot' | 'dry-activate';

/** It ended by an error of its own, with the words that it had for it. */
const explainGivingUp = ({ gaveUp, isBegun }: ActivationHints): ActivationMeaning | null => {
  if (gaveUp === null) return null;
  const why = gaveUp.replace(/\.$/, '');
  if (!isBegun)
    return {
      kind: 'refused',
      switched: 'no',
      text: /dbus/i.test(gaveUp)
        ? `the system bus (D-Bus) of the host does not answer (${why}); nothing was activated`
        : `it gave up (${why}); nothing was activated`,
    };
  const reason = /dbus|D-Bus|Connection is closed/i.test(gaveUp)
    ? `the system bus (D-Bus) ended under it (${why})`
    : /logind/.test(gaveUp)
      ? `logind did not answer (${why})`
      : why;
  return {
    kind: 'gave-up',
    switched: 'unknown',
    text: `it gave up in the middle: ${reason}; the host may run parts of both systems`,
  };
};

const explainRefusal = (hints: ActivationHints, mode: Mode): ActivationMeaning => {
  if (hints.inhibitors.length > 0)
    return {
      kind: 'inhibited',
      switched: 'no',
      isForBoot: true,
      text: `critical components changed (${hints.inhibitors.join(', ')}): this system must be booted, not switched to. Nothing was activated; deploy it with --mode boot and reboot`,
    };
  if (hints.isBootLoaderFailed)
    return {
      kind: 'boot-loader-failed',
      switched: 'no',
      text: 'the boot loader could not be installed; nothing was activated',
    };
  if (hints.isRefusedBeforeSwitch)
    return {
      kind: 'refused',
      switched: 'no',
      text: `${hints.failedChecks.length === 0 ? 'the checks before switching' : `the check before switching ${hints.failedChecks.join(', ')}`} failed; nothing was activated`,
    };
  return (
    explainGivingUp(hints) ?? {
      kind: 'refused',
      switched: mode === 'boot' ? 'no' : 'unknown',
      text: 'it was refused or failed early',
    }
  );
};

// Whole: the table of statuses, as the manual of switch-to-configuration has it.
const explainExit = (exitCode: number, hints: ActivationHints, mode: Mode): ActivationMeaning => {
  // The status of a busy lock is an errno: only the text tells.
  if (hints.isLockBusy && exitCode !== 0)
    return {
      kind: 'lock-busy',
      switched: 'no',
      text: 'another activation holds the lock of this host; nothing was activated',
    };
  const troubles = namedTroubles(hints);
  const named = troubles.length === 0 ? '' : `: ${troubles.join(', ')}`;
  switch (exitCode) {
    case 0:
      return {
        kind: 'done',
        switched: 'yes',
        text: mode === 'boot' ? 'it starts with the next boot' : 'it was activated',
      };
    case 1:
      return explainRefusal(hints, mode);
    case 2:
      return {
        kind: 'script-failed',
        switched: 'unknown',
        text: 'the activation script failed; the host may run parts of both systems',
      };
    case 3:
      return {
        kind: 'reload-failed',
        switched: 'unknown',
        text: 'systemd could not reload its units; services were not started again',
      };
    case 4:
      return {
        kind: 'units-failed',
        switched: 'yes',
        text: `it was activated, but ${named === '' ? 'it ended with 4 and named no unit' : `units failed${named}`}`,
      };
    case 100:
      return mode === 'switch'
        ? {
            kind: 'reboot-needed',
            switched: 'no',
            text: 'the init interface changed: the new system is the boot default and starts with a reboot',
          }
        : {
            kind: 'reboot-needed',
            switched: 'no',
            isForBoot: true,
            text: 'the init interface changed: nothing was activated and no boot loader written; deploy it with --mode boot and reboot',
          };
    case 126:
    case 127:
      return {
        kind: 'refused',
        switched: 'no',
        text: 'the system is not on the host, or cannot run there; nothing was activated',
      };
    case 101:
      return {
        kind: 'crashed',
        switched: 'unknown',
        text: 'switch-to-configuration itself crashed; the host may run parts of both systems',
      };
    default:
      return (
        explainGivingUp(hints) ?? {
          kind: 'unknown',
          switched: 'unknown',
          text: `it ended with the unknown status ${exitCode}`,
        }
      );
  }
};

/**
 * The exit statuses of `switch-to-configuration` in words (nixpkgs,
 * switch-to-configuration-ng: 0, 1, 2, 3, 4, 100, 101, and an errno for the lock).
 */
export const explainActivation = (
  ending: ActivationEnding,
  hints: ActivationHints,
  mode: Mode,
): ActivationMeaning => {
  switch (ending.kind) {
    case 'exited':
      return explainExit(ending.exitCode, hints, mode);
    case 'timed-out':
      return {
        kind: 'stopped',
        switched: 'unknown',
        text: 'it took longer than its time limit and was stopped',
      };
    case 'killed':
      return {
        kind: 'stopped',
        switched: 'unknown',
        text: `it was stopped before its end (${ending.how})`,
      };
  }
};
