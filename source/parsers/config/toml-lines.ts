/** Keys and indexes from the top of a document to a value. */
export type TomlPath = readonly (string | number)[];

const keyOf = (path: TomlPath): string => JSON.stringify(path);

/**
 * Walks the text of a valid TOML document and notes on which line (from 1) each
 * table, key and element stands; the TOML package keeps positions of syntax
 * errors only. Grammar: toml.io/en/v1.0.0.
 */
export const tomlLines = (text: string): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  const elements = new Map<string, number>();
  let at = 0;
  let line = 1;

  const note = (path: TomlPath): void => {
    const key = keyOf(path);
    if (!lines.has(key)) lines.set(key, line);
  };
  const advance = (count = 1): void => {
    for (let step = 0; step < count && at < text.length; step += 1) {
      if (text[at] === '\n') line += 1;
      at += 1;
    }
  };
  const skipBlank = (acrossLines: boolean): void => {
    for (;;) {
      const letter = text[at];
      if (letter === ' ' || letter === '\t' || letter === '\r') advance();
      else if (letter === '\n' && acrossLines) advance();
      else if (letter === '#') while (at < text.length && text[at] !== '\n') advance();
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
    while (/[A-Za-z0-9_-]/.test(text[at] ?? '')) advance();
    return text.slice(started, at);
  };
  const readKey = (): string[] => {
    const parts: string[] = [];
    for (;;) {
      skipBlank(false);
      parts.push(readKeyPart());
      skipBlank(false);
      if (text[at] !== '.') return parts;
      advance();
    }
  };
  const noteKey = (base: TomlPath, parts: readonly string[]): TomlPath => {
    let path = base;
    for (const part of parts) {
      path = [...path, part];
      note(path);
    }
    return path;
  };
  const readValue = (path: TomlPath): void => {
    const letter = text[at];
    if (letter === '"' || letter === "'") {
      skipString();
    } else if (letter === '[') {
      advance();
      for (let index = 0; ; index += 1) {
        skipBlank(true);
        if (text[at] === ']' || at >= text.length) break;
        note([...path, index]);
        readValue([...path, index]);
        skipBlank(true);
        if (text[at] === ',') advance();
      }
      advance();
    } else if (letter === '{') {
      advance();
      for (;;) {
        skipBlank(true);
        if (text[at] === '}' || at >= text.length) break;
        readPair(path);
        skipBlank(true);
        if (text[at] === ',') advance();
      }
      advance();
    } else {
      const started = at;
      while (at < text.length && !/[,\]}#\n]/.test(text[at] ?? '')) advance();
      if (at === started) advance();
    }
  };
  const readPair = (base: TomlPath): void => {
    const started = at;
    const parts = readKey();
    const path = noteKey(base, parts);
    if (text[at] === '=') advance();
    skipBlank(false);
    readValue(path);
    if (at === started) advance();
  };
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
  while (at < text.length) {
    skipBlank(true);
    if (at >= text.length) break;
    if (text[at] === '[') {
      const isElement = text[at + 1] === '[';
      advance(isElement ? 2 : 1);
      table = resolve(readKey(), isElement);
      advance(isElement ? 2 : 1);
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
