import { success } from '../../model/result.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';

/** Health of the chosen hosts against the last baseline; or the acceptance of it. */
export const run: CommandRun<'verify'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { accept, ...rest } = invocation.own;
    allRead(rest);
    const surveyed = await program.survey({
      probe: false,
      evaluate: false,
      words: invocation.words,
    });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(invocation.words);
    if (!chosen.ok) return chosen;
    const { hosts } = program.state();
    const names = chosen.value.filter((name) => hosts[name]?.entry.role.kind === 'deployable');
    const { engine } = program;
    const result = accept ? engine.health.accept(names) : engine.health.verify(names);
    return success({ result: await result });
  });
