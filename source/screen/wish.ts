import type { CommitChoice, CommitPlan } from '../model/commit/commit-plan.ts';
import type { AlsoBack, DeployPlan, RollbackPlan } from '../model/deploy/plan.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { SignedArea, SignOff } from '../model/watch/run-watch.ts';
import type { RestartPlan } from '../state/plans/restart-services.ts';
import type { StageName } from '../state/stage.ts';

/** How hosts are tested again. */
interface TestAgain {
  readonly fresh?: boolean;
  readonly trace?: boolean;
  readonly acceptSettings?: boolean;
}

/** What a choice in a dialog or menu does when it is taken. */
export type Wish =
  | { readonly kind: 'deploy'; readonly plan: DeployPlan }
  /** Asks again, with the restarts that the plan offers. */
  | {
      readonly kind: 'plan-restart';
      readonly plan: DeployPlan;
      /** The filter of the fleet, where it left a host out of the plan. */
      readonly narrowed: string | null;
    }
  | { readonly kind: 'plan-deploy'; readonly hosts: readonly string[] }
  | {
      readonly kind: 'plan-rollback';
      readonly hosts: readonly string[];
      readonly also: AlsoBack;
    }
  | { readonly kind: 'rollback'; readonly plan: RollbackPlan; readonly also: AlsoBack }
  /** Asks before it accepts the health of these hosts. */
  | { readonly kind: 'plan-accept'; readonly hosts: readonly string[] }
  | { readonly kind: 'accept'; readonly hosts: readonly string[] }
  /** Restarts services that run old code. */
  | { readonly kind: 'restart-services'; readonly plan: RestartPlan }
  /** From now on the machine with this id counts as the host. */
  | { readonly kind: 'accept-machine'; readonly host: string; readonly machineId: string }
  | { readonly kind: 'show-generations'; readonly host: string }
  | { readonly kind: 'update'; readonly inputs: readonly string[] | 'all' }
  | { readonly kind: 'revert'; readonly inputs: readonly string[] }
  /** Writes the lock as a past run had it; asked before, as it replaces the whole lock. */
  | { readonly kind: 'restore-lock'; readonly run: string }
  | { readonly kind: 'keep'; readonly inputs: readonly string[] }
  | {
      readonly kind: 'hold';
      readonly inputs: readonly string[];
      /** Null: the person writes it in the editor. */
      readonly reason: string | null;
      readonly until: string | null;
    }
  | { readonly kind: 'release'; readonly inputs: readonly string[] }
  /** Asks for the commit with this choice of files. */
  | { readonly kind: 'plan-commit'; readonly choice: CommitChoice }
  | { readonly kind: 'show-commit'; readonly plan: CommitPlan }
  | { readonly kind: 'commit'; readonly plan: CommitPlan }
  | { readonly kind: 'edit-message'; readonly plan: CommitPlan; readonly where: 'here' | 'editor' }
  | { readonly kind: 'push' }
  /** A pull request for the commit at HEAD. */
  | { readonly kind: 'propose' }
  | { readonly kind: 'test'; readonly hosts: readonly string[]; readonly options: TestAgain }
  | { readonly kind: 'bisect' }
  | { readonly kind: 'show-log'; readonly derivation: StorePath }
  | { readonly kind: 'open-file'; readonly path: string; readonly line: number | null }
  | { readonly kind: 'resume'; readonly choice: 'finish' | 'rollback' | 'leave' }
  | { readonly kind: 'copy'; readonly what: string; readonly text: string }
  /** The shown log from a time on; null: from its beginning. */
  | {
      readonly kind: 'log-since';
      readonly since: { readonly at: number; readonly words: string } | null;
    }
  | { readonly kind: 'log-follow' }
  /** In the person's browser. */
  | { readonly kind: 'open-page'; readonly url: string }
  /** An action of the key table, by its id. */
  | { readonly kind: 'act'; readonly action: string }
  /** Everything that is known of a step. */
  | { readonly kind: 'show-step'; readonly stage: StageName }
  /** Continues the runbook without a step that failed. */
  | { readonly kind: 'go-on'; readonly stage: StageName }
  /** Asks what a person says of a host after a run. */
  | { readonly kind: 'plan-sign'; readonly run: string; readonly host: string }
  /** Null takes it back. */
  | {
      readonly kind: 'sign';
      readonly run: string;
      readonly host: string;
      readonly trouble: SignOff['trouble'] | null;
    }
  /** All is fine, said before the watch is over: the person is asked once more. */
  | { readonly kind: 'plan-sign-early'; readonly run: string; readonly host: string }
  | {
      readonly kind: 'sign-trouble';
      readonly run: string;
      readonly host: string;
      readonly area: SignedArea;
    }
  /** Leaves the screen, and what another nixup runs as it is. */
  | { readonly kind: 'leave' }
  /** Asks the run of another nixup to stop. */
  | { readonly kind: 'cancel-other'; readonly by: string }
  | { readonly kind: 'quit' };
