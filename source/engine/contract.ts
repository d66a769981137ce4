import type { Failure } from '../model/failure.ts';
import type { Result } from '../model/result.ts';
import type { RunResult } from '../state/run.ts';
import type { BuildEngine } from './build/engine.ts';
import type { CommitEngine } from './commit/engine.ts';
import type { CleanEngine, DeployEngine, RollbackEngine } from './deploy/engine.ts';
import type { HealthEngine } from './health/engine.ts';
import type { HostsEngine } from './host/engine.ts';
import type { InputsEngine } from './inputs/engine.ts';
import type { LockEngine } from './lock/engine.ts';
import type { RunsEngine } from './runs.ts';
import type { StagesEngine } from './survey/engine.ts';

/**
 * Turns wishes into events. Every method that changes something resolves with a result, never
 * throws for failures of the world, and only one runs at a time.
 */
export interface Engine {
  /** Opens flake, config, git, lock and history: no Nix, no network. Failures are for exit status 2. */
  open(): Promise<Result<void, readonly Failure[]>>;
  /** Asks everything again: git, lock, hosts, expectations. */
  refresh(): Promise<void>;
  /** The check board; of these hosts only, where they are named. */
  check(hosts?: readonly string[] | null): Promise<RunResult>;
  /** Resolves when nothing runs any more. */
  close(): Promise<void>;
  readonly stages: StagesEngine;
  readonly hosts: HostsEngine;
  readonly inputs: InputsEngine;
  readonly lock: LockEngine;
  readonly build: BuildEngine;
  readonly deploy: DeployEngine;
  readonly rollback: RollbackEngine;
  readonly health: HealthEngine;
  readonly clean: CleanEngine;
  readonly commit: CommitEngine;
  readonly runs: RunsEngine;
}
