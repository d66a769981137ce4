import { showMomentOfLine } from './format-time.ts';
import { type LogLevel, logLevel } from './log-level.ts';

/** When a line was said, ms since the epoch; null where nobody knows. */
export type SaidAt = number | null;

/** Lines of a log with their times, one for each. */
export interface LogLines {
  readonly lines: readonly string[];
  readonly times: readonly SaidAt[];
}

/** The last lines of a log. Everything is on disk; memory holds a bounded tail. */
export interface LogRing extends LogLines {
  /** Lines that were dropped from the front. */
  readonly dropped: number;
  /** Of a builder: a file has all of it, as it was read from Nix. */
  readonly isPaged?: true;
}

/** Lines of a log that were read from the disk; numbers count from 0 since the log began. */
export interface LogPiece extends LogLines {
  readonly first: number;
}

/** Which lines of a log are looked for: those with a text, and of a level or worse. */
export interface LogQuery {
  readonly search: string;
  readonly level: LogLevel;
}

/** What was found among the lines of a log that are on the disk alone. */
export interface LogHits extends LogQuery {
  /** Lines before this one were not looked at. */
  readonly from: number;
  /** All lines before this one were searched. */
  readonly before: number;
  readonly count: number;
  /** The newest of them, in their order: number and text. */
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly times: readonly SaidAt[];
}

/** Whether a line holds what is searched; case counts only when the search has a capital. */
export const isHit = (line: string, search: string): boolean => {
  if (search === '') return false;
  return search === search.toLowerCase()
    ? line.toLowerCase().includes(search)
    : line.includes(search);
};

/** The log of the fleet: the lines of every host and of nixup itself, and its steps, in the order of time. */
export const allLog = '*';

/** A line of the log of the fleet, taken apart. */
interface LineOfAll {
  /** The host, or `nixup` where it belongs to none. */
  readonly from: string;
  readonly text: string;
  /** What nixup did; the others are the output of programs. */
  readonly isStep: boolean;
}

const behindName = ' | ';
const stepMark = '== ';

const ownName = 'nixup';

/** A host may be called `nixup` too: no host has a blank in its name. */
const hostOfOwnName = `host ${ownName}`;

/** What the log of the fleet has before a line of a host. */
const startInAll = (host: string | null, isStep = false): string =>
  `${host === ownName ? hostOfOwnName : (host ?? ownName)}${behindName}${isStep ? stepMark : ''}`;

/** Whose line it is, by the name that the log of the fleet has before it; null: of nixup itself. */
export const hostInAll = (from: string): string | null =>
  from === ownName ? null : from === hostOfOwnName ? ownName : from;

const looksAsOutput = /^\\+== /;
const looksAsStep = /^\\*== /;

/** The output of a program that looks as a step begins with a `\` more, which is taken off when it is read. */
const outputInAll = (line: string): string => (looksAsStep.test(line) ? `\\${line}` : line);

/** A line as the log of the fleet has it: `razer | copying 12 paths`, of a step `razer | == copying`. */
export const lineOfAll = (host: string | null, line: string, isStep = false): string =>
  `${startInAll(host, isStep)}${isStep ? line : outputInAll(line)}`;

export const readLineOfAll = (line: string): LineOfAll => {
  const at = line.indexOf(behindName);
  if (at < 0) return { from: '', text: line, isStep: false };
  const said = line.slice(at + behindName.length);
  const isStep = said.startsWith(stepMark);
  return {
    from: line.slice(0, at),
    text: isStep ? said.slice(stepMark.length) : looksAsOutput.test(said) ? said.slice(1) : said,
    isStep,
  };
};

/** Steps that went wrong in words that no program writes as its level. */
const badStep =
  /^(?:(?:unhealthy|rolled back|rolling back|canceled|skipped)\b|[a-z-]+ (?:ended in part|ended unhealthy|canceled):)/;

/** A step that ended: its evidence may tell of what failed, or did not, and its first words tell how it ended. */
const endedStep = /^[a-z]+ (?:passed:|done for (?!a part:)|(done (?:in part|for a part):))/;

/** The level of a step, without the name of its host. */
export const stepLevel = (text: string): LogLevel => {
  const ended = endedStep.exec(text);
  if (ended !== null) return ended[1] === undefined ? 'all' : 'warning';
  return badStep.test(text) ? 'warning' : logLevel(text);
};

