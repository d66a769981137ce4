import { ownOf } from '../../model/own-of.ts';
import { success } from '../../model/result.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';

/** Keeps inputs at the committed lock and writes that down, or takes such a hold away. */
export const run: CommandRun<'hold'> = async (invocation, context) => {
  const { words, own } = invocation;
  const { release, reason: given, until: day, ...rest } = own;
  allRead(rest);
  if (release && (given !== null || day !== null)) {
    context.console.tell(
      '--release takes a hold away: it goes with neither --reason nor --until.\n  nixup hold --help',
    );
    return 2;
  }
  return await doRun(invocation, context, async ({ engine, state }) => {
    if (release) return success({ result: await engine.lock.release(words) });
    const [name, ...others] = words;
    const known =
      name === undefined || others.length > 0 ? undefined : ownOf(state().standings, name);
    // Parts that are not given again stay as the hold has them.
    const older = known?.kind === 'held' ? known : null;
    const reason = given ?? older?.reason ?? 'held by hand';
    const until = day ?? older?.until ?? null;
    return success({ result: await engine.lock.hold(words, { reason, until }) });
  });
};
