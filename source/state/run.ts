import type { WantedCommit } from '../model/commit/cut-commit.ts';
import type { AlsoBack, DeployMode } from '../model/deploy/plan.ts';
import type { OtherSystem } from '../model/host/other-system.ts';
import type { LockAlarm } from '../model/lock/alarm-texts.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { InputMove } from '../model/past/input-moves.ts';
import type { ActiveRun } from '../model/run/active-run.ts';

/** An input whose change has an alarm that nobody looked at. */
export interface UnreviewedAlarm {
  /** The path of the input. */
  readonly input: string;
  readonly alarms: readonly LockAlarm[];
  /** Where it comes from now. */
  readonly now: string;
}

/** What a run is to do. */
export type Goal =
  | 'check'
  | 'update'
  | 'revert'
  | 'test'
  | 'bisect'
  | 'hold'
  | 'deploy'
  | 'verify'
  | 'watch'
  | 'rollback'
  | 'clean'
  | 'restart'
  | 'commit'
  | 'push'
  | 'request'
  | 'accept'
  | 'run';

export type HostOutcomeStatus =
  | 'succeeded'
  | 'unchanged'
  | 'unhealthy'
  | 'failed'
  | 'rolledBack'
  | 'pending'
  | 'skipped'
  | 'canceled';

export interface HostOutcome {
  readonly status: HostOutcomeStatus;
  readonly from: StorePath | null;
  readonly to: StorePath | null;
  readonly generation: number | null;
  readonly reason: string | null;
  /** Services that still run the code of an earlier system; absent where there is none, or nobody asked. */
  readonly oldCode?: readonly string[] | undefined;
  /** The system that somebody else brought it to, compared with what nixup deployed last; absent where it runs that. */
  readonly otherSystem?: OtherSystem | undefined;
  /** Checks of its own that could not be asked, each as a sentence; absent where there is none. */
  readonly unasked?: readonly string[] | undefined;
}

/** The branch at the end of a run, where its remote does not have every commit of it. */
export interface UnpushedBranch {
  readonly branch: string | null;
  /** Null where the branch was never pushed. */
  readonly upstream: string | null;
  readonly commits: number;
}

export interface RunResult {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly hosts: Readonly<Record<string, HostOutcome>>;
  readonly commit: string | null;
  readonly build: {
    readonly built: number;
    readonly failed: number;
    readonly fetched: number;
  } | null;
  /** One sentence for people. */
  readonly summary: string;
  /** Alarms of the lock that nobody had looked at when hosts were taken to it. */
  readonly alarms?: readonly UnreviewedAlarm[];
  /** A branch that is ahead of its remote when the run ends, whoever made the commits. */
  readonly unpushed?: UnpushedBranch;
  /** What to do next, as a line with its command: `Next: nixup deploy`. The screen says it with its own step and key. */
  readonly next?: string;
  /** The run of another nixup that refused this one. */
  readonly active?: ActiveRun;
  /** The address of the pull request that the run made, edited, merged or closed. */
  readonly pullRequest?: string;
}

export type Run =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'active';
      readonly id: string;
      readonly goal: Goal;
      readonly hosts: readonly string[];
      readonly since: number;
    }
  | { readonly kind: 'canceling'; readonly id: string; readonly goal: Goal; readonly since: number }
  | {
      readonly kind: 'done';
      readonly id: string;
      readonly goal: Goal;
      readonly result: RunResult;
      readonly at: number;
      /** When it began; absent where that was not seen. */
      readonly since?: number;
    };

/** The run that is shown, where it is that of another nixup: leaving cancels nothing of it. */
export const runOfOther = ({
  run,
  active,
}: {
  readonly run: Run;
  readonly active: ActiveRun | null;
}): Exclude<ActiveRun, { kind: 'unreadable' }> | null =>
  (run.kind === 'active' || run.kind === 'canceling') &&
  active !== null &&
  active.kind !== 'unreadable' &&
  active.id === run.id
    ? active
    : null;

/** Id of the run that this nixup is doing; null where there is none. */
export const ownRun = (state: {
  readonly run: Run;
  readonly active: ActiveRun | null;
}): string | null =>
  (state.run.kind === 'active' || state.run.kind === 'canceling') && runOfOther(state) === null
    ? state.run.id
    : null;

/** Exit status of a run from its outcomes: 1 wins over 5, and 5 over 4. What is unknown is never 0. */
export const exitCodeOf = (outcomes: readonly HostOutcome[]): number => {
  const has = (status: HostOutcomeStatus): boolean =>
    outcomes.some((outcome) => outcome.status === status);
  if (has('failed') || has('rolledBack')) return 1;
  if (has('unhealthy')) return 5;
  if (has('canceled')) return 130;
  if (has('pending') || outcomes.some(({ unasked }) => unasked !== undefined)) return 4;
  return 0;
};

/** Why a host was skipped that was asked what a deploy would do. */
export const dryRunReason = 'dry run: nothing was changed';

/** Whether any host answered, whatever its outcome. Of the others nothing is known. */
export const reachedSome = (outcomes: Iterable<HostOutcome>): boolean =>
  [...outcomes].some(
    ({ status, reason }) =>
      status !== 'pending' && (status !== 'skipped' || reason === dryRunReason),
  );

/** Exit status when the hosts' outcomes are not all: something else is unhealthy, such as a dashboard. */
export const exitCodeOfTrouble = (outcomes: readonly HostOutcome[]): number => {
  const byHosts = exitCodeOf(outcomes);
  return byHosts === 0 || byHosts === 4 ? 5 : byHosts;
};

