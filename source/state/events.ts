import type { CheckRow } from '../model/board/board.ts';
import type { PlanSummary } from '../model/build/plan.ts';
import type { BuildProgress } from '../model/build/progress.ts';
import type { BisectProgress } from '../model/causes/bisect.ts';
import type { TestCause } from '../model/causes/test-causes.ts';
import type { CommitFacts } from '../model/commit/facts.ts';
import type { GitFacts } from '../model/commit/git.ts';
import type { HostPreview } from '../model/deploy/preview.ts';
import type { Failure } from '../model/failure.ts';
import type { Proposal } from '../model/forge/proposal.ts';
import type { WaitingRequest } from '../model/forge/waiting.ts';
import type { Expectation, HostEntry, HostFacts, HostWork } from '../model/host/host.ts';
import type { CheckTrouble } from '../model/host/own-checks.ts';
import type { ForgeLimit } from '../model/inputs/forge-limit.ts';
import type { InputHosts } from '../model/inputs/input-hosts.ts';
import type { ReleaseNote } from '../model/inputs/release-note.ts';
import type { InputStanding } from '../model/inputs/standing.ts';
import type { CommitCount, CommitSubject, Direction } from '../model/lock/commit-count.ts';
import type { LockFacts } from '../model/lock/facts.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { HostPackages } from '../model/packages/packages-state.ts';
import type { InputMove } from '../model/past/input-moves.ts';
import type { HostMoves } from '../model/past/package-moves.ts';
import type { ActiveRun } from '../model/run/active-run.ts';
import type { Notification } from '../model/run/notification.ts';
import type { ChartAnswer, Trends } from '../model/watch/chart.ts';
import type { ShortWindow } from '../model/watch/counters.ts';
import type { FleetWatch, HostWatch } from '../model/watch/report.ts';
import type { RunWatch } from '../model/watch/run-watch.ts';
import type { SaidAt } from '../model/words/log.ts';
import type { MadeCommit } from './last-commit.ts';
import type { Goal, InterruptedRun, PendingHost, RunResult, RunSummary } from './run.ts';
import type { StageName, StageState } from './stage.ts';

/** A command as it ran, for the list behind `@`. */
export interface CommandRecord {
  readonly line: string;
  /** What it does, where its line only says that a script runs on a host. */
  readonly does: string | null;
  readonly host: string | null;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly ending: string;
}

/** What was found out about the lock and its inputs. */
export type LockFact =
  | { readonly type: 'lock-observed'; readonly lock: LockFacts }
  | {
      readonly type: 'commits-counted';
      readonly path: string;
      readonly count: CommitCount;
      /** Absent or null where only the number is known. */
      readonly direction?: Direction | null;
    }
  | {
      readonly type: 'inputs-asked';
      readonly standings: Readonly<Record<string, InputStanding>>;
    }
  | {
      readonly type: 'release-notes-read';
      readonly path: string;
      readonly notes: readonly ReleaseNote[];
    }
  /**
   * Inputs that have the committed revision because somebody put them back since the last update.
   */
  | { readonly type: 'inputs-put-back'; readonly names: readonly string[] }
  | { readonly type: 'input-hosts-found'; readonly input: string; readonly hosts: InputHosts }
  | { readonly type: 'forge-limited'; readonly limits: readonly ForgeLimit[] }
  | { readonly type: 'commits-uncounted'; readonly path: string; readonly why: string }
  | {
      readonly type: 'subjects-listed';
      readonly path: string;
      readonly subjects: readonly CommitSubject[];
      /** Why older ones are missing; null when all are there. */
      readonly rest: string | null;
    };

/** What was found out about the hosts. */
export type FleetFact =
  | { readonly type: 'packages-compared'; readonly host: string; readonly packages: HostPackages }
  | { readonly type: 'fleet-listing' }
  | { readonly type: 'fleet-listed'; readonly hosts: readonly HostEntry[] }
  | { readonly type: 'fleet-unlisted'; readonly failure: Failure }
  | { readonly type: 'host-probing'; readonly host: string }
  | { readonly type: 'host-probed'; readonly host: string; readonly facts: HostFacts }
  | { readonly type: 'host-unprobed'; readonly host: string; readonly failure: Failure }
  /** What taking the host to this system would do, or will. */
  | {
      readonly type: 'host-previewed';
      readonly host: string;
      readonly to: StorePath;
      readonly preview: HostPreview;
    }
  /** What a host did while nixup followed it. */
  | { readonly type: 'host-sampled'; readonly host: string; readonly window: ShortWindow }
  /** Which of its checks fail. */
  | {
      readonly type: 'checks-asked';
      readonly host: string;
      readonly failing: readonly CheckTrouble[];
    }
  | { readonly type: 'host-expected'; readonly host: string; readonly expectation: Expectation }
  | { readonly type: 'position-judged'; readonly host: string; readonly ancestry: Ancestry }
  /** The commit that holds exactly the tree of a system that does not name one. */
  | {
      readonly type: 'system-committed';
      readonly host: string;
      readonly system: StorePath;
      readonly revision: string;
    };

