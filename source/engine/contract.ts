import type { CommitChoice, CommitPlan } from '../model/commit/commit-plan.ts';
import type { CutCommit } from '../model/commit/cut-commit.ts';
import type { OwedPush } from '../model/commit/owed-push.ts';
import type {
  AlsoBack,
  DeployMode,
  DeployPlan,
  RollbackPlan,
  RollbackWish,
} from '../model/deploy/plan.ts';
import type { Failure } from '../model/failure.ts';
import type { WrittenHold } from '../model/inputs/hold.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { Result } from '../model/result.ts';
import type { ExpectedMove } from '../services/ssh/moved-hosts.ts';
import type { AppEvent } from '../state/events.ts';
import type { CleanPlan } from '../state/plans/clean.ts';
import type { Reviewer } from '../state/review.ts';
import type { InterruptedRun, ResumeChoice, RunResult } from '../state/run.ts';
import type { StageName } from '../state/stage.ts';
import type { AskSecret } from './host/prepare.ts';
import type { LockWish } from './lock/restore.ts';
import type { RevertTo } from './lock/revert.ts';
import type { RunWish, TestOptions } from './run/options.ts';
import type { ComparePackagesOptions } from './survey/packages.ts';

/**
 * Turns wishes into events. Every deed resolves with a result, never throws
 * for what the world does wrong, and one deed runs at a time.
 */
