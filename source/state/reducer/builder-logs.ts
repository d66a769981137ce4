import { emptyLog } from '../../model/words/log.ts';
import type { BuilderLines } from '../events.ts';
import type { AppState } from '../state.ts';
import { append, withinBounds } from './logs.ts';

/** Builders whose lines are in memory, and how many of each: the whole log is one `nix log` away. */
const keptBuilders = 60;
const builderLines = 2_000;

/** What they hold together; most of it are the lines of the logs of hosts. */
const builderLogs = { lines: 20_000, units: 3_000_000 };

/** The builder that was heard last is last; those that were heard longest ago are dropped. */
export const addBuilderLines = (
  known: AppState['builderLogs'],
  added: readonly BuilderLines[],
): AppState['builderLogs'] => {
  const logs = new Map(Object.entries(known));
  for (const { derivation, lines } of added) {
    const ring = append(logs.get(derivation) ?? emptyLog, lines, builderLines);
    logs.delete(derivation);
    logs.set(derivation, ring);
  }
  return withinBounds(Object.fromEntries([...logs].slice(-keptBuilders)), builderLogs);
};
