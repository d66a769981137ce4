import type { Engine } from '../../engine/contract.ts';
import { guiltyInputs } from '../../model/causes/bisect.ts';
import { type GuiltyHold, guiltyHolds } from '../../model/causes/hold-reason.ts';
import { leftOutLines } from '../../model/config/left-out-words.ts';
import { success } from '../../model/result.ts';
import type { RunResult } from '../../state/run.ts';
import { allRead } from '../arguments/invocation.ts';
import { saysYes } from '../program/agreement.ts';
import { buildOnFailure } from '../program/check-build-on.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import { failureTails } from '../program/failure-tails.ts';
import { refused } from '../program/open.ts';

/** Searches and holds again at most this often: each round ends one cause. */
const mostRounds = 5;

/** Holds each input with its own reason; ends with the first hold that could not be made. */
const holdEach = async (
  engine: Engine,
  holds: readonly GuiltyHold[],
): Promise<RunResult | undefined> => {
  for (const { inputs, reason } of holds) {
    const held = await engine.lock.hold(inputs, { reason, until: null });
    if (!held.ok) return held;
  }
  return undefined;
};

/** Builds every chosen host before any is touched. */
export const run: CommandRun<'test'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const { bisect, hold, trace, fresh, validate, ...build } = invocation.own;
    const { buildOn, cores, acceptFlakeConfig, ...rest } = build;
    allRead(rest, 'report', 'junit');
    const surveyed = await program.survey({ probe: true, evaluate: false, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const { hosts } = program.state();
    const nowhere = buildOnFailure(buildOn, Object.keys(hosts));
    if (nowhere !== null) return refused(2, nowhere);
    const isNamed = words.length > 0;
    const names = chosen.value.filter((name) => {
      const role = hosts[name]?.entry.role.kind;
      return isNamed || role === 'deployable' || role === 'build-only';
    });
    const leftOut = chosen.value.flatMap((name) =>
      names.includes(name) ? [] : (hosts[name]?.entry ?? []),
    );
    for (const line of leftOutLines(leftOut)) context.console.tell(line);
    const test = (): Promise<RunResult> =>
      program.engine.build.test(names, {
        bisect,
        trace,
        fresh,
        buildOn: buildOn ?? undefined,
        cores: cores ?? undefined,
        acceptSettings: acceptFlakeConfig,
        validate: validate ?? undefined,
      });
    let result = await test();
    for (let round = 0; round < mostRounds && !result.ok; round += 1) {
      const guilty = guiltyInputs(program.state().searches);
      const mayAsk = context.console.canAsk && !flags.yes && !flags.json;
      if (!bisect || guilty.length === 0 || context.console.canceled.aborted) break;
      if (!hold) {
        const question = `Hold ${guilty.join(', ')} and test the rest?`;
        if (!mayAsk || !(await saysYes(context.console, question))) break;
      }
      const holds = guiltyHolds(program.state().searches, context.world.clock.now());
      const refusal = await holdEach(program.engine, holds);
      if (refusal !== undefined) {
        result = refusal;
        break;
      }
      result = await test();
    }
    return success({ result, after: failureTails(program, result) });
  });
