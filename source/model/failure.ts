import type { BootDefault, Elevation } from './host/host.ts';
import type { SupervisionResult } from './host/supervision.ts';
import type { NixCause } from './nix/cause.ts';
import type { StorePath } from './nix/store-path.ts';
import type { UnseenFile } from './nix/unseen-file.ts';
import type { ActiveRun } from './run/active-run.ts';

/** A host, and its ssh destination where that is not its name. */
interface Reached {
  readonly host: string;
  readonly address?: string;
}

/** Why ssh gave no way to a host that may well be awake. */
type SshFailureReason = 'not-started' | 'own-files' | 'hop' | 'no-agreement' | 'closed' | 'unclear';

/** An input that could not be fetched. */
export interface UnfetchedInput {
  readonly name: string;
  /** Where it is written: `flake.nix, line 4`; null where that is not known. */
  readonly place: string | null;
  readonly why: string;
  /** A sentence or a command; null where there is no better advice than to look. */
  readonly remedy: string | null;
  readonly command?: string;
}

/**
 * Everything that the world can do wrong, one variant each. `code` is stable:
 * documentation, tests and scripts rely on it. `remedy` is the whole line of advice,
 * `command` what it ends with (`words/advice.ts`).
 */
export type Failure =
  // How a process ended.
  | { readonly code: 'program-missing'; readonly program: string }
  | {
      readonly code: 'command-failed';
      readonly command: string;
      readonly exitCode: number;
      readonly tail: readonly string[];
    }
  | {
      readonly code: 'command-killed';
      readonly command: string;
      readonly signal: string;
      readonly tail: readonly string[];
    }
  | {
      readonly code: 'command-timeout';
      readonly command: string;
      readonly afterMs: number;
      readonly tail: readonly string[];
    }
  /** The person's own editor or pager, which gets the terminal. */
  | {
      readonly code: 'tool-failed';
      readonly tool: 'editor' | 'pager';
      /** Where it was named: `VISUAL`; null when nothing named it. */
      readonly variable: string | null;
      /** Its words, as they were given. */
      readonly words: string;
      readonly ending:
        | { readonly kind: 'missing' }
        | { readonly kind: 'unreadable' }
        | { readonly kind: 'exited'; readonly exitCode: number }
        | { readonly kind: 'killed'; readonly signal: string };
      /** The file that has what was saved before that, where it stays. */
      readonly keptIn?: string;
    }
  | { readonly code: 'canceled'; readonly what: string }
  | { readonly code: 'output-unreadable'; readonly command: string; readonly detail: string }
  // Hosts.
  | { readonly code: 'host-name-refused'; readonly name: string }
  | { readonly code: 'host-unknown'; readonly name: string; readonly nearest: string | null }
  | {
      readonly code: 'tag-unknown';
      /** Without its `@`. */
      readonly tag: string;
      readonly nearest: string | null;
      /** All tags that hosts have. */
      readonly known: readonly string[];
    }
  | ({
      readonly code: 'host-unreachable';
      readonly detail: string;
      /** The name that has no address; absent where the address itself was tried. */
      readonly name?: string;
    } & Reached)
  | ({
      readonly code: 'host-timeout';
      readonly afterMs: number;
      /** It took the connection: it is not asleep, something on it hangs. */
      readonly isConnected?: true;
    } & Reached)
  /** ssh itself did not get as far as a login; waiting for the host changes nothing. */
  | ({
      readonly code: 'ssh-failed';
      readonly why: SshFailureReason;
      readonly detail: string;
      /** The machine or program in between that failed, where it is known. */
      readonly hop?: string | undefined;
    } & Reached)
  /** The login asked a person to do something, and nobody did; `text` is what it asked. */
  | ({
      readonly code: 'login-waits';
      readonly text: string;
      readonly waitedMs: number;
    } & Reached)
  | { readonly code: 'host-key-unknown'; readonly host: string; readonly address: string }
  | { readonly code: 'host-key-changed'; readonly host: string; readonly address: string }
  | ({ readonly code: 'login-refused'; readonly detail: string } & Reached)
  /** The login shell ended instead of running the script; `detail` is its last line. */
  | ({
      readonly code: 'login-shell-failed';
      readonly exitCode: number;
      readonly detail: string | null;
    } & Reached)
  | {
      readonly code: 'identity-mismatch';
      readonly host: string;
      readonly fact: 'host name' | 'machine id';
      readonly expected: string;
      readonly found: string;
      /** The other host of the fleet that this machine is known as; absent where it is none of them. */
      readonly other?: string | undefined;
      /** The id of the machine that answered, where its name is what differs. */
      readonly machineId?: string | undefined;
    }
  | { readonly code: 'not-nixos'; readonly host: string; readonly detail: string }
  | ({
      readonly code: 'elevation-refused';
      readonly detail: string;
      /** The one that `elevate` names; absent where it names none. */
      readonly tool?: Elevation;
    } & Reached)
  // Files that people write.
  | {
      readonly code: 'config-invalid';
      readonly file: string;
      readonly line: number | null;
      readonly detail: string;
      readonly remedy: string;
      readonly command?: string;
    }
  | {
      readonly code: 'lock-invalid';
      readonly file: string;
      readonly line: number | null;
      readonly detail: string;
      /** Another way that is better here than the committed lock. */
      readonly remedy?: string;
      readonly command?: string;
    }
  | { readonly code: 'flake-missing'; readonly path: string }
  | {
      readonly code: 'file-failed';
      readonly operation: string;
      readonly path: string;
      readonly detail: string;
      /** In its place is something else: a pipe, a folder, a device, or far too much. */
      readonly isNoFile?: true;
      /** The disk has no room for it. */
      readonly isDiskFull?: true;
    }
  // Nix.
  | {
      readonly code: 'evaluation-failed';
      readonly host: string | null;
      readonly cause: string;
      readonly tail: readonly string[];
      /** The cause in its parts, where Nix gave them. */
      readonly because?: NixCause;
    }
  | {
      readonly code: 'build-failed';
      readonly host: string | null;
      readonly cause: string;
      readonly derivation: string | null;
      readonly tail: readonly string[];
      readonly because?: NixCause;
      /** Other derivations that failed of themselves in the same build. */
      readonly also?: readonly NixCause[];
      /** Derivations that were not begun, because something they need failed. Nix builds all others. */
      readonly unbegun?: readonly string[];
    }
  | { readonly code: 'input-unknown'; readonly name: string; readonly nearest: string | null }
  | {
      readonly code: 'lock-not-written';
      readonly detail: string;
      /** The lock changed all the same: Nix wrote it before it failed. */
      readonly isMoved?: true;
    }
  | {
      readonly code: 'revert-refused';
      readonly input: string;
      readonly detail: string;
      /** The input that brings it, and can be put back with it. */
      readonly instead?: string;
    }
  /** An input cannot be taken to the revision or day that was asked for. */
  | {
      readonly code: 'revision-refused';
      readonly input: string;
      readonly detail: string;
      readonly remedy: string;
      readonly command?: string;
    }
  /** The text behind the `@` of an input is neither a revision nor a day. */
  | {
      readonly code: 'revision-unreadable';
      readonly input: string;
      readonly detail: string;
      readonly remedy: string;
    }
  // RunGuard on hosts.
  | {
      readonly code: 'copy-failed';
      readonly host: string;
      readonly detail: string;
      /** The connection broke on the way; absent where it was something else. */
      readonly wasCut?: true;
      readonly remedy: string | null;
      readonly command?: string;
      readonly tail: readonly string[];
    }
  | {
      readonly code: 'activation-failed';
      readonly host: string;
      readonly exitCode: number | null;
      readonly meaning: string;
      /** True where the activation promises that it changed nothing; else parts of both systems may run. */
      readonly isUntouched?: boolean;
      /** True where the system can only be booted into: a deploy by `--mode boot` takes it. */
      readonly isForBoot?: true;
      readonly tail: readonly string[];
    }
  | {
      readonly code: 'activation-unproven';
      readonly host: string;
      readonly expected: string;
      readonly found: string | null;
      /** It was rebooted meanwhile, into what it boots by default. */
      readonly isRestarted?: true;
    }
  | {
      readonly code: 'persistence-unproven';
      readonly host: string;
      readonly detail: string;
      /** Another activation was at work on the host: it may be tried again. */
      readonly isBusy?: true;
      /**
       * What the host boots next where that is not a new system: the old one again, or the one that
       * it booted before a clean.
       */
      readonly after?: 'back' | 'clean';
    }
  | {
      readonly code: 'generation-gone';
      readonly host: string;
      readonly generation: number | null;
      readonly detail: string;
    }
  | {
      readonly code: 'space-short';
      readonly host: string;
      readonly detail: string;
      /** False where something was changed before the space ran out; `detail` says what. */
      readonly isUntouched?: boolean;
    }
  /**
   * The host decided by itself, or somebody else switched it; `detail` is the reason, where more is
   * known.
   */
  | {
      readonly code: 'taken-back';
      readonly host: string;
      readonly result: SupervisionResult;
      readonly detail: string | null;
      /** What it boots, read after its way back had failed, and what it should boot; absent where nobody could ask. */
      readonly boot?: { readonly found: BootDefault; readonly old: StorePath };
    }
  /** It did not come back from a restart, or never went down. */
  | {
      readonly code: 'restart-silent';
      readonly host: string;
      readonly afterMs: number;
      readonly isDown: boolean;
    }
  | {
      readonly code: 'fetch-failed';
      /** What could not be fetched; empty where nobody knows which input it was. */
      readonly inputs: readonly UnfetchedInput[];
      /** Nix's or git's own words. */
      readonly detail: string;
      /**
       * flake.nix asks for something that the lock does not have: without it Nix writes no lock.
       */
      readonly isNew?: true;
    }
  // Gates.
  | {
      readonly code: 'gate-closed';
      readonly host: string | null;
      readonly reason: string;
      readonly remedy: string;
      readonly command?: string;
    }
  | { readonly code: 'run-active'; readonly run: ActiveRun }
  // Git and the forge.
  | {
      readonly code: 'git-refused';
      readonly operation: string;
      readonly detail: string;
      readonly remedy: string;
      readonly command?: string;
    }
  /** A file that Nix needs is there, and git does not give it to Nix. */
  | { readonly code: 'file-unseen'; readonly unseen: UnseenFile }
  // Web.
  | {
      readonly code: 'http-failed';
      readonly url: string;
      readonly detail: string;
      /** Whether the server answered, and only not as hoped; absent where it was not reached. */
      readonly isAnswered?: boolean;
      /**
       * Why nothing is known of the server: it gave no answer in time, or the question did not leave this machine. Absent
       * where it answered, and where it refused.
       */
      readonly unheard?: 'late' | 'not-sent';
    };

/** Whether nobody can tell from it how the server is: it did not answer in time, or it was not asked. */
export const isUnheard = (failure: Failure): boolean =>
  failure.code === 'http-failed'
    ? failure.unheard !== undefined
    : failure.code === 'config-invalid' || failure.code === 'canceled';

export type FailureCode = Failure['code'];
