import type { Command } from '../command.ts';
import type { Failure } from '../failure.ts';
import type { HostEntry, HostFacts, Policy } from '../host/host.ts';
import type { Repeat } from '../host/setback.ts';
import type { UnitOwner } from '../host/unit-details.ts';
import type { StorePath } from '../nix/store-path.ts';
import { advise, advised } from '../words/advice.ts';
import type { HostPreview } from './preview.ts';
import type { Rollout } from './rollout.ts';

export type DeployMode = 'switch' | 'boot' | 'test' | 'dry-activate';

/** What a confirmation shows: the targets are frozen here, and the commands are the very values that run. */
export interface DeployTarget {
  readonly host: string;
  readonly from: StorePath | null;
  readonly fromGeneration: number | null;
  readonly to: StorePath;
  readonly policy: Policy;
  readonly commands: readonly Command[];
  /** True when the tree that was built was dirty. */
  readonly dirty: boolean;
  readonly notes: readonly string[];
  /**
   * What the deploy would do to the host, as far as it could be asked; absent where nobody asked.
   */
  readonly preview?: HostPreview;
  /**
   * `planned`: booted once, proven, and only then made the default. `offered`:
   * a part of it starts with a boot only; the person may choose it. Absent: no reason to.
   */
  readonly restart?: 'planned' | 'offered';
  /** An earlier run that is gone on with told it to restart: it may be on its way down. */
  readonly wasToldToRestart?: true;
  /** The commands of the way by a restart, where there is a reason for one. */
  readonly restartCommands?: readonly Command[];
  /**
   * An activation that an earlier run began and nobody has confirmed or reverted yet: this run
   * continues it.
   */
  readonly activation?: string;
  /**
   * How this system ended on the host before: somebody must agree to it by typing the host's name.
   */
  readonly repeats?: Repeat;
  /**
   * Words that follow the host's name: that the deploy takes it to something older. Absent where it
   * does not.
   */
  readonly goesBack?: string;
}

export interface LeftOut {
  readonly host: string;
  /**
   * `unchanged`, `pending` (offline, waits for this toplevel), `failed` (it is there and keeps
   * nixup out: a changed host key, a refused login; the others go on), `refused` by a
   * gate (nothing is deployed then), `protected` (nobody agreed to it by name;
   * the others go on), `repeated` (it failed there, or was taken back; the others go on),
   * `mistaken` (another machine answers for it; the others go on),
   * `unhealthy` (it runs it already, and is not well with it), `declined` (a person said no to
   * it; the others go on), or `skipped` by its role.
   */
  readonly kind:
    | 'unchanged'
    | 'pending'
    | 'failed'
    | 'refused'
    | 'protected'
    | 'repeated'
    | 'mistaken'
    | 'unhealthy'
    | 'declined'
    | 'skipped';
  readonly reason: string;
  /** The tested system that waits for a pending host. */
  readonly waiting?: StorePath;
  /** Of a rollback: the host has no system to go back to, and the same rollback would end the same. */
  readonly hasNoWayBack?: true;
}

export interface DeployPlan {
  readonly mode: DeployMode;
  readonly targets: readonly DeployTarget[];
  readonly leftOut: readonly LeftOut[];
  /** In which order; absent: as the config says when it is done. */
  readonly rollout?: Rollout;
  /** What a failed host means for the others, by the config; absent where nobody is asked. */
  readonly onFailure?: 'stop' | 'continue' | 'revert-wave';
}

const gated: ReadonlySet<LeftOut['kind']> = new Set<LeftOut['kind']>([
  'refused',
  'protected',
  'repeated',
  'mistaken',
]);

/** Whether a gate or a person kept hosts out: told by an exit status of its own. */
export const isGated = ({ leftOut }: Pick<DeployPlan, 'leftOut'>): boolean =>
  leftOut.some(({ kind }) => gated.has(kind));

/** What a host that a plan leaves out ends as. */
export const leftOutStatus: Readonly<
  Record<LeftOut['kind'], 'unchanged' | 'pending' | 'failed' | 'skipped'>
> = {
  unchanged: 'unchanged',
  pending: 'pending',
  failed: 'failed',
  mistaken: 'failed',
  refused: 'skipped',
  protected: 'skipped',
  repeated: 'skipped',
  unhealthy: 'skipped',
  declined: 'skipped',
  skipped: 'skipped',
};

/**
 * Hosts that a rollback leaves out although they run the same as the others: lock and commit do not
 * go back without them.
 */
export const stayBehind = (leftOut: readonly LeftOut[]): readonly LeftOut[] =>
  leftOut.filter(({ kind }) => kind !== 'unchanged' && kind !== 'skipped');

