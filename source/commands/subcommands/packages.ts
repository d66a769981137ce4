import { success } from '../../model/result.ts';
import { allRead } from '../arguments/invocation.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandRun } from '../program/command.ts';
import {
  isNotComparable,
  isNothingCompared,
  nothingCompared,
  packagesJson,
  packagesText,
} from '../reports/packages.ts';

/** The package difference of each host: what it runs against what it would run. */
export const run: CommandRun<'packages'> = async (invocation, context) =>
  await answerQuestion(invocation, context, async (program) => {
    const { words, flags } = invocation;
    const { builtOnly, ...rest } = invocation.own;
    allRead(rest);
    const surveyed = await program.survey({ probe: true, evaluate: true, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const names = chosen.value.filter(
      (name) =>
        words.includes(name) || program.state().hosts[name]?.entry.role.kind === 'deployable',
    );
    await program.engine.hosts.comparePackages(names, { build: !builtOnly && !flags.readOnly });
    const state = program.state();
    const isNothingKnown = isNothingCompared(state, names);
    if (isNothingKnown) context.console.tell(nothingCompared);
    return success({
      text: packagesText(state, names),
      json: packagesJson(state, names),
      exitCode: isNothingKnown || names.some((name) => isNotComparable(state, name)) ? 1 : 0,
    });
  });
