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
  readonly last: string;
}

const worstOf = (ring: LogRing, levelOf: (line: string) => LogLevel): LogLevel => {
  let worst: LogLevel = 'all';
  for (const line of ring.lines) {
    const level = levelOf(line);
    if (level === 'error') return 'error';
    if (level === 'warning') worst = 'warning';
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
  const last = ring.lines.at(-1) ?? '';
  const at = ring.times.at(-1) ?? null;
  const isAll = key === allLog;
  const { from, text } = isAll ? readLineOfAll(last) : { from: '', text: last };
  return {
    key,
    name: nameOf(key),
    lines: ring.dropped + ring.lines.length,
    worst: (isAll ? worstOfAll : worstOfOther)(ring),
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

/** The logs that have a line. */
export const listedLogs = (app: AppState, now: number): readonly ListedLog[] =>
  keysOfLogs(app).flatMap((key) => {
    const ring = ringOf(app, key);
    return ring.lines.length === 0 ? [] : [listed(key, ring, now)];
  });
