import type { LogHits, LogPiece } from '../../model/words/log.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { Files } from '../../services/world/world.ts';

/** A file of a log, and where in it the first line stands that was said since nixup was started. */
interface LogFile {
  readonly path: string;
  readonly start: number;
}

/** Lines of a log that are on the disk alone. */
export interface OldLines {
  /** So many lines from this number on; fewer where the log ends before. */
  read(from: number, count: number): Promise<LogPiece>;
  /** Searches the lines from `from` up to, and without, `before`. */
  search(search: string, from: number, before: number): Promise<LogHits>;
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

/** What is known of a file: how far it was counted, and where every thousandth line begins. */
interface Index {
  at: number;
  lines: number;
  readonly marks: number[];
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

/** Counts what was added to a file since it was counted last. */
const bringUpToDate = async (
  files: Pick<Files, 'piece'>,
  { path }: LogFile,
  index: Index,
): Promise<void> => {
  await eachPiece(files, path, index.at, (lines, at) => {
    countLines(lines, (end) => {
      index.lines += 1;
      if (index.lines % linesForEachMark === 0) index.marks.push(at + end);
    });
    index.at = at + lines.length;
    return true;
  });
};

/** Lines of a file from one on, until `visit` answers false; `number` counts within the file. */
const linesFrom = async (
  files: Pick<Files, 'piece'>,
  { path }: LogFile,
  index: Index,
  from: number,
  visit: (lines: Buffer, number: number) => boolean,
): Promise<void> => {
  const mark = Math.min(Math.floor(from / linesForEachMark), index.marks.length - 1);
  let number = mark * linesForEachMark;
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
  readonly numbers: number[];
  readonly texts: string[];
  units: number;
}

const keep = (found: Found, number: number, line: string): void => {
  const text = cleanLine(line);
  found.count += 1;
  found.numbers.push(number);
  found.texts.push(text);
  found.units += text.length;
  while (found.numbers.length > keptHits || (found.units > keptUnits && found.texts.length > 1)) {
    found.numbers.shift();
    found.units -= found.texts.shift()?.length ?? 0;
  }
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
    keep(found, number, exact.slice(start, end));
    number += 1;
    start = end + 1;
  }
  skipTo(folded.length);
  return number;
};

/** `filesOf`: the files of the log, the oldest first, with all that was said so far. */
export const createOldLines = (
  files: Pick<Files, 'piece'>,
  filesOf: () => Promise<readonly LogFile[]>,
): OldLines => {
  const indexes = new Map<string, Index>();

  /** Each file with the number of its first line. */
  const counted = async () => {
    const all: { readonly file: LogFile; readonly index: Index; readonly first: number }[] = [];
    let first = 0;
    for (const file of await filesOf()) {
      const index = indexes.get(file.path) ?? { at: file.start, lines: 0, marks: [file.start] };
      indexes.set(file.path, index);
      await bringUpToDate(files, file, index);
      all.push({ file, index, first });
      first += index.lines;
    }
    return all;
  };

  return {
    read: async (from, count) => {
      const lines: string[] = [];
      for (const { file, index, first } of await counted()) {
        if (from >= first + index.lines || lines.length >= count) continue;
        await linesFrom(files, file, index, Math.max(0, from - first), (piece) => {
          const left = count - lines.length;
          for (const line of piece.toString().split('\n').slice(0, -1).slice(0, left))
            lines.push(cleanLine(line));
          return lines.length < count;
        });
      }
      return { first: from, lines };
    },
    search: async (search, from, before) => {
      const found: Found = { count: 0, numbers: [], texts: [], units: 0 };
      for (const { file, index, first } of await counted()) {
        if (search === '' || first + index.lines <= from || first >= before) continue;
        await linesFrom(files, file, index, Math.max(0, from - first), (piece, number) => {
          const end = searchPiece(piece, search, first + number, before, found);
          return end < before;
        });
      }
      const { count, numbers, texts } = found;
      return { search, before, count, numbers, texts };
    },
  };
};
