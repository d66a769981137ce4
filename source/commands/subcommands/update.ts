import { lockDifferenceText } from '../../model/inputs/report-text.ts';
import { unmovedAmong, unmovedLines } from '../../model/inputs/standing.ts';
import { success } from '../../model/result.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';

/** Updates all or the named inputs, and prints the difference. */
export const run: CommandRun<'update'> = async (invocation, context) =>
  await doRun(invocation, context, async ({ engine, state }) => {
    const { words, flags } = invocation;
    const { exclude, ...rest } = invocation.own;
    allRead(rest);
    const result = await engine.lock.update(words.length === 0 ? 'all' : words, exclude);
    const { lock } = state();
    const now = context.world.clock.now();
    // A wrong command line and a refusal update nothing; a failure may have updated some.
    const isTried = result.exitCode === 0 || result.exitCode === 1;
    if (isTried && !flags.json && lock.kind === 'read')
      context.console.answer(
        [
          lockDifferenceText(lock.changes),
          ...unmovedLines(unmovedAmong(state().standings, lock.changes), now),
          '',
        ].join('\n'),
      );
    return success({ result });
  });
