import { quoteWord } from '../../model/command.ts';
import { type FlagRow, globalFlags, type SubcommandRow, takesFile } from './rows.ts';
import { subcommands } from './subcommands.ts';

const rows: readonly SubcommandRow[] = subcommands;

const flagWords = (flags: readonly FlagRow[]): string =>
  [...flags, ...globalFlags].map((flag) => `--${flag.name}`).join(' ');

/** What bash completes after a flag; null where it knows nothing of the value. */
const bashValues = (flag: FlagRow): string | null =>
  flag.choices !== undefined ? `-W '${flag.choices.join(' ')}'` : takesFile(flag) ? '-f' : null;

const bashCase = (pattern: string, values: string): string =>
  `    ${pattern}) COMPREPLY=($(compgen ${values} -- "$word")); return ;;`;

/**
 * Values of flags by the flag alone, as it may stand before its subcommand; before those, of each
 * subcommand where they differ.
 */
export const bashFlagCases = (of: readonly SubcommandRow[]): readonly string[] => {
  const flags = of.flatMap((row) =>
    [...row.flags, ...globalFlags].map((flag: FlagRow) => ({
      command: row.name,
      name: flag.name,
      values: bashValues(flag),
    })),
  );
  const alone = new Map(
    flags.flatMap(({ name, values }) => (values === null ? [] : [[name, values] as const])),
  );
  const differing = flags.filter(
    ({ name, values }) => alone.has(name) && alone.get(name) !== values,
  );
  return [
    ...differing.map(({ command, name, values }) =>
      bashCase(`'${command} --${name}'`, values ?? "-W ''"),
    ),
    ...[...alone].map(([name, values]) => bashCase(`*' --${name}'`, values)),
  ];
};

/** Patterns of the flags that take a value: the word after one is no subcommand. */
const withValues = (): string =>
  [
    ...new Set(
      [...rows.flatMap((row) => row.flags), ...globalFlags]
        .filter(({ value }) => value !== null)
        .map(({ name }) => `--${name}`),
    ),
  ].join('|');

/** For bash: `source <(nixup completions bash)`. */
export const bashCompletion = (): string =>
  [
    '_nixup() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own placeholders
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="" one',
    '  local isValue=""',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own placeholders
    '  for one in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    if [[ -n "$isValue" ]]; then isValue=""; continue; fi',
    `    case "$one" in ${withValues()}) isValue=yes ;; -*) ;; *) command="$one"; break ;; esac`,
    '  done',
    '  COMPREPLY=()',
    '  case "$command $before" in',
    ...bashFlagCases(rows),
    '  esac',
    '  case "$command" in',
    ...rows.map((row) => {
      const words = row.argument?.choices?.join(' ') ?? '';
      const files = row.argument?.mayBeFile === true ? ' -f' : '';
      return `    ${row.name}) if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W '${flagWords(row.flags)}' -- "$word")); else COMPREPLY=($(compgen${files} -W '${words}' -- "$word")); fi ;;`;
    }),
    `    *) COMPREPLY=($(compgen -W '${rows.map((row) => row.name).join(' ')} ${flagWords([])}' -- "$word")) ;;`,
    '  esac',
    '}',
    'complete -F _nixup nixup',
  ].join('\n');

/** Inside zsh's single-quoted specifications brackets, colons and quotes are special. */
const zshWords = (text: string): string =>
  text.replaceAll(/[[\]:]/g, '\\$&').replaceAll("'", `'\\''`);

const zshFlag = (flag: FlagRow): string => {
  const many = flag.list !== undefined ? '*' : '';
  const values =
    flag.value === null
      ? ''
      : `:${flag.value.toLowerCase()}:${flag.choices === undefined ? (takesFile(flag) ? '_files' : ' ') : `(${flag.choices.join(' ')})`}`;
  return `'${many}--${flag.name}[${zshWords(flag.help)}]${values}'`;
};

/** For zsh: a file named `_nixup` on fpath, or `source <(nixup completions zsh)`. */
export const zshCompletion = (): string =>
  [
    '#compdef nixup',
    '_nixup() {',
    '  local -a commands',
    '  commands=(',
    ...rows.map((row) => `    '${row.name}:${zshWords(row.help)}'`),
    '  )',
    '  local command="" one',
    '  local isValue=""',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own placeholders
    '  for one in "${(@)words[2,CURRENT-1]}"; do',
    '    if [[ -n "$isValue" ]]; then isValue=""; continue; fi',
    `    case "$one" in (${withValues()}) isValue=yes ;; (-*) ;; (*) command="$one"; break ;; esac`,
    '  done',
    '  case "$command" in',
    ...rows.flatMap((row) => [
      `    ${row.name})`,
      `      _arguments -s ${[...row.flags, ...globalFlags].map(zshFlag).join(' ')} \\`,
      `        '1: :(${row.name})' ${
        row.argument === null
          ? ''
          : `'*::${row.argument.name.toLowerCase()}:${row.argument.choices === undefined ? (row.argument.mayBeFile === true ? '_files' : ' ') : `(${row.argument.choices.join(' ')})`}'`
      } ;;`,
    ]),
    '    *)',
    `      _arguments -s ${globalFlags.map(zshFlag).join(' ')} '1: :->command'`,
    "      _describe -t commands 'nixup command' commands ;;",
    '  esac',
    '}',
    'if [[ "$funcstack[1]" == "_nixup" ]]; then _nixup "$@"; else compdef _nixup nixup; fi',
  ].join('\n');

const fishFlag = (flag: FlagRow, condition: string): string =>
  [
    'complete -c nixup',
    condition,
    `-l ${flag.name}`,
    ...(flag.value === null ? [] : [takesFile(flag) ? '-r -F' : '-x']),
    ...(flag.choices === undefined ? [] : [`-a ${quoteWord(flag.choices.join(' '))}`]),
    `-d ${quoteWord(flag.help)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');

/** For fish: `nixup completions fish | source`. */
export const fishCompletion = (): string =>
  [
    'complete -c nixup -f',
    ...globalFlags.map((flag) => fishFlag(flag, '')),
    ...rows.map(
      (row) =>
        `complete -c nixup -n __fish_use_subcommand -a ${row.name} -d ${quoteWord(row.help)}`,
    ),
    ...rows.flatMap((row) => {
      const condition = `-n '__fish_seen_subcommand_from ${row.name}'`;
      return [
        ...row.flags.map((flag) => fishFlag(flag, condition)),
        ...(row.argument?.choices === undefined
          ? []
          : [`complete -c nixup ${condition} -a ${quoteWord(row.argument.choices.join(' '))}`]),
        ...(row.argument?.mayBeFile === true ? [`complete -c nixup ${condition} -F`] : []),
      ];
    }),
  ].join('\n');
