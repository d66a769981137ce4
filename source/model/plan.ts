import type { Command } from './command.ts';
import type { HostEntry, HostFacts, Policy, StorePath } from './host.ts';
import { pendingReason } from './pending-reason.ts';
import type { HostPreview } from './preview.ts';
import type { Rollout } from './rollout.ts';
import type { AppState, HostState } from './state.ts';

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
  /** What it would do, as far as it could be asked; absent where nobody did. */
  readonly preview?: HostPreview;
  /**
   * `planned`: booted once, proven, and only then made the default. `offered`:
   * a part of it starts with a boot only; the person may choose it. Absent: no reason to.
   */
  readonly restart?: 'planned' | 'offered';
  /** An activation of an earlier run that is not decided yet: it is gone on with. */
  readonly activation?: string;
}

export interface LeftOut {
  readonly host: string;
  /**
   * `unchanged`, `pending` (offline, waits for this toplevel), `refused` by a
   * gate (nothing is deployed then), `protected` (nobody agreed to it by name;
   * the others go on), or `skipped` by its role.
   */
  readonly kind: 'unchanged' | 'pending' | 'refused' | 'protected' | 'skipped';
  readonly reason: string;
  /** The tested system that waits for a pending host. */
  readonly waiting?: StorePath;
}

export interface DeployPlan {
  readonly mode: DeployMode;
  readonly targets: readonly DeployTarget[];
  readonly leftOut: readonly LeftOut[];
  /** In which order; absent: as the config says when it is done. */
  readonly rollout?: Rollout;
}

export interface RollbackTarget {
  readonly host: string;
  readonly from: StorePath | null;
  readonly fromGeneration: number | null;
  readonly to: StorePath;
  readonly toGeneration: number | null;
  /** The number that the profile gets for it; null where it is the profile already. */
  readonly madeGeneration: number | null;
  readonly policy: Policy;
  readonly commands: readonly Command[];
  /** What it would do, as far as it could be asked; absent where nobody did. */
  readonly preview?: HostPreview;
}

export interface RollbackPlan {
  readonly targets: readonly RollbackTarget[];
  readonly leftOut: readonly LeftOut[];
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

/** What a running rollback of one host goes to: the recorded generation, or a chosen one. */
export type RollbackWish =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'generation'; readonly number: number };

/** The commands of a deed as data; the services that run them also name them. */
/** What a probe found that the commands of a deploy depend on. */
export type DeedFacts = Pick<HostFacts, 'current' | 'copyTrusted' | 'elevation'>;

export interface DeedCommands {
  deploy(entry: HostEntry, facts: DeedFacts, to: StorePath, mode: DeployMode): readonly Command[];
  rollback(
    entry: HostEntry,
    facts: Pick<DeedFacts, 'elevation'>,
    to: StorePath,
  ): readonly Command[];
}

/** The plan with every restart that it offers. */
export const withRestarts = (plan: DeployPlan): DeployPlan => ({
  ...plan,
  targets: plan.targets.map((target) =>
    target.restart === 'offered' ? { ...target, restart: 'planned' } : target,
  ),
});

type Decision<Target> =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'left-out'; readonly leftOut: LeftOut };

const leave = <Target>(host: string, kind: LeftOut['kind'], reason: string): Decision<Target> => ({
  kind: 'left-out',
  leftOut: { host, kind, reason },
});

const divide = <Target>(
  decisions: readonly Decision<Target>[],
): { targets: readonly Target[]; leftOut: readonly LeftOut[] } => ({
  targets: decisions.flatMap((decision) => (decision.kind === 'target' ? [decision.target] : [])),
  leftOut: decisions.flatMap((decision) =>
    decision.kind === 'left-out' ? [decision.leftOut] : [],
  ),
});

/** True when the host runs this system and would boot it again, as far as the loader can be read. */
export const isPersistent = (facts: HostFacts, toplevel: StorePath): boolean =>
  facts.profile === toplevel &&
  (facts.bootDefault.kind === 'unverifiable' || facts.bootDefault.toplevel === toplevel);

/** True when a deploy in this mode has nothing to do on the host. */
export const isInPlace = (facts: HostFacts, toplevel: StorePath, mode: DeployMode): boolean => {
  switch (mode) {
    case 'switch':
      return facts.current === toplevel && isPersistent(facts, toplevel);
    case 'boot':
      return isPersistent(facts, toplevel);
    case 'test':
    case 'dry-activate':
      return facts.current === toplevel;
  }
};

export const generationOf = (facts: HostFacts | null, path: StorePath | null): number | null =>
  facts?.generations.findLast((generation) => generation.path === path)?.number ?? null;

/** The generation that setting the profile to this path makes: always a new, highest number. */
export const generationMade = (facts: HostFacts, path: StorePath): number | null =>
  facts.profile === path || facts.generations.length === 0
    ? null
    : Math.max(...facts.generations.map((generation) => generation.number)) + 1;

