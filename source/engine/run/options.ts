import type { CommitChoice } from '../../model/commit/commit-plan.ts';
import type { DeployPlan } from '../../model/deploy/plan.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';

export interface RunWish {
  readonly inputs: readonly string[] | 'all';
  readonly exclude: readonly string[];
  readonly hosts: readonly string[];
  readonly deploy: boolean;
  readonly commit: boolean;
  readonly push: boolean;
  /** The commit goes to a branch of its own, with a pull request. */
  readonly propose?: boolean;
  /** What the commit holds besides the lock; the lock alone when absent. */
  readonly choice?: CommitChoice | undefined;
  /** How the hosts are tested. */
  readonly test?: TestOptions | undefined;
  /**
   * Asked when everything is built: what of this may be deployed? Answers the
   * plan with unapproved hosts moved to `leftOut`; exactly that is deployed.
   */
  readonly approve: (plan: DeployPlan) => Promise<Result<DeployPlan, Failure>>;
}

export interface TestOptions {
  /** The whole trace of evaluation errors. */
  readonly trace?: boolean | undefined;
  /** Downloads again what Nix would take from its cache of fetched sources. */
  readonly fresh?: boolean | undefined;
  /** Where systems are built: `local`, `target` or the name of a host; nixup.toml says it when absent. */
  readonly buildOn?: string | undefined;
  /** Cores that each builder may take; Nix's own setting when absent. */
  readonly cores?: number | undefined;
  /** Takes the settings that the flake asks for (its nixConfig): the person agreed. */
  readonly acceptSettings?: boolean | undefined;
  /** `nix flake check` before the hosts: without builds, or with all of them. */
  readonly validate?: 'quick' | 'full' | undefined;
  /** When hosts fail: find the input whose move breaks them. */
  readonly bisect?: boolean | undefined;
}
