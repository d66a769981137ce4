import { success } from '../model/result.ts';
import type { CommandRun } from './command.ts';
import { doRun } from './do-run.ts';

/** Health of the chosen hosts against the last baseline. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const surveyed = await program.survey({ probe: false, evaluate: false });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(invocation.words);
    if (!chosen.ok) return chosen;
    const { hosts } = program.state();
    const names = chosen.value.filter((name) => hosts[name]?.entry.role.kind === 'deployable');
    return success({ result: await program.engine.verify(names) });
  });
