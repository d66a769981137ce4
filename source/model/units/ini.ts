/** One section of a unit file with its lines, in order; a section may come more than once. */
interface IniSection {
  readonly name: string;
  readonly entries: readonly (readonly [key: string, value: string])[];
}

/** The expected character did not come before the end of the file. */
class EndOfFile extends Error {}

const isBlank = (char: string): boolean => /\s/.test(char);
const isIndent = (char: string | undefined): boolean => char === ' ' || char === '\t';
const isComment = (char: string | undefined): boolean => char === '#' || char === ';';

class Cursor {
  #at = 0;
  readonly #chars: readonly string[];

  constructor(text: string) {
    this.#chars = [...text];
  }

  get char(): string | undefined {
    return this.#chars[this.#at];
  }

  next(): void {
    this.#at += 1;
  }

  skip(isSkipped: (char: string) => boolean): void {
    for (let { char } = this; char !== undefined && isSkipped(char); { char } = this) this.next();
  }

  skipLine(): void {
    this.skip((char) => char !== '\n');
    this.next();
  }

  /** To what comes next; blanks at the beginning of a line stay, they are the reader's business. */
  skipToNext(): void {
    for (let { char } = this; char !== undefined && isBlank(char); { char } = this) {
      this.next();
      if ((char === '\n' || char === '\r') && isIndent(this.char)) return;
    }
  }

  /** Up to one of these characters; a comment inside of a value ends it. */
  until(ends: string, inValue: boolean): string {
    let found = '';
    let isContinued = false;
    for (;;) {
      const { char } = this;
      if (char === undefined) {
        if (inValue) return found;
        throw new EndOfFile();
      }
      if (ends.includes(char)) return found;
      if (inValue && isIndent(char)) {
        this.next();
        if (isComment(this.char)) {
          this.skipLine();
          if (!isContinued) return found;
        }
        found += char;
        continue;
      }
      if (inValue && isContinued && isComment(char)) {
        this.skipLine();
        continue;
      }
      this.next();
      if (char !== '\\') found += char;
      else if (this.char === undefined) found += char;
      else {
        if (this.char === '\n') isContinued = true;
        else found += char + this.char;
        this.next();
      }
    }
  }

  /** A value; quotes count only where it begins, or right after another quoted part. */
  value(): string {
    this.next();
    this.skip((char) => char !== '\n' && char !== '\r' && isBlank(char));
    let value = '';
    for (let isFirst = true; ; isFirst = false) {
      const { char } = this;
      if (char === '"' || char === "'") {
        this.next();
        value += this.until(char, false);
        this.next();
        continue;
      }
      const rest = this.until('\n\r', true);
      return value + (isFirst ? rest.trim() : rest.trimEnd());
    }
  }
}

const readSections = (text: string): readonly IniSection[] => {
  const cursor = new Cursor(text);
  const sections: { name: string; entries: [string, string][] }[] = [];
  let key = '';
  cursor.skip(isBlank);
  for (let { char } = cursor; char !== undefined; { char } = cursor) {
    if (isIndent(char)) {
      // Any text: a comment or a section that is indented is part of the next key.
      cursor.skip(isIndent);
      try {
        key = cursor.until('=:', false).trim();
      } catch (error) {
        if (!(error instanceof EndOfFile)) throw error;
      }
    } else if (isComment(char)) cursor.skipLine();
    else if (char === '[') {
      cursor.next();
      const name = cursor.until(']', false).trim();
      cursor.next();
      if (isComment(cursor.char)) cursor.skipLine();
      sections.push({ name, entries: [] });
    } else if (char === '=' || char === ':') {
      if (key === '') throw new EndOfFile();
      const value = cursor.value();
      sections.at(-1)?.entries.push([key, value]);
      key = '';
    } else key = cursor.until('=:', false).trim();
    cursor.skipToNext();
  }
  return sections;
};

/**
 * Reads a unit file as switch-to-configuration does, which is not as systemd
 * does: by the INI reader rust-ini 0.21 with quotes, without escapes, with
 * comments inside of lines (`Parser` in its `src/lib.rs`). Quotes around the
 * whole value are dropped, `key: value` is a line too, and text without `=`
 * becomes part of the next key, as does what is indented. Null where it cannot read the file.
 */
export const readIni = (text: string): readonly IniSection[] | null => {
  try {
    return readSections(text);
  } catch (error) {
    if (error instanceof EndOfFile) return null;
    throw error;
  }
};
