import type { CommandRun } from './command.ts';
import type { SubcommandName } from './subcommands.ts';

/** Where each subcommand lives; loaded when it is called, so that none pays for another. */
export const registry: Readonly<
  Record<SubcommandName, () => Promise<{ readonly run: CommandRun }>>
> = {
  demo: () => import('./demo.ts'),
  status: () => import('./status.ts'),
  check: () => import('./check.ts'),
  update: () => import('./update.ts'),
  diff: () => import('./show-diff.ts'),
  revert: () => import('./revert.ts'),
  packages: () => import('./packages.ts'),
  impact: () => import('./impact.ts'),
  test: () => import('./test.ts'),
  hold: () => import('./hold.ts'),
  deploy: () => import('./deploy.ts'),
  verify: () => import('./verify.ts'),
  rollback: () => import('./rollback.ts'),
  clean: () => import('./clean.ts'),
  commit: () => import('./commit.ts'),
  watch: () => import('./watch.ts'),
  run: () => import('./run.ts'),
  history: () => import('./history.ts'),
  resume: () => import('./resume.ts'),
  config: () => import('./config-check.ts'),
  completions: () => import('./completions.ts'),
};
