import type { CheckRow } from '../model/board/board.ts';
import type { PlanSummary } from '../model/build/plan.ts';
import type { BuildProgress } from '../model/build/progress.ts';
import type { WorkSlot } from '../model/build/slots.ts';
import type { BisectProgress } from '../model/causes/bisect.ts';
import type { TestCause } from '../model/causes/test-causes.ts';
import type { GitFacts } from '../model/commit/git.ts';
import type { HostPreview } from '../model/deploy/preview.ts';
import type { Failure } from '../model/failure.ts';
import type { WaitingRequest } from '../model/forge/waiting.ts';
import type { Expectation, HostEntry, HostFacts, HostWork } from '../model/host/host.ts';
import type { CheckTrouble } from '../model/host/own-checks.ts';
import type { ForgeLimit } from '../model/inputs/forge-limit.ts';
import type { InputHosts } from '../model/inputs/input-hosts.ts';
import type { CommitsSetAside, CountedCommits } from '../model/inputs/lock-commits.ts';
import type { ReleaseNote } from '../model/inputs/release-note.ts';
import type { InputStanding } from '../model/inputs/standing.ts';
import type { RemoteTips } from '../model/inputs/tips.ts';
import type { LockFacts } from '../model/lock/facts.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { HostPackages } from '../model/packages/packages-state.ts';
import type { RememberedFleet } from '../model/remembered/fleet.ts';
import type { RememberedHost } from '../model/remembered/host.ts';
import type { ActiveRun } from '../model/run/active-run.ts';
import type { Notification } from '../model/run/notification.ts';
import type { ChartAnswer, Trends } from '../model/watch/chart.ts';
import type { ShortWindow } from '../model/watch/counters.ts';
import type { FleetWatch, HostWatch } from '../model/watch/report.ts';
import type { RunWatch } from '../model/watch/run-watch.ts';
import { emptyLog, type LogRing } from '../model/words/log.ts';
import type { Ancestry, CommandRecord } from './events.ts';
import type { MadeCommit } from './last-commit.ts';
import type { PackageRuns } from './past/filter.ts';
import type { InterruptedRun, LastTest, PendingHost, Run, RunSummary } from './run.ts';
import { noStages, type Stages } from './stage.ts';
import type { Trouble } from './trouble.ts';

type Probe =
  | { readonly kind: 'never' }
  | { readonly kind: 'probing' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: number };

/** Everything known of one host. Rows are memoised by this reference. */
export interface HostState {
  readonly entry: HostEntry;
  readonly probe: Probe;
  /** The last answer; kept, with its age, when a later probe fails. */
  readonly facts: HostFacts | null;
  /** When a probe found another system than the probe before; absent where none did. */
  readonly movedAt?: number;
  readonly expectation: Expectation;
  readonly ancestry: Ancestry;
  /** The commit that holds exactly the tree of a system that does not name one; absent where none is known. */
  readonly committed?: { readonly system: StorePath; readonly revision: string };
  readonly work: HostWork;
  /** The system that the flake wanted when that work was told; absent where nobody knew it. */
  readonly workFor?: StorePath;
  readonly progress: BuildProgress | null;
  /** The system that nixup brought it to last; absent where it did not. */
  readonly deployed?: StorePath;
  /** Where the last run that was to change it would take it, and from which generation; absent where none was. */
  readonly planned?: { readonly fromGeneration: number | null; readonly to: StorePath };
  /** What taking it to a system would do, when it was asked last; absent where nobody asked. */
  readonly preview?: { readonly to: StorePath; readonly at: number; readonly preview: HostPreview };
  /** Its own checks that failed when they were asked last; absent where nobody asked. */
  readonly failingChecks?: readonly CheckTrouble[];
  /** What the watch said of it last, and when; absent where nobody watched. */
  readonly watch?: HostWatch & { readonly at: number };
  /** What it did while nixup followed it, where nothing else keeps numbers; absent where it was not followed. */
  readonly sampled?: ShortWindow;
  /** What was known before it was asked now: shown until then, and never decided by. */
  readonly remembered?: RememberedHost;
}

