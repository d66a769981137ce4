import type { CommandRecord } from '../../state/events.ts';

/** A command line taken apart for a row: first what tells it from others, then how it was called. */
interface CommandParts {
  readonly what: string;
  readonly options: string;
}

/** Words of a line that was quoted for a POSIX shell, quotes kept. */
const wordsOf = (line: string): readonly string[] => line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];

/** `/nix/store/HASH-NAME.drv^*` is NAME, `/home/ada/fleet#NAME` too. */
const short = (word: string): string =>
  word
    .replace(/^'?\/[^#'\s]*#([^']+)'?$/, '$1')
    .replace(/'?\/nix\/store\/[0-9a-z]{32}-([^\s']+?)(?:\.drv)?(?:\^[^']*)?'?$/, '$1');

/** A word that was quoted as a whole for the shell of this machine, as the host gets it. */
const unquoted = (word: string): string => word.replace(/^'([^']*)'$/, '$1');

/** More hosts than these are counted. */
const mostNamed = 6;

/** The hosts of which an evaluation asks in one go: its expression names them, and its operands do not. */
const askedHosts = (line: string): string => {
  const hosts = [...line.matchAll(/\(ask "([^"]+)"/g)].map(([, host = '']) => host);
  if (hosts.length === 0) return '';
  return hosts.length > mostNamed ? ` of ${hosts.length} hosts` : ` of ${hosts.join(', ')}`;
};

/** What a command is about also where no `--` stands before it. */
const isStorePath = (word: string): boolean => /^'?\/nix\/store\//.test(word);

const isOption = (word: string): boolean => word.startsWith('-');

/** Options of git and Nix that come before its verb and take a word. */
const takesWord: ReadonlySet<string> = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--extra-experimental-features',
]);

/** Nix is always told which of its features it may use: that tells no command from another. */
const tellingOptions = (options: readonly string[]): readonly string[] => {
  const at = options.indexOf('--extra-experimental-features');
  return at === -1 ? options : options.toSpliced(at, 2);
};

const verbsOf = (
  words: readonly string[],
): { verbs: readonly string[]; rest: readonly string[] } => {
  const before: string[] = [];
  let at = 0;
  for (
    let word = words[at];
    word !== undefined && isOption(word) && word !== '--';
    word = words[at]
  ) {
    const taken = takesWord.has(word) ? 2 : 1;
    before.push(...words.slice(at, at + taken));
    at += taken;
  }
  let end = at;
  for (let word = words[end]; word !== undefined && !isOption(word); word = words[end]) end += 1;
  return { verbs: words.slice(at, end), rest: [...before, ...words.slice(end)] };
};

/**
 * `nix build --keep-going … -- /nix/store/…-nixos-system-razer.drv^*` is shown as `nix build
 * nixos-system-razer`, with its options after it. Where a script goes to a host, the command line
 * does not say what it does, so that is shown instead.
 */
export const splitCommand = ({
  line,
  does,
}: Pick<CommandRecord, 'line' | 'does'>): CommandParts => {
  if (does !== null) return { what: does, options: line };
  const all = wordsOf(line);
  const program = all.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word));
  const name = all[program];
  if (name === undefined) return { what: line, options: '' };
  // What runs on the host, not how it is reached.
  if (name === 'ssh') {
    const remote = all.slice(all.indexOf('--', program) + 2).map(unquoted);
    if (all.includes('--', program) && remote.length > 0)
      return { what: remote.join(' '), options: line };
  }
  // What stands before the program says how it was reached or which language it speaks: `Enter` shows it.
  const separator = all.indexOf('--', program);
  const called = all.slice(program + 1, separator === -1 ? all.length : separator);
  const { verbs, rest } = verbsOf(called);
  const operands = separator === -1 ? rest.filter(isStorePath) : all.slice(separator + 1);
  return {
    what: `${[name, ...verbs, ...operands].map(short).join(' ')}${askedHosts(line)}`,
    options: tellingOptions(rest.filter((word) => !operands.includes(word))).join(' '),
  };
};
