import { success } from '../../model/result.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';

/** Puts single inputs, or the whole lock, back. */
export const run: CommandRun<'revert'> = async (invocation, context) => {
  const { words } = invocation;
  const { all, undo, keep, ...rest } = invocation.own;
  allRead(rest);
  const wishes = [words.length > 0, all, undo].filter(Boolean).length;
  if (wishes !== 1 || (keep && words.length === 0)) {
    context.console.tell('nixup revert needs inputs, --all or --undo.\n  nixup revert --help');
    return 2;
  }
  return await doRun(invocation, context, async ({ engine }) =>
    success({
      result:
        words.length > 0
          ? await engine.lock.revert(words, keep ? 'updated' : 'committed')
          : await engine.lock.restore(all ? 'committed' : 'undo'),
    }),
  );
};
