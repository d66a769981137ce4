import { emptyLog, type LogRing, type SaidAt } from '../../model/words/log.ts';
import type { BuilderLines, Fact } from '../events.ts';
import type { AppState } from '../state.ts';
import { append, saidAt, withinBounds } from './logs.ts';

/** Builders whose lines are in memory, and how many of each: the whole log is one `nix log` away. */
const keptBuilders = 60;
const builderLines = 2_000;

/** What they hold together; most of it are the lines of the logs of hosts. */
const builderLogs = { lines: 20_000, units: 3_000_000 };

/** The log as it was read from Nix; lines at its end that were heard before keep their times. */
const readRing = (heard: LogRing, lines: readonly string[], before: number): LogRing => {
  const from = Math.max(0, lines.length - builderLines);
  const kept = lines.slice(from);
  const times: SaidAt[] = kept.map(() => null);
  for (let back = 1; back <= Math.min(kept.length, heard.lines.length); back += 1) {
    if (kept.at(-back) !== heard.lines.at(-back)) break;
    times[kept.length - back] = heard.times.at(-back) ?? null;
  }
  return { lines: kept, times, dropped: before + from, isPaged: true };
};

/** The builder that was heard last is last; those that were heard longest ago are dropped. */
export const addBuilderLines = (
  known: AppState['builderLogs'],
  added: readonly BuilderLines[],
  at: number,
): AppState['builderLogs'] => {
  const logs = new Map(Object.entries(known));
  for (const { derivation, lines, isRead, before } of added) {
    const heard = logs.get(derivation) ?? emptyLog;
    const ring =
      before === undefined
        ? append(heard, saidAt(isRead === true ? null : at, lines), builderLines)
        : readRing(heard, lines, before);
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
