import {
  fitsQuery,
  hasStamp,
  type LogHits,
  type LogPiece,
  type LogQuery,
  readStamped,
  type SaidAt,
  stampLength,
} from '../../model/words/log.ts';
import type { LogLevel } from '../../model/words/log-level.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { Files } from '../../services/world/world.ts';

/** A file of a log, and where in it the first line stands that was said since nixup was started. */
interface LogFile {
  readonly path: string;
  readonly start: number;
  /** Which writing of the file it is; absent where it is only added to. */
  readonly version?: string;
}

/** Lines of a log that are on the disk alone. */
export interface OldLines {
  /** So many lines from this number on; fewer where the log ends before. */
  read(from: number, count: number): Promise<LogPiece>;
  /**
   * Searches the lines from `from` up to, and without, `before`. Null where `isWanted` says meanwhile that nobody
   * waits for it any more.
   */
  search(
    query: LogQuery,
    from: number,
    before: number,
    isWanted?: () => boolean,
  ): Promise<LogHits | null>;
  /** Number of the first line that was said at this time or later; that behind the last where none was. */
  firstSince(at: number): Promise<number>;
}

/** Bytes that are read and looked through at a time: about a millisecond, so that keys come between. */
const pieceBytes = 256 * 1024;

/** A line that does not end in so many bytes is no line of a log. */
const longestLine = 8 * 1024 * 1024;

/** The place of each of so many lines is remembered. */
const linesForEachMark = 1_000;

/** Found lines that are kept with their texts, and what these hold at most, UTF-16 units. */
const keptHits = 5_000;
const keptUnits = 2_000_000;

const newline = 10;

/** Stands for each line whose file was removed or made shorter since it was counted. */
const goneLine = '(this line cannot be read: its file was removed or made shorter)';

/** What is known of a file: how far it was counted, and where every thousandth line begins. */
interface Index {
  at: number;
  /** All that were counted, and how many of them, at the beginning, cannot be read any more. */
  lines: number;
  gone: number;
  /** Of the lines that can be read. */
  marks: number[];
  readonly version: string | undefined;
}

const countLines = (bytes: Buffer, visit: (end: number) => void): void => {
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1))
    visit(at + 1);
};

/** Hands on whole lines, many at a time, with the place where they stand, until `visit` answers false. */
const eachPiece = async (
  files: Pick<Files, 'piece'>,
  path: string,
  from: number,
  visit: (lines: Buffer, at: number) => boolean,
): Promise<void> => {
  let at = from;
  let rest = Buffer.alloc(0);
  while (rest.length <= longestLine) {
    const read = await files.piece(path, at + rest.length, pieceBytes);
    if (!read.ok || read.value.length === 0) return;
    const all = Buffer.concat([rest, read.value]);
    const end = all.lastIndexOf(newline) + 1;
    rest = all.subarray(end);
    if (end > 0 && !visit(all.subarray(0, end), at)) return;
    at += end;
  }
};

/** Whether a file still ends a line where it was counted to: not where somebody removed it or made it shorter. */
const isAsCounted = async (
  files: Pick<Files, 'piece'>,
  { path }: LogFile,
  { at, lines, gone }: Index,
): Promise<boolean> => {
  if (lines === gone) return true;
  const end = await files.piece(path, at - 1, 1);
  return end.ok && end.value[0] === newline;
};

/** What was counted is gone; its lines keep their numbers, and those that come are counted from the end of the file. */
const giveUp = async (
  files: Pick<Files, 'piece'>,
  { path }: LogFile,
  index: Index,
): Promise<void> => {
  index.gone = index.lines;
  index.at = 0;
  await eachPiece(files, path, 0, (lines, at) => {
    index.at = at + lines.length;
    return true;
  });
  index.marks = [index.at];
};

