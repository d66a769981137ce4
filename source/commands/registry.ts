import type { Invocation } from './arguments/invocation.ts';
import type { SubcommandName } from './arguments/subcommands.ts';
import type { CommandContext, CommandRun } from './program/command.ts';

/** Where each subcommand lives; loaded when it is called, so that none pays for another. */
const registry: {
  readonly [Name in SubcommandName]: () => Promise<{ readonly run: CommandRun<Name> }>;
} = {
  demo: () => import('./subcommands/demo.ts'),
  status: () => import('./subcommands/status.ts'),
  check: () => import('./subcommands/check.ts'),
  update: () => import('./subcommands/update.ts'),
  diff: () => import('./subcommands/diff.ts'),
  revert: () => import('./subcommands/revert.ts'),
  packages: () => import('./subcommands/packages.ts'),
  impact: () => import('./subcommands/impact.ts'),
  test: () => import('./subcommands/test.ts'),
  hold: () => import('./subcommands/hold.ts'),
  deploy: () => import('./subcommands/deploy.ts'),
  verify: () => import('./subcommands/verify.ts'),
  services: () => import('./subcommands/services.ts'),
  rollback: () => import('./subcommands/rollback.ts'),
  clean: () => import('./subcommands/clean.ts'),
  commit: () => import('./subcommands/commit.ts'),
  watch: () => import('./subcommands/watch.ts'),
  run: () => import('./subcommands/run.ts'),
  history: () => import('./subcommands/history.ts'),
  resume: () => import('./subcommands/resume.ts'),
  config: () => import('./subcommands/config.ts'),
  timer: () => import('./subcommands/timer.ts'),
  completions: () => import('./subcommands/completions.ts'),
};

/** Loads the subcommand and runs it. */
export const runSubcommand = async <Name extends SubcommandName>(
  invocation: Invocation<Name>,
  context: CommandContext,
): Promise<number> => {
  const { run } = await registry[invocation.command]();
  return await run(invocation, context);
};