/** Exit status when something else than a host could not be read: not known, where no host is worse. */
export const exitCodeOfUnread = (outcomes: readonly HostOutcome[]): number => {
  const byHosts = exitCodeOf(outcomes);
  return byHosts === 0 ? 4 : byHosts;
};

/** A change that was announced and whose end is not in the journal. */
export interface OpenDeed {
  readonly host: string | null;
  readonly deed: string;
  readonly from: StorePath | null;
  readonly to: StorePath | null;
  readonly at: number;
}

/** A host of an unfinished run that a later run deployed or rolled back. */
export interface DoneSince {
  readonly host: string;
  readonly run: string;
  readonly deed: 'deploy' | 'rollback';
  readonly toplevel: StorePath;
  /** The commit of that run, as far as this user's history knows it. */
  readonly commit: string | null;
}

/** What a rollback takes back once these hosts are back. */
export interface FilesToCome extends AlsoBack {
  readonly hosts: readonly string[];
  /** The commit whose lock goes back; absent where none does, or the journal does not name it. */
  readonly revision?: string;
}

/** A run whose process ended before it said so. */
export interface InterruptedRun {
  /** Its journal lost its beginning; absent where it is there. */
  readonly isStartLost?: true;
  readonly id: string;
  readonly goal: Goal;
  readonly startedAt: number;
  readonly lastEventAt: number;
  readonly hosts: readonly string[];
  /** A deploy's mode, or `rollback`; what the run was to do with each of its hosts. */
  readonly mode: 'switch' | 'boot' | 'test' | 'dry-activate' | 'rollback';
  /** Host to the toplevel that the run was bringing it to. */
  readonly targets: Readonly<Record<string, StorePath>>;
  /** Host to the system that it ran before. */
  readonly origins: Readonly<Record<string, StorePath>>;
  /** Hosts that the run was to restart into their target. */
  readonly restarts: readonly string[];
  readonly openDeeds: readonly OpenDeed[];
  /** Somebody had paused it: what it had not begun waited for that. */
  readonly paused?: true;
  /** Fingerprint of flake.lock when it began; null where there was none. */
  readonly lock?: string | null;
  /** The commit that it began, or made without writing so; absent where it began none. */
  readonly commit?: WantedCommit;
  /** The branch was to be pushed, and no end of that is known. */
  readonly wantsPush?: true;
  /** What a rollback was to take back after its hosts, and is not known to have. */
  readonly alsoBack?: FilesToCome;
  /** Its commit, once git was asked. */
  readonly committed?: string;
  /** What later runs did to its hosts, by the records; absent where none did anything. */
  readonly since?: readonly DoneSince[];
  /** Lines of its journal that cannot be read: more may have been begun than is told here. */
  readonly unread?: number;
  readonly finishedHosts: readonly string[];
}

/** A host that did not answer, and the tested system that waits for it. */
export interface PendingHost {
  readonly host: string;
  readonly toplevel: StorePath;
  /** Fingerprint of the lock that it was built from; null for a flake without one. */
  readonly lock: string | null;
  readonly since: number;
  /** How it was to be deployed; absent for a switch. */
  readonly mode?: Exclude<DeployMode, 'dry-activate'> | undefined;
}

/** One line of the history. */
export interface RunSummary {
  /** Lines of its journal that cannot be read; absent where all can. */
  readonly unread?: number;
  /** The last line of its journal is there in part only; absent where it is whole. */
  readonly isCut?: true;
  /** Its journal lost its beginning: what it was for is not known. Absent where it is there. */
  readonly isStartLost?: true;
  readonly id: string;
  readonly goal: Goal;
  readonly startedAt: number;
  /** Hosts that it was begun for; empty for a run that concerns the lock. */
  readonly hosts: readonly string[];
  /** Who began it: `anna@desk`; absent where its journal does not say. */
  readonly by?: string;
  /** Fingerprint of its lock: that of its end, where it changed the lock; absent or null where none is known. */
  readonly lock?: string | null;
  /** Inputs that have other revisions than in the run before; absent where none has. */
  readonly inputs?: readonly InputMove[];
  /** Null where the journal has no end of it: `open` says why. */
  readonly ending: { readonly at: number; readonly result: RunResult } | null;
  /**
   * Of a run without an end: it is `active`, or its process ended before it
   * did: in the middle of a change (`interrupted`: resume), or `stopped` before it changed anything.
   * `unknown`: lines of its journal are lost, so that nobody knows whether it changed anything.
   */
  readonly open?: 'active' | 'interrupted' | 'stopped' | 'unknown';
}

/** What the list of runs shows of one: nothing of its hosts. */
export interface RunLine
  extends Pick<
    RunSummary,
    'id' | 'goal' | 'startedAt' | 'by' | 'open' | 'unread' | 'isCut' | 'isStartLost'
  > {
  readonly ending: {
    readonly at: number;
    readonly result: Pick<RunResult, 'exitCode' | 'summary'>;
  } | null;
}

/** How a run or a step ended: the one fact behind its sentence, its sign and its exit status. */
export type Ending = 'well' | 'partly' | 'unhealthy' | 'canceled' | 'failed';

export const endingOf = (exitCode: number): Ending => {
  switch (exitCode) {
    case 0:
      return 'well';
    case 4:
      return 'partly';
    case 5:
      return 'unhealthy';
    case 130:
      return 'canceled';
    default:
      return 'failed';
  }
};

export type ResumeChoice = 'finish' | 'rollback' | 'leave';

/** What the last test that ended built and fetched, and how many ms it took. */
export interface LastTest {
  readonly at: number;
  readonly took: number;
  readonly built: number;
  readonly fetched: number;
}