export interface Engine {
  /** Opens flake, config, git, lock and history: no Nix, no network. Failures are for exit status 2. */
  open(): Promise<Result<void, readonly Failure[]>>;
  /** Lists the hosts, then probes and evaluates them; resolves when all is known. */
  survey(options: { readonly probe: boolean; readonly evaluate: boolean }): Promise<void>;
  /** Asks everything again: git, lock, hosts, expectations. */
  refresh(): Promise<void>;
  /** Of these hosts only, where they are named. */
  check(hosts?: readonly string[] | null): Promise<RunResult>;
  update(inputs: readonly string[] | 'all', exclude?: readonly string[]): Promise<RunResult>;
  /** Back to the committed lock, or again to what the last update gave them. */
  revert(inputs: readonly string[], to?: RevertTo): Promise<RunResult>;
  /** Why these inputs cannot be put back alone, as far as the locks tell; null where they can. */
  revertObstacle(inputs: readonly string[]): Failure | null;
  /** The whole lock back: as before the last thing that nixup did to it, or as in HEAD. Mends a broken one. */
  restoreLock(wish: LockWish): Promise<RunResult>;
  /** A person has looked at the lock: the review passes. Where nobody has, it is skipped and says so. */
  passReview(reviewer: Reviewer): void;
  /** The person goes on without a step that failed: it counts as skipped, with what failed as the reason. */
  goOn(stage: StageName): void;
  test(hosts: readonly string[], options?: TestOptions): Promise<RunResult>;
  /** Finds the input, or the inputs together, that break what the last test found; changes nothing. */
  bisect(): Promise<RunResult>;
  /** Keeps inputs at the committed lock: writes the hold to nixup.toml, and puts them back. */
  hold(inputs: readonly string[], hold: WrittenHold): Promise<RunResult>;
  /** Takes the holds of inputs out of nixup.toml; the lock stays as it is. */
  release(inputs: readonly string[]): Promise<RunResult>;
  /** `canary`: this host first, the others only when it is well. */
  planDeploy(hosts: readonly string[], mode: DeployMode, canary?: string | null): DeployPlan;
  /** Asks the hosts what the plan would do to them; adds it to each target. Changes nothing. */
  previewDeploy(plan: DeployPlan): Promise<DeployPlan>;
  previewRollback(plan: RollbackPlan, also?: AlsoBack): Promise<RollbackPlan>;
  /** Asks for the password of sudo where hosts want one; answers those that stay locked. */
  unlock(hosts: readonly string[], ask: AskSecret): Promise<readonly string[]>;
  /** The next deploy is meant to change where this host answers, or its host key: both ways are tried. */
  expectMove(host: string, move: ExpectedMove): Promise<Result<void, Failure>>;
  /** The machine with this id is meant by this host from now on; before the hosts are asked. */
  expectMachine(host: string, machineId: string): Result<void, Failure>;
  deploy(plan: DeployPlan): Promise<RunResult>;
  planRollback(hosts: readonly string[], wish: RollbackWish): RollbackPlan;
  /** `also`: what else goes back once every host is back. */
  rollback(plan: RollbackPlan, also?: AlsoBack): Promise<RunResult>;
  verify(hosts: readonly string[]): Promise<RunResult>;
  /** The health of these hosts as it is becomes what later runs compare with. */
  accept(hosts: readonly string[]): Promise<RunResult>;
  /** The same comparison as the last step of the runbook, as long after the deploy as one likes. */
  watch(hosts: readonly string[]): Promise<RunResult>;
  /** Without a choice: the lock alone, and nothing where other files changed. */
  planCommit(choice?: CommitChoice): Promise<CommitPlan>;
  commit(plan: CommitPlan): Promise<RunResult>;
  /** Why a push after a commit cannot be, asked before that is made; null where nothing is known against it. */
  pushGate(): Promise<Failure | null>;
  push(): Promise<RunResult>;
  /** Pushes that failed and are still to be done, one for each branch. */
  owedPushes(): Promise<readonly OwedPush[]>;
  /** check, update, test, deploy, verify, commit in one go. */
  run(wish: RunWish): Promise<RunResult>;
  /** `hosts`: what others are left to do stays to be resumed. */
  resume(choice: ResumeChoice, hosts?: readonly string[] | null): Promise<RunResult>;
  /** What git says of the commit of the run that was cut off; null where it had begun none. */
  askCutCommit(run: InterruptedRun): Promise<Result<CutCommit | null, Failure>>;
  /** Looks whether another nixup began or ended a run on this flake. Cheap: asked every few seconds. */
  lookForOthers(): Promise<void>;
  /** Tags that the configuration gives to hosts. */
  tags(): readonly string[];
  /** Hosts to which the configuration gives one of these tags, `@server` or `server`. */
  hostsWith(tags: readonly string[]): readonly string[];
  /** Every event of a past run, from its journal; empty when there is no such run. */
  readRun(id: string): Promise<readonly AppEvent[]>;
  /** Lazily: commit count and subjects of one changed input; `onPart` after each part of a long list. */
  loadCommits(path: string, onPart?: () => void): Promise<void>;
  /** The same for all changed inputs: what their subjects say of breaking changes is then known. */
  loadAllCommits(): Promise<void>;
  /** From now on the commits of all changed inputs are counted in the background, after each update too. */
  followCommits(): void;
  /** Which hosts each of these inputs changes, evaluated with only that input moved; told as events. */
  findInputHosts(inputs: readonly string[]): Promise<void>;
  /** Compares what hosts run with what they would run, package by package; answers come as events. */
  comparePackages(hosts: readonly string[], options: ComparePackagesOptions): Promise<void>;
  /** What differs in packages between what the host runs and one of its generations, as lines. */
  compareGeneration(host: string, path: StorePath): Promise<readonly string[]>;
  /** Generations that nobody needs any more: not running, booted, booted next, known good or young. */
  planClean(hosts: readonly string[]): CleanPlan;
  /** Removes exactly these generations; nothing is garbage-collected. */
  clean(plan: CleanPlan): Promise<RunResult>;
  /** Status, journal and unit file of a unit, as lines. */
  unitDetails(host: string, unit: string): Promise<readonly string[]>;
  /** The whole log of a builder that ended; empty where Nix has none. Its end joins the state when nothing of it is there. */
  readBuildLog(derivation: StorePath): Promise<readonly string[]>;
  /** No further host is begun, or they are again: what has begun goes on. */
  pause(): void;
  /** Stops the active run after undoing nothing; hosts in activation are followed to their end. */
  cancel(): void;
  /** Resolves when nothing runs any more. */
  close(): Promise<void>;
}
