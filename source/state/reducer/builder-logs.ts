import { appendLines, emptyLog } from '../../model/words/log.ts';
import type { BuilderLines } from '../events.ts';
import type { AppState } from '../state.ts';

/** Builders whose lines are in memory, and how many of each: the whole log is one `nix log` away. */
const keptBuilders = 60;
const builderLines = 2_000;

/** The builder that was heard last is last; those that were heard longest ago are dropped. */
export const addBuilderLines = (
  known: AppState['builderLogs'],
  added: readonly BuilderLines[],
): AppState['builderLogs'] => {
  const logs = new Map(Object.entries(known));
  for (const { derivation, lines } of added) {
    const ring = appendLines(logs.get(derivation) ?? emptyLog, lines, builderLines);
    logs.delete(derivation);
    logs.set(derivation, ring);
  }
  return Object.fromEntries([...logs].slice(-keptBuilders));
};
