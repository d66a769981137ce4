import { showMomentOfLine } from '../words/format-time.ts';
import { withoutControls } from '../words/without-controls.ts';

/** Lines of a journal from this level on, the most first. The numbers are those of syslog(3). */
export const journalLevels = {
  all: 7,
  info: 6,
  notice: 5,
  warning: 4,
  error: 3,
  critical: 2,
} as const satisfies Readonly<Record<string, number>>;

export type JournalLevel = keyof typeof journalLevels;

const isJournalLevel = (text: string): text is JournalLevel => Object.hasOwn(journalLevels, text);

/** From the most lines to the fewest. */
const levelNames: readonly JournalLevel[] = Object.keys(journalLevels).filter(isJournalLevel);

/** The level with fewer (1) or more (-1) lines; the same at an end. */
export const nextLevel = (level: JournalLevel, by: 1 | -1): JournalLevel =>
  levelNames[levelNames.indexOf(level) + by] ?? level;

/** `warning and worse`; all lines have no words. */
export const levelWords = (level: JournalLevel): string =>
  level === 'all' ? 'all levels' : level === 'critical' ? 'critical' : `${level} and worse`;

/** One line that a unit, or systemd about it, left in a journal. */
export interface JournalLine {
  /** The host's clock, ms since the epoch. */
  readonly at: number;
  /** As in syslog(3), 0 is the worst; null where the line has none. */
  readonly level: number | null;
  /** `grafana[2411]`. */
  readonly from: string;
  readonly text: string;
}

/** What was read of a journal in one go. */
export interface JournalPage {
  readonly lines: readonly JournalLine[];
  /** Where the next page begins; null where nothing was read. */
  readonly cursor: string | null;
  /** As many lines as were asked for: there may be more after them. */
  readonly isFull: boolean;
}

const words = ['emergency', 'alert', 'critical', 'error', 'warning'];

/** `warning grafana[2411]: text`; from notice on the level says nothing. */
export const journalWords = ({ level, from, text }: Omit<JournalLine, 'at'>): string => {
  const word = level === null ? undefined : words[level];
  return `${word === undefined ? '' : `${word} `}${withoutControls(from)}: ${text}`;
};

/** The same with its time: `2026-11-29 19:50:01 warning grafana[2411]: text`. */
export const journalText = (line: JournalLine): string =>
  `${showMomentOfLine(line.at)} ${journalWords(line)}`;

/** The journal of a unit as it is followed: which, where, and from which level on. */
export interface UnitLog {
  readonly host: string;
  /** A name of `unit-failure.ts`. */
  readonly unit: string;
  readonly level: JournalLevel;
  /** From when on, ms since the epoch by this machine's clock; absent: since the last change of the host. */
  readonly since?: number;
}

/** Names a followed journal among the logs; no host and no path of the store has this name. */
export const unitLogKey = ({ host, unit, level, since }: UnitLog): string =>
  `unit:${level}${since === undefined ? '' : `@${since}`}:${host}/${unit}`;

/** Null where a log is none of a unit. */
export const readUnitLogKey = (key: string): UnitLog | null => {
  const [, level, since, host, unit] = /^unit:(\w+)(?:@(\d+))?:([^/]+)\/(.+)$/.exec(key) ?? [];
  return level === undefined || host === undefined || unit === undefined || !isJournalLevel(level)
    ? null
    : { host, unit, level, ...(since === undefined ? {} : { since: Number(since) }) };
};