/** What was found out; nothing in the world changed. */
export type Fact =
  | LockFact
  | FleetFact
  | {
      readonly type: 'flake-opened';
      readonly path: string;
      readonly demo: boolean;
      readonly readOnly: boolean;
    }
  /** What nixup.toml says of the order of the steps; told when it is read, and read again. */
  | { readonly type: 'order-read'; readonly commitsFirst: boolean }
  | { readonly type: 'git-observed'; readonly git: GitFacts | null; readonly why: string | null }
  | { readonly type: 'requests-observed'; readonly waiting: readonly WaitingRequest[] }
  | { readonly type: 'board-checking'; readonly ids: readonly string[] }
  | { readonly type: 'board-observed'; readonly rows: readonly CheckRow[] }
  | {
      readonly type: 'history-listed';
      readonly runs: readonly RunSummary[];
      /** Runs before those, which are not listed; absent: none. */
      readonly older?: number;
      /** The commits of all users of the checkout. */
      readonly made?: readonly MadeCommit[];
    }
  /** The runs that moved a package as it is asked: `openssl 3.5.2`. */
  | {
      readonly type: 'package-runs-found';
      readonly asked: string;
      readonly runs: readonly string[];
    }
  /** The run that another nixup is in the middle of; null when there is none. */
  | { readonly type: 'active-found'; readonly run: ActiveRun | null }
  | { readonly type: 'interruption-found'; readonly run: InterruptedRun | null }
  | { readonly type: 'pending-listed'; readonly hosts: readonly PendingHost[] }
  /** The watches after runs that changed hosts, the newest first. */
  | { readonly type: 'watches-listed'; readonly watches: readonly RunWatch[] }
  /** Lines of the journal of a unit that is followed (`unit-journal.ts`); the first ones begin it anew. */
  | {
      readonly type: 'unit-logged';
      readonly log: string;
      readonly lines: readonly string[];
      /** When each was said, by the host's clock; null for what nixup says. */
      readonly times: readonly SaidAt[];
      readonly isFirst: boolean;
    }
  /** A metric of one host over time, and of all hosts in a few numbers. */
  | { readonly type: 'chart-read'; readonly answer: ChartAnswer }
  | { readonly type: 'trends-read'; readonly trends: Trends }
  /** The system that nixup brought each host to last. */
  | { readonly type: 'deploys-listed'; readonly systems: Readonly<Record<string, StorePath>> }
  /** Units that fail or do not run, and that somebody accepted. */
  | {
      readonly type: 'accepted-listed';
      readonly units: Readonly<Record<string, readonly string[]>>;
    }
  /** Somebody who waits is told; `terminal`: as the config wants it, null where it says nothing. */
  | {
      readonly type: 'notified';
      readonly notification: Notification;
      readonly terminal: boolean | null;
    }
  | { readonly type: 'command-ran'; readonly command: CommandRecord }
  | {
      readonly type: 'noticed';
      readonly tone: 'info' | 'warning' | 'error';
      readonly text: string;
      /** Somebody has to act now: it is also told beside `--json`. */
      readonly isUrgent?: true;
    };

/** How the revision that a host runs relates to the flake's HEAD. */
export type Ancestry =
  /** Not asked yet for the system that runs now. */
  | { readonly kind: 'unjudged' }
  | { readonly kind: 'same' }
  | { readonly kind: 'behind'; readonly commits: number | null }
  | { readonly kind: 'ahead' }
  | { readonly kind: 'diverged' }
  | { readonly kind: 'unknown' };

/** Lines that one builder said. */
export interface BuilderLines {
  readonly derivation: StorePath;
  readonly lines: readonly string[];
  /** Read from Nix afterwards: when they were said is not known. */
  readonly isRead?: true;
  /** Lines before those, which the disk has; absent where nobody read them from Nix. */
  readonly before?: number;
}