/** Counts what was added to a file since it was counted last. */
const bringUpToDate = async (
  files: Pick<Files, 'piece'>,
  file: LogFile,
  index: Index,
): Promise<void> => {
  if (!(await isAsCounted(files, file, index))) await giveUp(files, file, index);
  await eachPiece(files, file.path, index.at, (lines, at) => {
    countLines(lines, (end) => {
      index.lines += 1;
      if ((index.lines - index.gone) % linesForEachMark === 0) index.marks.push(at + end);
    });
    index.at = at + lines.length;
    return true;
  });
};

/** Lines of a file from one on that is not gone, until `visit` answers false; `number` counts within the file. */
const linesFrom = async (
  files: Pick<Files, 'piece'>,
  { path }: LogFile,
  index: Index,
  from: number,
  visit: (lines: Buffer, number: number) => boolean,
): Promise<void> => {
  const mark = Math.min(Math.floor((from - index.gone) / linesForEachMark), index.marks.length - 1);
  let number = index.gone + mark * linesForEachMark;
  await eachPiece(files, path, index.marks[mark] ?? 0, (lines) => {
    let skipped = 0;
    let count = 0;
    countLines(lines, (end) => {
      count += 1;
      if (number + count <= from) skipped = end;
    });
    const first = Math.max(number, from);
    number += count;
    return number <= from || visit(lines.subarray(skipped), first);
  });
};

interface Found {
  count: number;
  numbers: number[];
  texts: string[];
  times: SaidAt[];
  units: number;
}

/** Twice as many are held before the older half goes: taking each away by itself costs the square. */
const trim = (found: Found): void => {
  let from = Math.max(0, found.texts.length - keptHits);
  for (let index = 0; index < from; index += 1) found.units -= found.texts[index]?.length ?? 0;
  for (; found.units > keptUnits && from < found.texts.length - 1; from += 1)
    found.units -= found.texts[from]?.length ?? 0;
  found.numbers = found.numbers.slice(from);
  found.texts = found.texts.slice(from);
  found.times = found.times.slice(from);
};

const keep = (found: Found, number: number, line: string): void => {
  const { at, text: said } = readStamped(line);
  const text = cleanLine(said);
  found.count += 1;
  found.numbers.push(number);
  found.texts.push(text);
  found.times.push(at);
  found.units += text.length;
  if (found.texts.length > 2 * keptHits || found.units > 2 * keptUnits) trim(found);
};

/** The first line from `place` on is not looked at before the time that it begins with. */
const behindStamp = (text: string, place: number): number =>
  hasStamp(text.slice(place, place + stampLength)) ? place + stampLength : place;

const withoutStamp = (line: string): string => (hasStamp(line) ? line.slice(stampLength) : line);

/** Looks at each line by itself: a level is no text that could be looked for. */
const readPiece = (
  lines: Buffer,
  {
    query,
    levelOf,
  }: { readonly query: LogQuery; readonly levelOf: ((line: string) => LogLevel) | undefined },
  first: number,
  before: number,
  found: Found,
): number => {
  let number = first;
  for (const line of lines.toString().split('\n').slice(0, -1)) {
    if (number >= before) break;
    if (fitsQuery(withoutStamp(line), query, levelOf)) keep(found, number, line);
    number += 1;
  }
  return number;
};

/** Looks for the text in many lines at once: only those that hold it are made. Answers the number behind the last. */
const searchPiece = (
  lines: Buffer,
  search: string,
  first: number,
  before: number,
  found: Found,
): number => {
  const text = lines.toString();
  const folded = search === search.toLowerCase() ? text.toLowerCase() : text;
  // Some letters are longer in lower case.
  const exact = folded.length === text.length ? text : folded;
  let number = first;
  let start = 0;
  const skipTo = (place: number): void => {
    for (let end = folded.indexOf('\n', start); end !== -1 && end < place; ) {
      number += 1;
      start = end + 1;
      end = folded.indexOf('\n', start);
    }
  };
  for (let at = folded.indexOf(search); at !== -1; at = folded.indexOf(search, start)) {
    skipTo(at);
    if (number >= before) return number;
    const end = folded.indexOf('\n', at);
    const said = behindStamp(folded, start);
    if (at >= said || folded.slice(said, end).includes(search))
      keep(found, number, exact.slice(start, end));
    number += 1;
    start = end + 1;
  }
  skipTo(folded.length);
  return number;
};

