/** Keys and indexes from the top of a document to a value. */
export type TomlPath = readonly (string | number)[];

const keyOf = (path: TomlPath): string => JSON.stringify(path);

/** Reads the text letter by letter, and knows on which line it is. */
// Over 60 lines: all of it moves one position in one text.
const createCursor = (text: string) => {
  let at = 0;
  let line = 1;
  const advance = (count = 1): void => {
    for (let step = 0; step < count && at < text.length; step += 1) {
      if (text[at] === '\n') line += 1;
      at += 1;
    }
  };
  /** Skips up to the first letter of these, or to the end; false where it stands there already. */
  const skipTo = (ends: RegExp): boolean => {
    const started = at;
    while (at < text.length && !ends.test(text[at] ?? '')) advance();
    return at > started;
  };
  const skipBlank = (acrossLines: boolean): void => {
    for (;;) {
      const letter = text[at];
      if (letter === ' ' || letter === '\t' || letter === '\r') advance();
      else if (letter === '\n' && acrossLines) advance();
      else if (letter === '#') skipTo(/\n/);
      else return;
    }
  };
  const skipString = (): string => {
    const quote = text[at] ?? '';
    const long = text.startsWith(quote.repeat(3), at);
    const fence = long ? quote.repeat(3) : quote;
    const started = at;
    advance(fence.length);
    while (at < text.length && !text.startsWith(fence, at))
      advance(quote === '"' && text[at] === '\\' ? 2 : 1);
    advance(fence.length);
    // A multi-line string may end in up to two quotes of its own.
    while (long && text[at] === quote) advance();
    return text.slice(started, at);
  };
  const readKeyPart = (): string => {
    if (text[at] === "'") return skipString().slice(1, -1);
    if (text[at] === '"') {
      const quoted = skipString();
      try {
        return String(JSON.parse(quoted));
      } catch {
        return quoted.slice(1, -1);
      }
    }
    const started = at;
    skipTo(/[^A-Za-z0-9_-]/);
    return text.slice(started, at);
  };
  return {
    line: () => line,
    /** The letter here, or so many further. */
    letter: (further = 0): string | undefined => text[at + further],
    isAtEnd: () => at >= text.length,
    position: () => at,
    advance,
    skipTo,
    skipBlank,
    skipString,
    /** The parts of a dotted key. */
    readKey: (): string[] => {
      const parts: string[] = [];
      for (;;) {
        skipBlank(false);
        parts.push(readKeyPart());
        skipBlank(false);
        if (text[at] !== '.') return parts;
        advance();
      }
    },
  };
};

type Cursor = ReturnType<typeof createCursor>;

/** Notes where the keys and elements of a value stand, the ones below it too. */
const createReader = (cursor: Cursor, note: (path: TomlPath) => void) => {
  /** Calls for each part of an array or an inline table, up to its closing bracket. */
  const readParts = (closing: string, readPart: (index: number) => void): void => {
    cursor.advance();
    for (let index = 0; ; index += 1) {
      cursor.skipBlank(true);
      if (cursor.letter() === closing || cursor.isAtEnd()) break;
      readPart(index);
      cursor.skipBlank(true);
      if (cursor.letter() === ',') cursor.advance();
    }
    cursor.advance();
  };
  const readValue = (path: TomlPath): void => {
    switch (cursor.letter()) {
      case '"':
      case "'":
        cursor.skipString();
        return;
      case '[':
        readParts(']', (index) => {
          note([...path, index]);
          readValue([...path, index]);
        });
        return;
      case '{':
        readParts('}', () => readPair(path));
        return;
      default:
        if (!cursor.skipTo(/[,\]}#\n]/)) cursor.advance();
    }
  };
  const readPair = (base: TomlPath): void => {
    const started = cursor.position();
    let path = base;
    for (const part of cursor.readKey()) {
      path = [...path, part];
      note(path);
    }
    if (cursor.letter() === '=') cursor.advance();
    cursor.skipBlank(false);
    readValue(path);
    if (cursor.position() === started) cursor.advance();
  };
  return { readPair };
};

/**
 * Walks the text of a valid TOML document and notes on which line (from 1) each
 * table, key and element stands; the TOML package keeps positions of syntax
 * errors only. Grammar: toml.io/en/v1.0.0.
 */
export const tomlLines = (text: string): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  const elements = new Map<string, number>();
  const cursor = createCursor(text);
  const note = (path: TomlPath): void => {
    const key = keyOf(path);
    if (!lines.has(key)) lines.set(key, cursor.line());
  };
  const { readPair } = createReader(cursor, note);
  /** The name of a table with the index of the last element where it passes an array of tables. */
  const resolve = (parts: readonly string[], isElement: boolean): TomlPath => {
    let path: TomlPath = [];
    parts.forEach((part, position) => {
      path = [...path, part];
      note(path);
      const key = keyOf(path);
      const count = elements.get(key) ?? 0;
      if (position === parts.length - 1 && isElement) {
        elements.set(key, count + 1);
        path = [...path, count];
        note(path);
      } else if (count > 0) {
        path = [...path, count - 1];
      }
    });
    return path;
  };

  let table: TomlPath = [];
  while (!cursor.isAtEnd()) {
    cursor.skipBlank(true);
    if (cursor.isAtEnd()) break;
    if (cursor.letter() === '[') {
      const isElement = cursor.letter(1) === '[';
      cursor.advance(isElement ? 2 : 1);
      table = resolve(cursor.readKey(), isElement);
      cursor.advance(isElement ? 2 : 1);
    } else {
      readPair(table);
    }
  }
  return lines;
};

/** The line of a value, or of the nearest table around it; null when there is none. */
export const lineOf = (lines: ReadonlyMap<string, number>, path: TomlPath): number | null => {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(keyOf(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return null;
};