/** The level of a line of the log of the fleet: a name of a host is none. */
const levelInAll = (line: string): LogLevel => {
  const { text, isStep } = readLineOfAll(line);
  return isStep ? stepLevel(text) : logLevel(text);
};

/** How the lines of a log, named by its key, tell their level. */
export const levelIn = (log: string): ((line: string) => LogLevel) =>
  log === allLog ? levelInAll : logLevel;

/** Whether a line is one of those that are looked for. */
export const fitsQuery = (
  line: string,
  { search, level }: LogQuery,
  levelOf: (line: string) => LogLevel = logLevel,
): boolean =>
  (search === '' || isHit(line, search)) && (level === 'all' || isAtLeast(levelOf(line), level));

const rank: Readonly<Record<LogLevel, number>> = { all: 0, warning: 1, error: 2 };

const isAtLeast = (level: LogLevel, wanted: LogLevel): boolean => rank[level] >= rank[wanted];

export const emptyLog: LogRing = { lines: [], times: [], dropped: 0 };

/** Cells of the time before a line of a file: `2026-11-29 23:05:12 `. */
export const stampLength = 20;

const stamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /;

/** A line as the file of a log has it: its time first, in UTC. */
export const stampedLine = (at: SaidAt, line: string): string =>
  at === null ? line : `${showMomentOfLine(at)} ${line}`;

/** Lines that were said at the same time, as they wait for their files. */
export interface SaidLines {
  readonly at: SaidAt;
  /** Null: nixup itself. */
  readonly host: string | null;
  readonly isStep?: boolean | undefined;
  readonly lines: readonly string[];
}

const startOf = ({ at, host, isStep }: SaidLines, isInAll: boolean): string =>
  `${at === null ? '' : `${showMomentOfLine(at)} `}${isInAll ? startInAll(host, isStep) : ''}`;

/** UTF-16 units of their text in a file, nearly: without a mark of output that looks as a step. */
export const saidUnits = (said: SaidLines): number => {
  let units = said.lines.length * (stampLength + 1);
  for (const { length } of said.lines) units += length;
  return units;
};

/**
 * Lines as a file has them: the time first, in UTC, and an end of line after each; `isInAll`: in the log of the fleet.
 * Everything is joined at once: texts that are added to each other stay in memory in their parts.
 */
export const stampedText = (waiting: readonly SaidLines[], isInAll: boolean): string => {
  const parts: string[] = [];
  for (const said of waiting) {
    const start = startOf(said, isInAll);
    const isOutput = isInAll && said.isStep !== true;
    for (const line of said.lines) parts.push(start, isOutput ? outputInAll(line) : line, '\n');
  }
  return parts.join('');
};

/** Whether a line of a file begins with its time; those of earlier versions do not. */
export const hasStamp = (line: string): boolean => stamp.test(line);

/** A line of a file, taken apart. */
export const readStamped = (line: string): { readonly at: SaidAt; readonly text: string } => {
  if (!hasStamp(line)) return { at: null, text: line };
  const at = Date.parse(`${line.slice(0, 10)}T${line.slice(11, 19)}Z`);
  return { at: Number.isNaN(at) ? null : at, text: line.slice(stampLength) };
};

const longestRing = 5_000;

/** Longest line kept in memory, UTF-16 units; the log on disk and `--json` have it whole. */
const longestLine = 4_000;

const cutLine = (line: string): string =>
  line.length > longestLine ? `${line.slice(0, longestLine)} …` : line;

const none = (count: number): readonly SaidAt[] => Array.from({ length: count }, () => null);

/** The ring with these lines at its end; `times` has one for each of them. */
export const appendLines = (
  ring: LogRing,
  given: readonly string[],
  capacity = longestRing,
  times: readonly SaidAt[] = none(given.length),
): LogRing => {
  if (given.length === 0) return ring;
  const added = given.some(({ length }) => length > longestLine) ? given.map(cutLine) : given;
  const excess = Math.max(0, ring.lines.length + added.length - capacity);
  const joined = <Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] =>
    excess >= before.length
      ? after.slice(after.length - Math.min(after.length, capacity))
      : [...before.slice(excess), ...after];
  return {
    lines: joined(ring.lines, added),
    times: joined(ring.times, times),
    dropped: ring.dropped + excess,
  };
};
