/**
 * A command is data: what a confirmation shows is the very value that runs.
 * `args` never pass a local shell.
 */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The host on which the command has its effect; absent for this machine. */
  readonly host?: string;
  /** What makes it a command of root, such as `sudo -n`: it started the shell that runs the command. */
  readonly by?: string;
}

/** How a command on the person's terminal ended, in words. */
export interface CommandEnd {
  readonly text: string;
  readonly isWell: boolean;
}

/** `#` begins a comment and `=` the place of a program (zsh) where they begin a word. */
const plain = /^[A-Za-z0-9_@%+:,./^-][A-Za-z0-9_@%+=:,./#^-]*$/;

/** Quotes one word for a POSIX shell. The only quoting in the program. */
export const quoteWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** What a terminal shows as something else, or not at all. */
const unshowable = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

const asOctal = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('');

/** Tells words apart in the names of variables (FNV-1a). */
const sumOf = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
    .toString(16);

/**
 * A word that a person can read, copy and run: control characters are spelled
 * out by printf, which every shell has. Only for what is shown.
 */
export const sayWord = (word: string): string => {
  if (!unshowable.test(word)) return quoteWord(word);
  const spell = (text: string, special: RegExp): string =>
    [...text]
      .map((one) => (unshowable.test(one) || special.test(one) ? asOctal(one) : one))
      .join('');
  const special = /['"\\!%$`-]/;
  const printed = (text: string): string => `$(printf '${spell(text, special)}')`;
  if (!word.endsWith('\n')) return `"${printed(word)}"`;
  // A substitution loses line breaks at its end, and POSIX has no other word for them: so a
  // letter after them is cut off from a variable. What sets it stands in a pattern that takes
  // away all of `$$`, which is digits, and leaves nothing of itself.
  const name = `w${sumOf(word)}`;
  return `"\${$##*[0-9"\${${name}:=${printed(`${word}x`)}}"]*}\${${name}%x}"`;
};

/** Joins words into a line that a POSIX shell reads back as exactly these words. */
export const quoteWords = (words: readonly string[]): string => words.map(quoteWord).join(' ');

/** The command as a line of a script: the shell that reads it is root's already where it must be. */
export const scriptLine = (command: Command): string => {
  const assignments = Object.entries(command.env ?? {}).map(
    ([name, value]) => `${name}=${quoteWord(value)}`,
  );
  return [...assignments, quoteWords([command.file, ...command.args])].join(' ');
};

/** The line a person could paste into a shell to run the same command. */
export const showCommand = (command: Command): string => {
  const line = scriptLine(command);
  if (command.by === undefined) return line;
  // The tools give no environment on.
  return `${command.by} ${Object.keys(command.env ?? {}).length === 0 ? '' : 'env '}${line}`;
};

/** A subcommand of nixup with names of inputs: of those one may begin as a flag does. */
export const nixupCommand = (subcommand: string, ...names: readonly string[]): string =>
  quoteWords([
    'nixup',
    subcommand,
    ...(names.some((name) => name.startsWith('-')) ? ['--'] : []),
    ...names,
  ]);

/** Settings that keep a program from translating, asking and guessing, and by which ssh connects: it does the same without them. */
const silencing: ReadonlySet<string> = new Set([
  'LC_ALL',
  'LANGUAGE',
  'GIT_LITERAL_PATHSPECS',
  'GIT_EDITOR',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'GPG_TTY',
  'NIX_SSHOPTS',
]);

/** The same line for a dialog, without the settings that change nothing of what it does. */
export const showShortCommand = (command: Command): string =>
  showCommand({
    ...command,
    env: Object.fromEntries(
      Object.entries(command.env ?? {}).filter(([name]) => !silencing.has(name)),
    ),
  });

/** The same with the host on which it runs before it: `p620: nix-env -p …`. */
export const hostCommandLine = (command: Command): string =>
  command.host === undefined
    ? showShortCommand(command)
    : `${command.host}: ${showShortCommand(command)}`;
