import {
  type ArgumentRow,
  type FlagRow,
  globalFlags,
  type SubcommandRow,
  takesFile,
} from './rows.ts';
import { subcommands } from './subcommands.ts';

const rows: readonly SubcommandRow[] = subcommands;

/** Names that are remembered of a flake; asked only where one may stand. */
export interface LiveNames {
  readonly hosts: () => readonly string[];
  /** Without the `@`. */
  readonly tags: () => readonly string[];
  readonly inputs: () => readonly string[];
  /** Ids, the newest first. */
  readonly runs: () => readonly string[];
  readonly units: () => readonly string[];
  /** Changed files of the repository but for the lock, as git names them. */
  readonly changed: () => readonly string[];
}

interface Candidate {
  readonly word: string;
  /** One line that shells show beside it; empty: none. */
  readonly help: string;
}

interface Completion {
  readonly candidates: readonly Candidate[];
  /** The shell adds its files and folders. */
  readonly hasFiles: boolean;
}

const nothing: Completion = { candidates: [], hasFiles: false };

const plainWords = (words: readonly string[]): readonly Candidate[] =>
  words.map((word) => ({ word, help: '' }));

const flagsOf = (row: SubcommandRow | undefined): readonly FlagRow[] => [
  ...(row?.flags ?? []),
  ...globalFlags,
];

/** A command line as far as it was written: what stands before the word under the cursor. */
interface Written {
  readonly row: SubcommandRow | undefined;
  /** The words of the subcommand that are no flags. */
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** The flag whose value comes next. */
  readonly open: FlagRow | undefined;
  /** After `--`: no more flags. */
  readonly isEnded: boolean;
}

const readWritten = (before: readonly string[]): Written => {
  let row: SubcommandRow | undefined;
  let open: FlagRow | undefined;
  let isEnded = false;
  const words: string[] = [];
  const flags = new Set<string>();
  for (const word of before) {
    if (open !== undefined) open = undefined;
    else if (word === '--' && !isEnded) isEnded = true;
    else if (word.startsWith('--') && !isEnded) {
      const [name = '', value] = word.slice(2).split('=', 2);
      flags.add(name);
      const flag = flagsOf(row).find((one) => one.name === name);
      // Before its subcommand stands, a flag may be that of any.
      const known = flag ?? rows.flatMap((one) => one.flags).find((one) => one.name === name);
      if (value === undefined && known?.value != null) open = known;
    } else if (row === undefined) row = rows.find((one) => one.name === word) ?? unknownRow;
    else words.push(word);
  }
  return { row, words, flags, open, isEnded };
};

/** Of a word that is no subcommand nothing follows. */
const unknownRow: SubcommandRow = {
  name: '',
  help: '',
  argument: null,
  steps: [],
  json: { kind: 'document' },
  flags: [],
  examples: [],
  unnarrowed: null,
};

/** Names of a kind, by what rows call a value or an argument. */
const namesOf = (kind: string, live: LiveNames): readonly string[] => {
  switch (kind) {
    case 'HOST':
      return live.hosts();
    case '@TAG':
      return live.tags().map((tag) => `@${tag}`);
    case 'INPUT':
      return live.inputs();
    case 'RUN':
      return live.runs();
    case 'UNIT':
      return live.units();
    case 'WHERE':
      return ['local', 'target', ...live.hosts()];
    default:
      return [];
  }
};

/** Lists of several kinds are called alike. */
const namesFor = ({ name, value }: FlagRow, live: LiveNames): readonly string[] => {
  if (name === 'with') return live.changed();
  return namesOf(name === 'inputs' ? 'INPUT' : (value ?? ''), live);
};

const valuesOf = (flag: FlagRow, word: string, live: LiveNames): Completion => {
  if (flag.choices !== undefined) return { candidates: plainWords(flag.choices), hasFiles: false };
  if (takesFile(flag)) return { candidates: [], hasFiles: true };
  const names = namesFor(flag, live);
  if (flag.list === undefined) return { candidates: plainWords(names), hasFiles: false };
  // Several stand with commas between them.
  const begun = word.slice(0, word.lastIndexOf(',') + 1);
  const given = new Set(begun.split(','));
  return {
    candidates: plainWords(
      names.filter((name) => !given.has(name)).map((name) => `${begun}${name}`),
    ),
    hasFiles: false,
  };
};

const argumentsOf = (
  argument: ArgumentRow,
  words: readonly string[],
  live: LiveNames,
): Completion => {
  if (words.length >= argument.most) return nothing;
  const hasFiles = argument.mayBeFile === true;
  if (argument.choices !== undefined) return { candidates: plainWords(argument.choices), hasFiles };
  const names = [
    ...namesOf(argument.name, live),
    ...(argument.name === 'HOST' ? namesOf('@TAG', live) : []),
  ];
  return { candidates: plainWords(names.filter((name) => !words.includes(name))), hasFiles };
};

const flagCandidates = ({ row, flags }: Written): readonly Candidate[] =>
  flagsOf(row)
    .filter(({ name, list }) => list !== undefined || !flags.has(name))
    .map(({ name, help }) => ({ word: `--${name}`, help }));

/** All that may stand where the cursor is, whatever it begins with. */
const possible = (written: Written, word: string, live: LiveNames): Completion => {
  if (written.open !== undefined) return valuesOf(written.open, word, live);
  if (word.startsWith('-') && !written.isEnded) {
    const [name = '', value] = word.slice(2).split('=', 2);
    const flag = flagsOf(written.row).find((one) => one.name === name);
    if (value === undefined || flag === undefined)
      return { candidates: flagCandidates(written), hasFiles: false };
    const { candidates } = valuesOf(flag, value, live);
    return {
      candidates: candidates.map((one) => ({ ...one, word: `--${name}=${one.word}` })),
      hasFiles: false,
    };
  }
  const { row, words } = written;
  if (row === undefined)
    return { candidates: rows.map(({ name, help }) => ({ word: name, help })), hasFiles: false };
  return row.argument === null ? nothing : argumentsOf(row.argument, words, live);
};

/**
 * What a shell may complete a command line with. `before`: its words after `nixup` and before the
 * one under the cursor; `word`: that one, as far as it was written. Pure.
 */
export const complete = (before: readonly string[], word: string, live: LiveNames): Completion => {
  const { candidates, hasFiles } = possible(readWritten(before), word, live);
  return { candidates: candidates.filter((one) => one.word.startsWith(word)), hasFiles };
};

/** The value of `--flake`, where the line has one. */
export const flakeOf = (before: readonly string[]): string | null => {
  const place = before.findLastIndex((word) => word === '--flake' || word.startsWith('--flake='));
  const word = before[place];
  if (word === undefined) return null;
  return word === '--flake' ? (before[place + 1] ?? null) : word.slice('--flake='.length);
};