export interface RollbackTarget {
  /** As of a deploy: booted once and proven; `offered` where the person has to choose it. */
  readonly restart?: 'planned' | 'offered';
  readonly restartCommands?: readonly Command[];
  readonly host: string;
  readonly from: StorePath | null;
  readonly fromGeneration: number | null;
  readonly to: StorePath;
  readonly toGeneration: number | null;
  /** The number that the profile gets for it; null where it is the profile already. */
  readonly madeGeneration: number | null;
  /**
   * How that system ended on the host before: somebody must agree to it by typing the host's name.
   */
  readonly repeats?: Repeat;
  readonly policy: Policy;
  readonly commands: readonly Command[];
  /**
   * What the rollback would do to the host, as far as it could be asked; absent where nobody asked.
   */
  readonly preview?: HostPreview;
}

/** What goes back together with hosts, as a confirmation shows it. */
export interface FilesBack {
  /** The revision that is reverted; null where no commit is. */
  readonly commit: string | null;
  /**
   * Why no commit is reverted, where that was asked for: `commit 1a2b was reverted already, by
   * 3c4d`.
   */
  readonly noCommit?: string;
  readonly commands: readonly Command[];
  /** `origin/main`; null where nothing is pushed. */
  readonly pushesTo: string | null;
  /** Hosts that run what the lock says now, would run something else after, and are not rolled back. */
  readonly others: readonly string[];
}

export interface RollbackPlan {
  readonly targets: readonly RollbackTarget[];
  readonly leftOut: readonly LeftOut[];
  /** Absent where only hosts go back, or nobody asked. */
  readonly files?: FilesBack;
}

/** What goes back together with hosts, once all of them are back. */
export interface AlsoBack {
  /** The lock, to the committed one. */
  readonly lock: boolean;
  /** The newest commit that nixup made, by a revert. */
  readonly commit: boolean;
  /** The branch of the remote: the revert is pushed. */
  readonly push: boolean;
}

export const hostsOnly: AlsoBack = { lock: false, commit: false, push: false };

/**
 * To which system one host is rolled back: the one that was recorded before the deploy, or a chosen
 * generation.
 */
export type RollbackWish =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'generation'; readonly number: number };

/** What a probe found that the commands of a deploy depend on. */
export interface HostCommandFacts
  extends Pick<HostFacts, 'current' | 'copyTrusted' | 'elevation' | 'specialisation'> {
  /** False where the system that is left is not kept as known good: it is not good, not the profile, or kept already. */
  readonly keepsFrom?: boolean;
  /** The host has the new system in its store already: nothing is copied. */
  readonly isThere?: boolean;
  /** The most bytes that have to be copied; absent where that is not known. */
  readonly newSize?: number | undefined;
}

export type RestartFacts = HostCommandFacts &
  Pick<HostFacts, 'bootDefault' | 'generations' | 'profile'>;

/**
 * The commands of a deploy, a rollback or a clean as data: confirmations show them, and the
 * services run these same commands.
 */
export interface HostCommands {
  deploy(
    entry: HostEntry,
    facts: HostCommandFacts,
    to: StorePath,
    mode: DeployMode,
  ): readonly Command[];
  /** By way of a restart: booted once, then made the default. */
  restart(entry: HostEntry, facts: RestartFacts, to: StorePath): readonly Command[];
  /** The same to a system that the host has: nothing is copied, and what is left is not kept as known good. */
  restartBack(entry: HostEntry, facts: RestartFacts, to: StorePath): readonly Command[];
  rollback(
    entry: HostEntry,
    facts: Pick<HostFacts, 'current' | 'knownGood' | 'elevation' | 'specialisation'>,
    to: StorePath,
  ): readonly Command[];
  clean(
    entry: HostEntry,
    facts: Pick<HostFacts, 'elevation'>,
    numbers: readonly number[],
  ): readonly Command[];
  /** Restarts units of the system, or of the manager of a user. */
  restartServices(
    entry: HostEntry,
    facts: Pick<HostFacts, 'elevation'>,
    units: readonly string[],
    owner: UnitOwner | null,
  ): readonly Command[];
}

/** The target with the restart that it offers, and the commands of that way. */
export const byRestart = (target: DeployTarget): DeployTarget => ({
  ...target,
  restart: 'planned',
  commands: target.restartCommands ?? target.commands,
});

/** The plan with every restart that it offers. */
export const withRestarts = (plan: DeployPlan): DeployPlan => ({
  ...plan,
  targets: plan.targets.map((target) =>
    target.restart === 'offered' ? byRestart(target) : target,
  ),
});

/** Why a rollback is not done while the system runs. */
export const restartReason = (crossed: readonly string[]): string =>
  `going back crosses what cannot change while the system runs (${crossed.join(', ')}): it needs a restart`;

export const needsRestart = (host: string, crossed: readonly string[]): Failure => ({
  code: 'gate-closed',
  host,
  reason: restartReason(crossed),
  ...advised(
    advise(
      'Nothing was changed. Restart it into that system with',
      `nixup rollback ${host} --reboot`,
    ),
  ),
});
