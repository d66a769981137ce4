import type { StorePath } from '../../model/nix/store-path.ts';
import type { RunResult } from '../../state/run.ts';
import type { TestOptions } from '../run/options.ts';
import type { EngineTools } from '../run/tools.ts';
import { bisectGoal } from './bisect.ts';
import { type BuilderLog, endsAlike, readBuilderLog } from './builder-log.ts';
import { testGoal } from './test.ts';

/** What can be built, and why a build failed. */
export interface BuildEngine {
  test(hosts: readonly string[], options?: TestOptions): Promise<RunResult>;
  /** Finds the input, or the inputs together, that break what the last test found; changes nothing. */
  bisect(): Promise<RunResult>;
  /** The whole log of a builder that ended; null where Nix has none. Its end joins the state unless Nix lacks what was heard last. */
  readLog(derivation: StorePath): Promise<BuilderLog | null>;
}

export const createBuildEngine = ({ context, emit, entries, start }: EngineTools): BuildEngine => ({
  test: (hosts, options) => start('test', hosts, testGoal(context(), entries(hosts), options)),
  bisect: () => {
    const { causes } = context().state();
    const hosts = [...new Set(causes.flatMap((cause) => cause.hosts))];
    return start('bisect', hosts, bisectGoal(context(), causes));
  },
  readLog: async (derivation) => {
    const { world, nix, folder, state } = context();
    const log = await readBuilderLog(world, nix, folder, derivation);
    if (!log.ok || log.value.lines === 0) return null;
    const { tail, lines } = log.value;
    const known = state().builderLogs[derivation];
    const heard = known === undefined ? 0 : known.dropped + known.lines.length;
    // What a run heard and Nix does not have, such as that of another try, stays. Where both end alike Nix has all of
    // the last try, and what was heard has the tries before it too.
    if (lines >= heard || endsAlike(known?.lines ?? [], tail))
      emit({
        type: 'builder-logged',
        logs: [{ derivation, lines: tail, isRead: true, before: lines - tail.length }],
      });
    return log.value;
  },
});
