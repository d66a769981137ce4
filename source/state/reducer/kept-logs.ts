import { emptyLog } from '../../model/words/log.ts';
import type { BuilderLines, Fact } from '../events.ts';
import type { AppState } from '../state.ts';
import { append, saidAt, withinBounds } from './logs.ts';

/** Builders whose lines are in memory, and how many of each: the whole log is one `nix log` away. */
const keptBuilders = 60;
const builderLines = 2_000;

/** What they hold together; most of it are the lines of the logs of hosts. */
const builderLogs = { lines: 20_000, units: 3_000_000 };

/** The builder that was heard last is last; those that were heard longest ago are dropped. */
export const addBuilderLines = (
  known: AppState['builderLogs'],
  added: readonly BuilderLines[],
  at: number,
): AppState['builderLogs'] => {
  const logs = new Map(Object.entries(known));
  for (const { derivation, lines, isRead } of added) {
    const ring = append(
      logs.get(derivation) ?? emptyLog,
      saidAt(isRead === true ? null : at, lines),
      builderLines,
    );
    logs.delete(derivation);
    logs.set(derivation, ring);
  }
  return withinBounds(Object.fromEntries([...logs].slice(-keptBuilders)), builderLogs);
};

/** Followed journals that are kept: the one that is looked at, and those before it. */
const keptUnits = 3;
const unitLogs = { lines: 9_000, units: 2_000_000 };

type UnitLines = Extract<Fact, { readonly type: 'unit-logged' }>;

/** The lines join the journal of their unit; that of another one which was followed longest ago is dropped. */
export const addUnitLines = (
  known: AppState['unitLogs'],
  { log, lines, times, isFirst }: UnitLines,
): AppState['unitLogs'] => {
  const { [log]: before, ...others } = known;
  const ring = append(isFirst || before === undefined ? emptyLog : before, { lines, times });
  return withinBounds(
    Object.fromEntries([...Object.entries(others).slice(1 - keptUnits), [log, ring]]),
    unitLogs,
  );
};