const unreachableReason = (host: HostState): string | null =>
  host.probe.kind === 'failed' ? pendingReason(host.probe.failure) : null;

const decideDeploy = (
  state: AppState,
  name: string,
  mode: DeployMode,
  commands: DeedCommands,
): Decision<DeployTarget> => {
  const host = state.hosts[name];
  if (host === undefined) return leave(name, 'refused', `the flake has no host ${name}`);
  const { entry, expectation, facts } = host;
  if (entry.role.kind !== 'deployable') return leave(name, 'skipped', entry.role.reason);
  if (expectation.kind === 'failed')
    return leave(
      name,
      'refused',
      `its configuration does not evaluate: ${expectation.failureText}`,
    );
  if (expectation.kind !== 'known')
    return leave(name, 'refused', 'not evaluated and tested yet: run the tests first');
  const offline = unreachableReason(host);
  const answers = offline === null && facts !== null;
  if (answers && isInPlace(facts, expectation.toplevel, mode))
    return leave(name, 'unchanged', 'runs what the flake says');
  if (state.git !== null && state.git.tree !== expectation.tree)
    return leave(name, 'refused', 'the tree changed since this system was evaluated: test again');
  // A machine that builds its own system cannot be tested while it sleeps: that closes no gate.
  if (
    expectation.builtAt === null &&
    offline !== null &&
    (entry.buildOn === name || host.work.kind === 'pending')
  )
    return leave(name, 'pending', `${offline}, and it builds its own system`);
  if (expectation.builtAt === null)
    return leave(
      name,
      'refused',
      state.git === null
        ? 'outside of git no test is remembered by the next nixup: make the flake a repository (git init && git add --all), then test'
        : 'this exact system was not built and tested: test first',
    );
  if (!answers)
    return {
      kind: 'left-out',
      leftOut: {
        host: name,
        kind: 'pending',
        reason: offline ?? 'did not answer yet',
        waiting: expectation.toplevel,
      },
    };
  return {
    kind: 'target',
    target: {
      host: name,
      from: facts.current,
      fromGeneration: generationOf(facts, facts.current),
      to: expectation.toplevel,
      policy: entry.policy,
      commands: commands.deploy(entry, facts, expectation.toplevel, mode),
      dirty: (state.git?.dirty.length ?? 0) > 0,
      notes: entry.notes,
    },
  };
};

/**
 * What a deploy would do, from the state of the hosts and not from the lock's
 * difference. The gate is the toplevel: exactly the path that was built and
 * tested for this tree. Pure.
 */
export const planDeploy = (
  state: AppState,
  hosts: readonly string[],
  mode: DeployMode,
  commands: DeedCommands,
): DeployPlan => ({
  mode,
  ...divide(hosts.map((name) => decideDeploy(state, name, mode, commands))),
});

const decideRollback = (
  state: AppState,
  name: string,
  wish: RollbackWish,
  recordedFrom: (host: string) => StorePath | null,
  commands: DeedCommands,
): Decision<RollbackTarget> => {
  const host = state.hosts[name];
  if (host === undefined) return leave(name, 'refused', `the flake has no host ${name}`);
  const { entry, facts } = host;
  if (entry.role.kind !== 'deployable') return leave(name, 'skipped', entry.role.reason);
  const offline = unreachableReason(host);
  if (offline !== null || facts === null)
    return leave(name, 'pending', offline ?? 'did not answer yet');
  const number = generationOf(facts, facts.current);
  const previous = facts.generations
    .filter(
      (generation) =>
        generation.path !== facts.current && (number === null || generation.number < number),
    )
    .at(-1);
  const recorded = recordedFrom(name);
  const to =
    wish.kind === 'generation'
      ? (facts.generations.find((generation) => generation.number === wish.number)?.path ?? null)
      : recorded !== null && recorded !== facts.current
        ? recorded
        : (previous?.path ?? null);
  if (to === null)
    return leave(
      name,
      'refused',
      wish.kind === 'generation'
        ? `has no generation ${wish.number}; it has ${facts.generations.map((generation) => generation.number).join(', ')}`
        : 'has no earlier generation to go back to',
    );
  if (facts.current === to && isPersistent(facts, to))
    return leave(name, 'unchanged', 'runs that system already');
  return {
    kind: 'target',
    target: {
      host: name,
      from: facts.current,
      fromGeneration: number,
      to,
      toGeneration: generationOf(facts, to),
      madeGeneration: generationMade(facts, to),
      policy: entry.policy,
      commands: commands.rollback(entry, facts, to),
    },
  };
};

/** What a rollback would do: to the recorded system, or to a chosen generation by its path. Pure. */
export const planRollback = (
  state: AppState,
  hosts: readonly string[],
  wish: RollbackWish,
  recordedFrom: (host: string) => StorePath | null,
  commands: DeedCommands,
): RollbackPlan =>
  divide(hosts.map((name) => decideRollback(state, name, wish, recordedFrom, commands)));
