import { lockDifferenceText } from '../model/lock-text.ts';
import { success } from '../model/result.ts';
import type { CommandRun } from './command.ts';
import { doRun } from './do-run.ts';

/** Updates all or the named inputs, and prints the difference. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async ({ engine, state }) => {
    const { words, flags } = invocation;
    const result = await engine.update(words.length === 0 ? 'all' : words, flags.exclude);
    const { lock } = state();
    if (!flags.json && result.ok && lock.kind === 'read')
      context.console.answer(`${lockDifferenceText(lock.changes)}\n`);
    return success({ result });
  });
