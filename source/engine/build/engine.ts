import type { StorePath } from '../../model/nix/store-path.ts';
import { redact } from '../../parsers/redact.ts';
import type { RunResult } from '../../state/run.ts';
import type { TestOptions } from '../run/options.ts';
import type { EngineTools } from '../run/tools.ts';
import { bisectGoal } from './bisect.ts';
import { testGoal } from './test.ts';

/** What can be built, and why a build failed. */
export interface BuildEngine {
  test(hosts: readonly string[], options?: TestOptions): Promise<RunResult>;
  /** Finds the input, or the inputs together, that break what the last test found; changes nothing. */
  bisect(): Promise<RunResult>;
  /** The whole log of a builder that ended; empty where Nix has none. Its end joins the state when nothing of it is there. */
  readLog(derivation: StorePath): Promise<readonly string[]>;
}

export const createBuildEngine = ({ context, emit, entries, start }: EngineTools): BuildEngine => ({
  test: (hosts, options) => start('test', hosts, testGoal(context(), entries(hosts), options)),
  bisect: () => {
    const { causes } = context().state();
    const hosts = [...new Set(causes.flatMap((cause) => cause.hosts))];
    return start('bisect', hosts, bisectGoal(context(), causes));
  },
  readLog: async (derivation) => {
    const log = await context().nix.buildLog(derivation);
    const lines = log.ok ? log.value.map(redact) : [];
    if (lines.length > 0 && context().state().builderLogs[derivation] === undefined)
      emit({ type: 'builder-logged', logs: [{ derivation, lines, isRead: true }] });
    return lines;
  },
});
