import { success } from '../model/result.ts';
import type { CommandRun } from './command.ts';
import { doRun } from './do-run.ts';

/** Keeps inputs at the committed lock, and writes that down. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async ({ engine }) => {
    const { words, flags } = invocation;
    const reason = flags.reason ?? 'held by hand';
    return success({ result: await engine.hold(words, { reason, until: flags.until }) });
  });
