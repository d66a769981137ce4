import { spawnSync } from 'node:child_process';

/** Milliseconds that a Node process takes from its start to its end. */
export const take = (
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): number => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', ...options });
  if (status !== 0) throw new Error(`status ${status}: node ${args.join(' ')}`);
  return performance.now() - started;
};
