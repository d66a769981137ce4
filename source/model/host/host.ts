import type { StorePath } from '../nix/store-path.ts';
import type { ActivationWaits } from './activation-waits.ts';
import type { HostActivation } from './last-activations.ts';
import type { OldCode } from './old-code.ts';
import type { CheckSettings } from './own-checks.ts';
import type { OpenSupervision } from './supervision.ts';
import type { UnitFailure } from './unit-failure.ts';
import type { Upgrader } from './upgraders.ts';

/** One system generation of a host's profile. `at` is the link's time in ms since the epoch. */
export interface Generation {
  readonly number: number;
  readonly path: StorePath;
  readonly at: number;
  readonly nixosVersion: string | null;
  readonly revision: string | null;
  readonly kernel: string | null;
}

/** Something that somebody chose for the next boot only; the default comes after it. */
export interface OnceChoice {
  /** What the next boot starts, as the loader or the firmware calls it. */
  readonly entry: string;
  /** The command or the variable by which it was chosen. */
  readonly by: string;
}

/** What the boot loader starts when nobody chooses anything, resolved from its own files. */
export type BootDefault = (
  | {
      readonly kind: 'resolved';
      /** The name of one of `parsers/boot/loaders.ts`. */
      readonly loader: string;
      readonly toplevel: StorePath;
    }
  | { readonly kind: 'unverifiable'; readonly reason: string }
) & {
  /** A choice that is pending; absent where the next boot starts the default. */
  readonly once?: OnceChoice | undefined;
};

export interface FreeSpace {
  readonly mount: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** How the login user becomes root on the host. */
export type Elevation = 'root' | 'sudo' | 'doas' | 'run0';

/** The lock of switch-to-configuration while somebody holds it. */
interface ActivationLock {
  /** Process id and name, where they show. */
  readonly holder: string | null;
}

/** What one probe found on a host. A fact that could not be read is null. */
export interface HostFacts {
  /** When the probe answered, ms since the epoch. */
  readonly at: number;
  readonly latencyMs: number;
  readonly hostName: string | null;
  readonly machineId: string | null;
  /** Other hosts of the fleet that are remembered by this machine id; absent where there is none. */
  readonly sharesMachineWith?: readonly string[];
  readonly bootId: string | null;
  readonly uptimeSeconds: number | null;
  /** Host clock minus ours, ms. */
  readonly clockSkewMs: number | null;
  readonly current: StorePath | null;
  readonly booted: StorePath | null;
  readonly profile: StorePath | null;
  readonly generations: readonly Generation[];
  readonly bootDefault: BootDefault;
  /** Systems that the loader's menu can start; absent where its entries could not be read. */
  readonly bootable?: readonly StorePath[];
  /** The system that was verified before the last deploy, kept by a profile of its own; absent where there is none. */
  readonly knownGood?: StorePath;
  /** The specialisation of its profile that it runs; absent where it runs the system itself. */
  readonly specialisation?: string;
  readonly nixosVersion: string | null;
  /** `system.configurationRevision` of the running system. */
  readonly revision: string | null;
  /** Of the system that it was switched to. */
  readonly kernel: string | null;
  /** The kernel that runs, where that is another one until the next restart. */
  readonly bootedKernel?: string;
  /** True when kernel, initrd or modules of the booted system differ from the current one. */
  readonly rebootNeeded: boolean | null;
  /** Of the system and of users' managers, with reloads that failed. */
  readonly failedUnits: readonly UnitFailure[];
  readonly activeUnits: readonly string[];
  /** Units whose file exists and that do not run; absent where nobody asked. */
  readonly stoppedUnits?: readonly string[];
  /** Units that do not run, and that an active socket, timer, path or automount or a call on the bus starts; absent where nobody asked. */
  readonly waitingUnits?: readonly string[];
  /** Users whose units could not be asked, each with the reason in words; absent where there is none. */
  readonly unaskedUsers?: readonly string[];
  /** How often systemd started critical units again after they failed; absent where nobody asked. */
  readonly restarts?: Readonly<Record<string, number>>;
  /** Lasting TCP ports that take connections, sorted; absent where nobody asked. */
  readonly listens?: readonly number[];
  /** What still runs code of an earlier system; absent where nobody asked since it runs this one. */
  readonly oldCode?: OldCode;
  readonly load: readonly [number, number, number] | null;
  readonly space: readonly FreeSpace[];
  readonly elevation: Elevation | null;
  readonly nixVersion: string | null;
  /** Whether the host's Nix lets the login user copy unsigned paths. */
  readonly copyTrusted: boolean | null;
  /** Null when it is free. */
  readonly activationLock: ActivationLock | null;
  /** An activation of nixup that is not decided yet; absent where nobody asked. */
  readonly supervision?: OpenSupervision | null;
  /** What nixup did to it last, the oldest first, as the host keeps it; absent where it keeps nothing. */
  readonly activations?: readonly HostActivation[];
  /** Units that would switch the host by themselves, such as nixos-upgrade.timer. */
  readonly automaticUpgrades: readonly string[];
  /** The same, each with when it does so next; absent where nobody asked. */
  readonly upgraders?: readonly Upgrader[];
}

/** Whether a host's entry in the flake can be tested and deployed, found by evaluation and config. */
export type HostRole =
  | { readonly kind: 'deployable' }
  | { readonly kind: 'build-only'; readonly reason: string }
  | {
      readonly kind: 'left-out';
      readonly reason: string;
      /**
       * It builds an image. If a NixOS answers at its address, it counts as a host all the same.
       */
      readonly isImage?: true;
    }
  | { readonly kind: 'refused'; readonly reason: string };

export type Policy = 'auto' | 'ask' | 'protected';

/** A host as flake and config describe it: its settings have the names that `model/config/host.ts` gives them. */
export interface HostEntry extends CheckSettings {
  readonly name: string;
  /** `networking.hostName`; null where it is empty, as on clouds that give names, or does not evaluate. */
  readonly hostName: string | null;
  /** An ssh destination. */
  readonly address: string;
  /** True for the machine that nixup runs on. */
  readonly here: boolean;
  readonly tags: readonly string[];
  readonly policy: Policy;
  readonly critical: readonly string[];
  readonly ignoreUnits: readonly string[];
  readonly elevate: 'auto' | Elevation;
  readonly onUnhealthy: 'keep' | 'ask' | 'rollback';
  readonly notes: readonly string[];
  /** The host on which its system is built; absent where this machine builds, or its builders. */
  readonly buildOn?: string;
  readonly role: HostRole;
}

/** What the flake says a host should run, for the tree with this git tree hash; null without git. */
export type Expectation =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'evaluating' }
  | {
      readonly kind: 'known';
      readonly toplevel: StorePath;
      readonly derivation: StorePath | null;
      readonly tree: string | null;
      /** Built, valid in the store where it was built, and tested: the gate for a deploy. */
      readonly builtAt: number | null;
      /** The host whose store holds it; absent where that is this machine's. */
      readonly builtOn?: string;
    }
  | { readonly kind: 'failed'; readonly failureText: string; readonly tree: string | null };

