import type { Command } from './command.ts';

/** A commit before it is made: what a confirmation shows and freezes. */
export interface CommitPlan {
  readonly message: string;
  readonly paths: readonly string[];
  readonly branch: string | null;
  readonly commands: readonly Command[];
  /** Why no commit can be made now; null when one can. */
  readonly obstacle: string | null;
}
