import { fullUnitName } from '../../model/host/unit-name.ts';
import { type Result, success } from '../../model/result.ts';
import { allRead, type Invocation } from '../arguments/invocation.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import type { Program, Refused } from '../program/open.ts';
import { isNothingKnown, servicesJson, servicesText } from '../reports/services.ts';
import { namedHosts, restartPlanned } from '../units/restart.ts';
import { answerUnit, restartUnit, tailUnit } from '../units/unit.ts';

/** The hosts of the invocation, once they said which services run old code. */
const askedHosts = async (
  program: Program,
  invocation: Invocation<'services'>,
): Promise<Result<readonly string[], Refused>> => {
  const named = await namedHosts(program, invocation);
  if (named.ok) await program.engine.health.askOldCode(named.value);
  return named;
};

/** Shows which services run code of an earlier system; restarts them where that is asked for. */
export const run: CommandRun<'services'> = async (invocation, context) => {
  const { restart, unit, follow, level, search, ...rest } = invocation.own;
  allRead(rest);
  if (unit !== null) {
    const wish = { unit: fullUnitName(unit), level, search };
    if (restart) return await restartUnit(invocation, context, wish.unit);
    return follow
      ? await tailUnit(invocation, context, wish)
      : await answerUnit(invocation, context, wish);
  }
  if (!restart)
    return await answerQuestion(invocation, context, async (program) => {
      const asked = await askedHosts(program, invocation);
      if (!asked.ok) return asked;
      const state = program.state();
      return success({
        text: servicesText(state, asked.value),
        json: servicesJson(state, asked.value),
        exitCode: isNothingKnown(state, asked.value) ? 1 : 0,
      });
    });
  return await doRun(invocation, context, async (program) => {
    const asked = await askedHosts(program, invocation);
    return asked.ok
      ? await restartPlanned(
          program,
          invocation,
          context,
          program.engine.health.planRestarts(asked.value),
        )
      : asked;
  });
};
