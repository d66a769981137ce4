import { join } from 'node:path';
import type { Command } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import {
  isPackageMove,
  type PackageQuestion,
  readPackageQuestion,
} from '../model/past/package-moves.ts';
import type { Result } from '../model/result.ts';
import type { RunRequest } from '../services/runs/live-run.ts';
import type { AppEvent } from '../state/events.ts';
import type { RunsCompared } from '../state/past/compare.ts';
import type { ResumeChoice, RunResult } from '../state/run.ts';
import { runAll } from './all.ts';
import { askActive, attachRun, type FollowEnding, followRun } from './attach/attach.ts';
import { comparePastRuns } from './compare-runs.ts';
import { runLockFiles } from './past/lock-places.ts';
import { type RunEvidence, readRunEvidence } from './past/run-evidence.ts';
import { resumeCommands } from './resume/commands.ts';
import { runPending } from './resume/pending.ts';
import { runResume } from './resume/resume.ts';
import type { EngineContext } from './run/context.ts';
import { lookForOthers, tellHistory } from './run/history.ts';
import type { OldLines } from './run/old-lines.ts';
import type { RunWish } from './run/options.ts';
import { type PackageMoves, packageMoves, recordsPackages } from './run/past-runs.ts';
import { type RunGuard, refusedBecause } from './run/run-guard.ts';
import { superseding } from './run/supersede.ts';
import type { EngineTools } from './run/tools.ts';
import { fetchSharedRuns } from './share/share.ts';

/** Runs: the whole runbook in one go, runs that were cut off, runs of others, and past runs. */
export interface RunsEngine {
  /** check, update, test, deploy, verify, commit in one go. */
  all(wish: RunWish): Promise<RunResult>;
  /** `hosts`: what the other hosts of the run still need stays to be resumed. */
  resume(choice: ResumeChoice, hosts?: readonly string[] | null): Promise<RunResult>;
  /** The commands by which a resume takes hosts to their systems, as far as the facts of now tell. */
  resumeCommands(choice: ResumeChoice, hosts?: readonly string[] | null): readonly Command[];
  /** Looks whether another nixup began or ended a run on this flake. Cheap: three files are read. */
  lookForOthers(): Promise<void>;
  /** The files of which one comes when another nixup begins a run, and goes when it ends. */
  filesOfOthers(): Promise<readonly string[]>;
  /** The files with the whole log of a host, or of nixup itself (null), since nixup was started. */
  logFiles(host: string | null): Promise<readonly string[]>;
  /** The same log, read by the numbers of its lines: what is no longer in memory. */
  oldLines(host: string | null): OldLines;
  /** Lists the runs that are older than those which were listed at the start. */
  listAll(): Promise<void>;
  /** The moves of a package in all runs, the newest first. */
  packageMoves(question: PackageQuestion): Promise<readonly PackageMoves[]>;
  /** Whether any run has packages. */
  recordsPackages(): Promise<boolean>;
  /** Tells which runs moved a package as it is asked: `openssl 3.5.2`. */
  findPackage(asked: string): Promise<void>;
  /** Two past runs side by side, in whichever order; null where one of them is not in the history. */
  compare(one: string, other: string): Promise<RunsCompared | null>;
  /** Every event of a past run, from its journal; empty when there is no such run. */
  read(id: string): Promise<readonly AppEvent[]>;
  /** What a past run ran and said, as far as it is kept. */
  evidence(id: string): Promise<RunEvidence>;
  /**
   * Pauses or continues: no further host is begun while paused; a host that has begun continues to
   * its end.
   */
  pause(): void;
  /**
   * Stops the active run and undoes nothing; hosts in activation are followed to their end. `signal`: by which this
   * process was told to end.
   */
  cancel(signal?: string): void;
  /** Asks the run of another nixup, which is followed, for the same; refused where it is another user's. */
  ask(request: RunRequest): Promise<Result<void, Failure>>;
  /** Hands on what the run of another nixup says, from its first event to its end. */
  follow(
    onEvents: (events: readonly AppEvent[]) => void,
    signal: AbortSignal,
  ): Promise<FollowEnding>;
  /**
   * Shows the run of another nixup as its own: its events become those of this engine, and what it changed is looked
   * at when it ended. Resolves then, or when `signal` fires.
   */
  attach(signal: AbortSignal): Promise<void>;
}

// Whole: a line or two for each method of `RunsEngine`.
/** `opened`: undefined as long as no flake is open. `refresh` asks everything again. */
export const createRunsEngine = (
  { context, emit, start }: EngineTools,
  guard: RunGuard,
  opened: () => EngineContext | undefined,
  refresh: () => Promise<void>,
): RunsEngine => ({
  all: (wish) =>
    start(
      'run',
      wish.hosts,
      superseding(context(), (session) => runAll(context(), session, wish)),
    ),
  resume: async (choice, hosts = null) => {
    const { interrupted } = context().state();
    if (interrupted !== null)
      return start('deploy', interrupted.hosts, (session) =>
        runResume(context(), session, interrupted, choice, hosts),
      );
    const pending = context()
      .records.pending()
      .filter(({ host }) => hosts === null || hosts.includes(host));
    if (pending.length === 0 || choice === 'rollback')
      return { ...refusedBecause('There is no unfinished run.'), ok: true, exitCode: 0 };
    const names = pending.map(({ host }) => host);
    return start('deploy', names, (session) => runPending(context(), session, pending, choice));
  },
  resumeCommands: (choice, hosts = null) => resumeCommands(context(), choice, hosts),
  lookForOthers: async () => {
    const now = opened();
    // What this nixup runs itself is told by its own events.
    if (now !== undefined && !guard.isRunning()) await lookForOthers(now);
  },
  filesOfOthers: async () => {
    const { world, flake, folder } = context();
    return await runLockFiles(world, flake, folder);
  },
  logFiles: (host) => context().journal.logFiles(host),
  oldLines: (host) => context().journal.oldLines(host),
  listAll: async () => {
    await fetchSharedRuns(context());
    if (context().state().olderRuns !== 0 || context().config.history.share)
      await tellHistory(context(), 'all');
  },
  packageMoves: (question) => packageMoves(context(), question),
  recordsPackages: () => recordsPackages(context()),
  findPackage: async (asked) => {
    const question = readPackageQuestion(asked);
    const moves = await packageMoves(context(), question);
    const runs = moves.flatMap(({ run, changes }) =>
      changes.some((change) => isPackageMove(change, question)) ? [run] : [],
    );
    emit({ type: 'package-runs-found', asked, runs });
  },
  compare: (one, other) => comparePastRuns(context(), one, other),
  read: (id) => context().journal.read(id),
  evidence: (id) => readRunEvidence(context().world, join(context().folder, 'runs', id)),
  pause: guard.pause,
  cancel: guard.cancel,
  ask: (request) => askActive(context(), request),
  follow: async (onEvents, signal) => {
    const { active } = context().state();
    return active === null ? 'ended' : await followRun(context(), active, { onEvents }, signal);
  },
  attach: async (signal) => {
    await attachRun(context(), signal, refresh);
  },
});