// Over 60 lines: the methods of `OldLines` over one count of the files.
/** `filesOf`: the files of the log, the oldest first, with all that was said so far; `levelOf`: the level of a line. */
export const createOldLines = (
  files: Pick<Files, 'piece'>,
  filesOf: () => Promise<readonly LogFile[]>,
  levelOf?: (line: string) => LogLevel,
): OldLines => {
  const indexes = new Map<string, Index>();

  /** Each file with the number of its first line. */
  const countAll = async () => {
    const all: { readonly file: LogFile; readonly index: Index; readonly first: number }[] = [];
    let first = 0;
    for (const file of await filesOf()) {
      const { path, start, version } = file;
      const known = indexes.get(path);
      const index =
        known !== undefined && known.version === version
          ? known
          : { at: start, lines: 0, gone: 0, marks: [start], version };
      indexes.set(file.path, index);
      await bringUpToDate(files, file, index);
      all.push({ file, index, first });
      first += index.lines;
    }
    return all;
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other: two that counted at once would count each line twice. */
  const counted = (): ReturnType<typeof countAll> => {
    const mine = turn.then(countAll);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    read: async (from, count) => {
      const lines: string[] = [];
      const times: SaidAt[] = [];
      for (const { file, index, first } of await counted()) {
        if (from >= first + index.lines || lines.length >= count) continue;
        const begin = Math.max(0, from - first);
        // A file may go while it is read: what is missing at its end is filled as well.
        const whole = lines.length + Math.min(count - lines.length, index.lines - begin);
        const fillTo = (length: number): void => {
          for (; lines.length < length; times.push(null)) lines.push(goneLine);
        };
        fillTo(Math.min(whole, lines.length + Math.max(0, index.gone - begin)));
        await linesFrom(files, file, index, Math.max(index.gone, begin), (piece) => {
          const left = whole - lines.length;
          for (const line of piece.toString().split('\n').slice(0, -1).slice(0, left)) {
            const { at, text } = readStamped(line);
            lines.push(cleanLine(text));
            times.push(at);
          }
          return lines.length < whole;
        });
        fillTo(whole);
      }
      return { first: from, lines, times };
    },
    search: async (query, from, before, isWanted = () => true) => {
      const found: Found = { count: 0, numbers: [], texts: [], times: [], units: 0 };
      for (const { file, index, first } of await counted()) {
        if (first + index.lines <= from || first >= before) continue;
        await linesFrom(files, file, index, Math.max(index.gone, from - first), (piece, number) => {
          const end =
            query.level === 'all'
              ? searchPiece(piece, query.search, first + number, before, found)
              : readPiece(piece, { query, levelOf }, first + number, before, found);
          return end < before && isWanted();
        });
        if (!isWanted()) return null;
      }
      trim(found);
      const { count, numbers, texts, times } = found;
      return { ...query, from, before, count, numbers, texts, times };
    },
    firstSince: async (since) => {
      // Files have whole seconds.
      const at = Math.floor(since / 1_000) * 1_000;
      let behind = 0;
      for (const { file, index, first } of await counted()) {
        let place: number | null = null;
        await linesFrom(files, file, index, index.gone, (piece, number) => {
          const lines = piece.toString().split('\n').slice(0, -1);
          const found = lines.findIndex((line) => (readStamped(line).at ?? 0) >= at);
          if (found >= 0) place = first + number + found;
          return found < 0;
        });
        if (place !== null) return place;
        behind = first + index.lines;
      }
      return behind;
    },
  };
};
