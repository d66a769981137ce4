import v8 from 'node:v8';
import { createProcessWorld } from '../../services/world/process-world.ts';
import { readGlobalFlags, readOwnFlags } from '../arguments/flag-values.ts';
import { createProcessConsole } from '../program/console.ts';
import { run } from './diff.ts';

/**
 * `nixup diff` with nothing but words, `--json` and `--markdown`. The build
 * makes one file of it and all that it needs: loading twenty small ones takes
 * longer than comparing two locks.
 */
export const showPlainDiff = async ([, ...rest]: readonly string[]): Promise<number> => {
  // It ends before the slow compiler has paid for itself, and what that takes would be missed.
  v8.setFlagsFromString('--no-turbofan');
  // The same for collecting: room for what two locks become, and no marking in steps beside the work.
  v8.setFlagsFromString('--min-semi-space-size=32');
  v8.setFlagsFromString('--no-incremental-marking');
  const console = createProcessConsole();
  const flags = readGlobalFlags({ json: rest.includes('--json') });
  const own = readOwnFlags('diff', { markdown: rest.includes('--markdown') });
  const words = rest.filter((word) => !word.startsWith('-'));
  const status = await run(
    { command: 'diff', words, flags, own },
    {
      console,
      world: createProcessWorld(),
      openEngine: () => Promise.reject(new Error('a difference needs no engine')),
    },
  );
  await console.flush();
  return console.statusOf(status);
};
