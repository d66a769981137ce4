/** A `menuentry` of refind.conf. */
export interface RefindEntry {
  readonly title: string;
  readonly hasLoader: boolean;
  readonly isFirmware: boolean;
  readonly options: string | null;
  /** What its submenu offers; only a key leads there. */
  readonly submenu: readonly string[];
}

export interface RefindMenu {
  /** First letters of the kinds of entries, in their order. */
  readonly scanned: string;
  /** Null where it depends on the time of the day. */
  readonly wanted: string | null;
  readonly entries: readonly RefindEntry[];
}

/** A file that it includes and that was not read. */
export class RefindMissing extends Error {}

/** Words of a line (`ReadTokenLine`): blanks, `=` and `,` part them outside of quotes, where `""` is a quote. */
const wordsOf = (line: string): readonly string[] => {
  const words: string[] = [];
  let isQuoted = false;
  let at = 0;
  for (;;) {
    while (!isQuoted && /[ \t=,]/.test(line[at] ?? '')) at += 1;
    if (at >= line.length || line[at] === '#') return words;
    if (line[at] === '"') {
      isQuoted = !isQuoted;
      at += 1;
    }
    let word = '';
    let hasEnded = false;
    while (at < line.length) {
      const character = line[at] ?? '';
      if (character === '"') {
        if (line[at + 1] === '"') at += 1;
        else {
          isQuoted = !isQuoted;
          break;
        }
      } else if (!isQuoted && /[ \t=#,]/.test(character)) {
        hasEnded = character === '#';
        break;
      }
      word += !isQuoted && character === '/' ? '\\' : character;
      at += 1;
    }
    words.push(word);
    if (hasEnded || at >= line.length) return words;
    at += 1;
  }
};

type WordLines = readonly (readonly string[])[];

interface MutableEntry {
  readonly title: string;
  hasLoader: boolean;
  isFirmware: boolean;
  isDisabled: boolean;
  options: string | null;
  readonly submenu: string[];
}

/** `AddStanzaEntries`; the number of the line behind its end. */
const readStanza = (lines: WordLines, from: number, entry: MutableEntry): number => {
  let at = from;
  for (; at < lines.length; at += 1) {
    const [word = '', value] = lines[at] ?? [];
    if (word === '}') return at + 1;
    switch (word.toLowerCase()) {
      case 'loader':
        if (value === undefined) break;
        entry.hasLoader = true;
        // Options that stand before it are lost.
        entry.options = null;
        break;
      case 'options':
        entry.options = value ?? entry.options;
        break;
      case 'disabled':
        entry.isDisabled = true;
        break;
      case 'firmware_bootnum':
        entry.isFirmware ||= value !== undefined;
        break;
      case 'submenuentry': {
        if (value === undefined) break;
        at += 1;
        while (at < lines.length && lines[at]?.[0] !== '}') {
          const [inner = '', given] = lines[at] ?? [];
          if (inner.toLowerCase() === 'options' && given !== undefined) entry.submenu.push(given);
          at += 1;
        }
        break;
      }
    }
  }
  return at;
};

/** Lines of the file, with those of files that it includes. Those include no others. */
const linesOf = (text: string, textOf: ((name: string) => string) | null): WordLines =>
  text.split(/[\r\n]+/).flatMap((line): WordLines => {
    const words = wordsOf(line);
    const [word, name] = words;
    return textOf !== null && word?.toLowerCase() === 'include' && words.length === 2
      ? linesOf(textOf(name ?? ''), null)
      : words.length === 0
        ? []
        : [words];
  });

/**
 * Reads refind.conf as rEFInd does (`refind/config.c`, and its page "Configuring the
 * Boot Manager"). Throws {@link RefindMissing}.
 */
export const readRefindConf = (text: string, textOf: (name: string) => string): RefindMenu => {
  const lines = linesOf(text.replace(/^\uFEFF/, ''), textOf);
  const entries: RefindEntry[] = [];
  // On a computer that is no Mac: internal, external, optical, manual.
  let scanned = 'ieom';
  let wanted: string | null = '+';
  for (const words of lines) {
    const [word = '', value] = words;
    if (word.toLowerCase() === 'scanfor')
      scanned = words
        .slice(1)
        .map((one) => one.slice(0, 1).toLowerCase())
        .join('');
    else if (word.toLowerCase() === 'default_selection' && words.length === 4) wanted = null;
    else if (word.toLowerCase() === 'default_selection' && words.length === 2) wanted = value ?? '';
  }
  for (let at = 0; at < lines.length; ) {
    const [word = '', title] = lines[at] ?? [];
    at += 1;
    if (word.toLowerCase() !== 'menuentry' || title === undefined) continue;
    const entry: MutableEntry = {
      title,
      hasLoader: false,
      isFirmware: false,
      isDisabled: false,
      options: null,
      submenu: [],
    };
    at = readStanza(lines, at, entry);
    if (!entry.isDisabled) entries.push(entry);
  }
  return { scanned, wanted, entries };
};