/** What a run does. These make the journal. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly goal: Goal;
      readonly hosts: readonly string[];
      readonly tree: string | null;
      readonly lock: string | null;
      /** Who began it: `anna@desk`; absent in journals of earlier versions. */
      readonly by?: string;
    }
  /** The lock has other revisions than that of the run before, whoever changed it. `lock` is its fingerprint. */
  | {
      readonly type: 'inputs-moved';
      readonly lock: string;
      readonly inputs: readonly InputMove[];
    }
  /** Packages that the planned systems have in other versions than what their hosts run. */
  | ({ readonly type: 'packages-moved' } & HostMoves)
  | { readonly type: 'stage-changed'; readonly stage: StageName; readonly state: StageState }
  /** Where a rollout in waves stands. `wave` counts from 1; `until`: when a soak ends, ms since the epoch. */
  | {
      readonly type: 'rollout-moved';
      readonly wave: number;
      readonly waves: number;
      readonly hosts: readonly string[];
      readonly state: 'deploying' | 'soaking';
      readonly until: number | null;
    }
  /** No host is begun while a run is paused. */
  | { readonly type: 'pause-changed'; readonly isPaused: boolean }
  /** Who had the run canceled: somebody who follows it from another nixup, or whoever sent its own process a signal. */
  | {
      readonly type: 'stop-asked';
      readonly by: string;
      /** `SIGTERM`; absent where another nixup asked. */
      readonly signal?: string | undefined;
    }
  | { readonly type: 'host-worked'; readonly host: string; readonly work: HostWork }
  /** What the watch says of a host. */
  | { readonly type: 'host-watched'; readonly host: string; readonly watch: HostWatch }
  /** What the watch says of the fleet as a whole. */
  | { readonly type: 'fleet-watched'; readonly watch: FleetWatch }
  /**
   * The system that a host is to be brought to in this run; a resume after a crash starts from
   * this.
   */
  | {
      readonly type: 'planned';
      readonly host: string;
      readonly mode: string;
      readonly from: StorePath | null;
      readonly fromGeneration: number | null;
      readonly to: StorePath;
      /** Set where the host is booted into the new system instead of being switched to it. */
      readonly restart?: true;
      /** Units that the activation is to stop or restart, by the preview; absent where there was none. */
      readonly units?: readonly string[];
    }
  /** Written to the disk before the deed. */
  | {
      readonly type: 'intended';
      readonly host: string | null;
      readonly deed: string;
      readonly from: StorePath | null;
      readonly to: StorePath | null;
    }
  | {
      readonly type: 'achieved';
      readonly host: string | null;
      readonly deed: string;
      readonly evidence: string;
    }
  | {
      readonly type: 'missed';
      readonly host: string | null;
      readonly deed: string;
      readonly failure: Failure;
    }
  | {
      readonly type: 'logged';
      readonly host: string | null;
      readonly lines: readonly string[];
      /** What nixup did, for the log of the fleet alone; absent in the output of programs. */
      readonly isStep?: true;
    }
  /** Lines of builders: they stand in the log of the host as well. Nix keeps them. */
  | { readonly type: 'builder-logged'; readonly logs: readonly BuilderLines[] }
  | ({ readonly type: 'progress'; readonly host: string | null } & BuildProgress)
  /** What the message of a commit says, and what of: written before the commit is made. */
  | {
      readonly type: 'described';
      readonly lock: string | null;
      readonly tree: string;
      readonly facts: CommitFacts;
      readonly message: string;
    }
  /** What became of a pull request of nixup's own. */
  | ({ readonly type: 'proposed' } & Proposal)
  /** Why the test failed, each cause once; replaces what was found before. */
  | { readonly type: 'causes-found'; readonly causes: readonly TestCause[] }
  /** What is going to be built and fetched, for a host, and for all so far (null). */
  | { readonly type: 'build-planned'; readonly host: string | null; readonly plan: PlanSummary }
  /** Where the search for the input that breaks a host stands. */
  | { readonly type: 'bisected'; readonly progress: BisectProgress }
  | ({ readonly type: 'result'; readonly run: string } & RunResult);

export type Undated = Fact | RunEvent;

/** `at` in milliseconds since the epoch. */
export type AppEvent = Undated & { readonly at: number };

/** A type that is missing here does not compile. */
const runTypes: Readonly<Record<RunEvent['type'], true>> = {
  'run-started': true,
  'inputs-moved': true,
  'packages-moved': true,
  'stage-changed': true,
  'rollout-moved': true,
  'pause-changed': true,
  'stop-asked': true,
  'host-worked': true,
  'host-watched': true,
  'fleet-watched': true,
  planned: true,
  intended: true,
  achieved: true,
  missed: true,
  logged: true,
  'builder-logged': true,
  progress: true,
  'causes-found': true,
  bisected: true,
  described: true,
  proposed: true,
  'build-planned': true,
  result: true,
};

export const isRunEvent = (event: Undated): event is RunEvent =>
  Object.hasOwn(runTypes, event.type);