type FleetState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'listing' }
  | { readonly kind: 'listed' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Notice {
  readonly id: number;
  readonly at: number;
  readonly tone: 'info' | 'warning' | 'error';
  readonly text: string;
}

interface RolloutState {
  /** From 1. */
  readonly wave: number;
  readonly waves: number;
  readonly hosts: readonly string[];
  readonly state: 'deploying' | 'soaking';
  /** When a soak ends, ms since the epoch. */
  readonly until: number | null;
}

/** One state, folded from events. Everything survives JSON. */
export interface AppState {
  readonly flakePath: string | null;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly git: GitFacts | null;
  readonly gitProblem: string | null;
  readonly lock: LockFacts;
  /** By input path; kept while both revisions stay the same. */
  readonly commits: Readonly<Record<string, CountedCommits>>;
  /** The same of inputs that were put back: true again when their update is kept. */
  readonly commitsSetAside: CommitsSetAside;
  /**
   * Why the flake's own inputs have the revision that they have, by name; for the lock as it is
   * now.
   */
  readonly standings: Readonly<Record<string, InputStanding>>;
  /** What the remotes of the flake's own inputs had when they were asked last, whatever the lock holds. */
  readonly tips: RemoteTips;
  /** What release notes gained, by input path, where the store has both source trees. */
  readonly releaseNotes: Readonly<Record<string, readonly ReleaseNote[]>>;
  /** Inputs that somebody put back since the last update. */
  readonly putBack: readonly string[];
  /** Inputs whose change has an alarm, or had one before it was put back: their rows keep their places. */
  readonly alarmed: readonly string[];
  /** Which hosts an input changes, by name; of the lock as it is now, where somebody asked. */
  readonly inputHosts: Readonly<Record<string, InputHosts>>;
  /** What forges still allow, as far as they said. */
  readonly forgeLimits: readonly ForgeLimit[];
  /** By host, for the systems that it ran and would have run when it was asked. */
  readonly packages: Readonly<Record<string, HostPackages>>;
  readonly fleet: FleetState;
  /** The last facts of an earlier start, for the screen; what is asked now takes their place. */
  readonly remembered: RememberedFleet | null;
  /** Names in the flake's order. */
  readonly hostNames: readonly string[];
  readonly hosts: Readonly<Record<string, HostState>>;
  readonly logs: Readonly<Record<string, LogRing>>;
  /** The log of the fleet: those lines together with the steps of nixup, in the order of time. */
  readonly allLines: LogRing;
  /** Logs of builders, by derivation; the one that was heard last stands last. */
  readonly builderLogs: Readonly<Record<string, LogRing>>;
  /** Journals of units that were followed, by their names; the one that was begun last stands last. */
  /** The system that nixup brought each host to last, by a deploy or a rollback. */
  readonly deployed: Readonly<Record<string, StorePath>>;
  readonly unitLogs: Readonly<Record<string, LogRing>>;
  readonly board: readonly CheckRow[];
  readonly stages: Stages;
  /** Whether the fleet is deployed from its commit. */
  readonly commitsFirst: boolean;
  readonly run: Run;
  /** In which group each host stood when a run began: its row keeps its place from then on. */
  readonly places: Readonly<Record<string, Trouble>> | null;
  readonly runProgress: BuildProgress | null;
  /** What the last test built; it stays while a deploy, a check or a search follows. */
  readonly lastTest: LastTest | null;
  /** The rows of what Nix does now, or did there last, in the run whose progress that is. */
  readonly slots: readonly WorkSlot[];
  /** What the test is going to build and fetch: by host, and as a whole under the empty name. */
  readonly plans: Readonly<Record<string, PlanSummary>>;
  /** Why the last test failed, each cause once with its hosts. */
  readonly causes: readonly TestCause[];
  /** Searches for the input that breaks hosts, one for each cause. */
  readonly searches: readonly BisectProgress[];
  /** What the watch said of the fleet as a whole last; absent where nobody watched. */
  readonly fleetWatch?: FleetWatch & { readonly at: number };
  /** The wave that a deploy is in; null where there is only one, or none runs. */
  readonly rollout: RolloutState | null;
  /** No host is begun until the person goes on. */
  readonly isPaused: boolean;
  /** The run of another nixup on this flake; null when there is none. */
  readonly active: ActiveRun | null;
  readonly interrupted: InterruptedRun | null;
  /** Hosts for which a tested system waits. */
  readonly pending: readonly PendingHost[];
  /** Units that fail or do not run, by host, and that somebody accepted. */
  readonly accepted: Readonly<Record<string, readonly string[]>>;
  /** The watches after the last runs that changed hosts, the newest first. */
  readonly watches: readonly RunWatch[];
  /** Charts of the host and the time that were asked for last, each metric once. */
  readonly charts: readonly ChartAnswer[];
  /** The overview that was asked for last. */
  readonly trends: Trends | null;
  /** The newest thing that somebody who waits was told. */
  readonly notified: {
    readonly notification: Notification;
    readonly terminal: boolean | null;
  } | null;
  readonly history: readonly RunSummary[];
  /** Runs before those, which are listed when somebody looks at the history; null: not known yet. */
  readonly olderRuns: number | null;
  /** Runs that moved a package which somebody looks for in the history; null where nobody did. */
  readonly packageRuns: PackageRuns | null;
  /** Commits that nixup made in this checkout, whoever ran it. */
  readonly madeCommits: readonly MadeCommit[];
  /** Open pull requests whose commit HEAD does not have. */
  readonly waitingRequests: readonly WaitingRequest[];
  readonly commands: readonly CommandRecord[];
  readonly notices: readonly Notice[];
}

/** The log that belongs to no host: git, update, syntax check. */
export const fleetLog = '';

/** The plan of all hosts together. */
export const fleetPlan = '';

export const initialState: AppState = {
  flakePath: null,
  demo: false,
  readOnly: false,
  git: null,
  gitProblem: null,
  lock: { kind: 'absent' },
  commits: {},
  commitsSetAside: {},
  releaseNotes: {},
  putBack: [],
  alarmed: [],
  inputHosts: {},
  forgeLimits: [],
  packages: {},
  standings: {},
  tips: {},
  fleet: { kind: 'unknown' },
  remembered: null,
  hostNames: [],
  hosts: {},
  logs: {},
  allLines: emptyLog,
  builderLogs: {},
  unitLogs: {},
  deployed: {},
  board: [],
  stages: noStages,
  commitsFirst: false,
  run: { kind: 'none' },
  places: null,
  runProgress: null,
  lastTest: null,
  slots: [],
  plans: {},
  causes: [],
  searches: [],
  rollout: null,
  isPaused: false,
  active: null,
  interrupted: null,
  pending: [],
  accepted: {},
  watches: [],
  charts: [],
  trends: null,
  notified: null,
  history: [],
  olderRuns: null,
  packageRuns: null,
  madeCommits: [],
  waitingRequests: [],
  commands: [],
  notices: [],
};
