import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { memoByObject } from '../../model/memo.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import { showAge } from '../../model/words/format-time.ts';
import { allLog, type LogRing, levelIn, readLineOfAll } from '../../model/words/log.ts';
import type { LogLevel } from '../../model/words/log-level.ts';
import { type AppState, fleetLog } from '../../state/state.ts';
import { isBuilderLog, ringOf } from './log.ts';

/** A log in the list of all. */
interface ListedLog {
  readonly key: string;
  readonly name: string;
  readonly lines: number;
  /** The worst level of the lines in memory. */
  readonly worst: LogLevel;
  /** How long ago the last line came; empty where nobody knows. */
  readonly age: string;
  /** The last line of the worst level; where no line has a level, the last one. */
  readonly last: string;
}

/** The worst level of some lines, and the last line that has it; null where none has one. */
interface Worst {
  readonly level: LogLevel;
  readonly line: string | null;
}

const worstOf = (ring: LogRing, levelOf: (line: string) => LogLevel): Worst => {
  let worst: Worst = { level: 'all', line: null };
  for (const line of ring.lines.toReversed()) {
    const level = levelOf(line);
    if (level === 'error') return { level, line };
    if (level === 'warning' && worst.line === null) worst = { level, line };
  }
  return worst;
};

const worstOfAll = memoByObject((ring: LogRing) => worstOf(ring, levelIn(allLog)));
const worstOfOther = memoByObject((ring: LogRing) => worstOf(ring, levelIn('')));

const nameOf = (key: string): string => {
  if (key === allLog) return 'the fleet';
  if (key === fleetLog) return 'nixup itself';
  const unit = readUnitLogKey(key);
  if (unit !== null) return `${shortUnitName(showUnitFailure(unit.unit))} on ${unit.host}`;
  return isBuilderLog(key) ? derivationName(key) : key;
};

const listed = (key: string, ring: LogRing, now: number): ListedLog => {
  const at = ring.times.at(-1) ?? null;
  const isAll = key === allLog;
  const worst = (isAll ? worstOfAll : worstOfOther)(ring);
  const last = worst.line ?? ring.lines.at(-1) ?? '';
  const { from, text } = isAll ? readLineOfAll(last) : { from: '', text: last };
  return {
    key,
    name: nameOf(key),
    lines: ring.dropped + ring.lines.length,
    worst: worst.level,
    age: at === null ? '' : showAge(Math.max(0, now - at)),
    last: `${from === '' ? '' : `${from}: `}${text.trim()}`,
  };
};

/** Every log in its order: that of the fleet, nixup's own, those of hosts, of builders, and of units. */
export const keysOfLogs = (app: AppState): readonly string[] => [
  allLog,
  ...(app.logs[fleetLog] === undefined ? [] : [fleetLog]),
  ...app.hostNames.filter((name) => app.logs[name] !== undefined),
  ...Object.keys(app.builderLogs),
  ...Object.keys(app.unitLogs),
];

/** The beginning of the hash of a store path. */
const hashOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).slice(0, 4);

/** The logs that have a line. */
export const listedLogs = (app: AppState, now: number): readonly ListedLog[] => {
  const logs = keysOfLogs(app).flatMap((key) => {
    const ring = ringOf(app, key);
    return ring.lines.length === 0 ? [] : [listed(key, ring, now)];
  });
  // Builders of the same name are told apart by the hash of their derivation.
  const count = (name: string): number => logs.filter((log) => log.name === name).length;
  return logs.map((log) =>
    isBuilderLog(log.key) && count(log.name) > 1
      ? { ...log, name: `${log.name} ${hashOf(log.key)}` }
      : log,
  );
};
