interface ScannedFlag {
  /** Without hyphens; `h` is `help`. */
  readonly name: string;
  readonly value: string | null;
  /** As it was written, for messages. */
  readonly shown: string;
}

export interface Scanned {
  readonly words: readonly string[];
  readonly flags: readonly ScannedFlag[];
}

/**
 * Tells words from flags: the grammar of meow's parser, kept apart so that
 * every mistake gets a sentence of its own. After `--` all are words.
 * `valued` are the names of flags that a value follows.
 */
export const scanWords = (argv: readonly string[], valued: ReadonlySet<string>): Scanned => {
  const words: string[] = [];
  const flags: ScannedFlag[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      words.push(...argv.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    if (!word.startsWith('--')) {
      flags.push({ name: word === '-h' ? 'help' : word.slice(1), value: null, shown: word });
      continue;
    }
    const equals = word.indexOf('=');
    if (equals !== -1) {
      const shown = word.slice(0, equals);
      flags.push({ name: shown.slice(2), value: word.slice(equals + 1), shown });
      continue;
    }
    const next = argv[index + 1];
    // `-` alone is a value: standard input.
    const takesNext =
      valued.has(word.slice(2)) && next !== undefined && (next === '-' || !next.startsWith('-'));
    flags.push({ name: word.slice(2), value: takesNext ? next : null, shown: word });
    if (takesNext) index += 1;
  }
  return { words, flags };
};