/** What a host should run, where that is known. */
export type KnownExpectation = Extract<Expectation, { readonly kind: 'known' }>;

/** Where a host stands against the flake. */
export type HostPosition =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'current' }
  | { readonly kind: 'stale'; readonly commitsBehind: number | null }
  | { readonly kind: 'ahead' }
  | { readonly kind: 'diverged' }
  | { readonly kind: 'drifted' }
  /** Runs an older system than nixup deployed last, by somebody else. */
  | { readonly kind: 'backward' }
  | { readonly kind: 'rebootNeeded' }
  /** Runs the expected system, and would boot another one. */
  | { readonly kind: 'notPersistent' }
  | { readonly kind: 'unreachable'; readonly why: string };

export type DeployStep =
  | 'evaluate'
  | 'build'
  | 'identity'
  | 'preflight'
  | 'copy'
  | 'preview'
  | 'activate'
  | 'restart'
  | 'contact'
  | 'health'
  | 'persist'
  | 'verify'
  | 'rollback';

/** What nixup is doing with a host now, or did last. Final states ignore late events. */
export type HostWork =
  | { readonly kind: 'idle' }
  | { readonly kind: 'queued' }
  | {
      readonly kind: 'running';
      readonly step: DeployStep;
      /** Things done and expected, in units of the step; null where unknown. */
      readonly done: number | null;
      readonly expected: number | null;
      readonly since: number;
      /** The clock that the step runs against, ms from `since`; absent where nothing limits it. */
      readonly limitMs?: number;
      /** What an activation that takes long waits for; absent where it does not, or that is not known. */
      readonly waits?: ActivationWaits;
    }
  | {
      readonly kind: 'built';
      readonly toplevel: StorePath;
      readonly tookMs: number;
      /** Whether the host runs another system; null where nobody knows what it runs. */
      readonly changed: boolean | null;
    }
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'pending'; readonly why: string }
  | {
      readonly kind: 'rollingBack';
      readonly to: StorePath;
      readonly since: number;
      readonly waits?: ActivationWaits;
    }
  | {
      readonly kind: 'succeeded';
      /** Absent in journals of deploys. */
      readonly deed?: 'rollback';
      readonly from: StorePath | null;
      readonly to: StorePath;
      readonly generation: number | null;
      readonly at: number;
    }
  | { readonly kind: 'unchanged'; readonly toplevel: StorePath; readonly at: number }
  | {
      readonly kind: 'unhealthy';
      readonly problems: readonly string[];
      readonly from: StorePath | null;
      readonly to: StorePath;
      readonly generation: number | null;
      readonly at: number;
    }
  | {
      readonly kind: 'failed';
      readonly step: DeployStep;
      readonly reason: string;
      /** The whole line of advice, and the command that it ends with. */
      readonly remedy: string;
      readonly command?: string;
      readonly at: number;
    }
  | {
      readonly kind: 'rolledBack';
      readonly from: StorePath | null;
      readonly to: StorePath;
      readonly generation: number | null;
      readonly reason: string;
      readonly at: number;
    }
  | { readonly kind: 'canceled'; readonly step: DeployStep | null; readonly at: number }
  | { readonly kind: 'skipped'; readonly reason: string };

/**
 * What a kind of work means for the run that it belongs to: it goes on, it was left for a
 * later step or run, or it has ended. Nothing that comes late changes what has ended.
 */
const phases: Readonly<Record<HostWork['kind'], 'open' | 'left' | 'ended'>> = {
  idle: 'open',
  queued: 'open',
  running: 'open',
  built: 'open',
  waiting: 'open',
  rollingBack: 'open',
  pending: 'left',
  skipped: 'left',
  succeeded: 'ended',
  unchanged: 'ended',
  unhealthy: 'ended',
  failed: 'ended',
  rolledBack: 'ended',
  canceled: 'ended',
};

export const hasEnded = ({ kind }: Pick<HostWork, 'kind'>): boolean => phases[kind] === 'ended';

/** The run has nothing more to do with the host. */
export const isOver = ({ kind }: Pick<HostWork, 'kind'>): boolean => phases[kind] !== 'open';

/** The tool that the configuration names for becoming root, as a part of a failure; nothing where it names none. */
export const namedTool = ({
  elevate,
}: Pick<HostEntry, 'elevate'>): { readonly tool?: Elevation } =>
  elevate === 'auto' ? {} : { tool: elevate };
