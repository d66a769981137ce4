import { type BisectProgress, guiltyInputs } from '../model/bisect.ts';
import { holdReason } from '../model/hold-reason.ts';
import { success } from '../model/result.ts';
import type { RunResult } from '../model/run.ts';
import { saysYes } from './agreement.ts';
import { buildOnFailure } from './check-build-on.ts';
import type { CommandRun } from './command.ts';
import { doRun } from './do-run.ts';
import { failureTails } from './failure-tails.ts';
import { refused } from './open-program.ts';

/** Searches and holds again at most this often: each round ends one cause. */
const mostRounds = 5;

/** The reason that stands in nixup.toml: what failed where, and when it was found. */
const reasonOf = (searches: readonly BisectProgress[], at: number): string => {
  const hosts = [...new Set(searches.flatMap((search) => search.hosts))];
  return holdReason(hosts, searches[0]?.what ?? 'found by bisect', at);
};

/** Builds every chosen host before any is touched. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const surveyed = await program.survey({ probe: true, evaluate: false });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const { hosts } = program.state();
    const nowhere = buildOnFailure(flags, Object.keys(hosts));
    if (nowhere !== null) return refused(2, nowhere);
    const isNamed = words.length > 0;
    const names = chosen.value.filter((name) => {
      const role = hosts[name]?.entry.role.kind;
      return isNamed || role === 'deployable' || role === 'build-only';
    });
    const test = (): Promise<RunResult> =>
      program.engine.test(names, {
        bisect: flags.bisect,
        trace: flags.trace,
        fresh: flags.fresh,
        buildOn: flags.buildOn ?? undefined,
        cores: flags.cores ?? undefined,
        acceptSettings: flags.acceptFlakeConfig,
        validate: flags.validate ?? undefined,
      });
    let result = await test();
    for (let round = 0; round < mostRounds && !result.ok; round += 1) {
      const guilty = guiltyInputs(program.state().searches);
      const mayAsk = context.console.canAsk && !flags.yes && !flags.json;
      if (!flags.bisect || guilty.length === 0 || context.console.canceled.aborted) break;
      if (!flags.hold) {
        const question = `Hold ${guilty.join(', ')} and test the rest?`;
        if (!mayAsk || !(await saysYes(context.console, question))) break;
      }
      const held = await program.engine.hold(guilty, {
        reason: reasonOf(program.state().searches, context.world.clock.now()),
        until: null,
      });
      if (!held.ok) {
        result = held;
        break;
      }
      result = await test();
    }
    return success({ result, after: failureTails(program.state(), result) });
  });
