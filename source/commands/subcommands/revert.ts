import { success } from '../../model/result.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';

/** Puts single inputs, or the whole lock, back. */
export const run: CommandRun = async (invocation, context) => {
  const { words, flags } = invocation;
  const wishes = [words.length > 0, flags.all, flags.undo].filter(Boolean).length;
  if (wishes !== 1 || (flags.keep && words.length === 0)) {
    context.console.tell('nixup revert needs inputs, --all or --undo.\n  nixup revert --help');
    return 2;
  }
  return await doRun(invocation, context, async ({ engine }) =>
    success({
      result:
        words.length > 0
          ? await engine.revert(words, flags.keep ? 'updated' : 'committed')
          : await engine.restoreLock(flags.all ? 'committed' : 'undo'),
    }),
  );
};
