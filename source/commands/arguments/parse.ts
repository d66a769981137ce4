import meow from 'meow';
import { failed, type Result, success } from '../../model/result.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { camel, negated, readGlobalFlags, readOwnFlags, wholeNumber } from './flag-values.ts';
import type { BareInvocation, GlobalFlags, Invocation } from './invocation.ts';
import { type FlagRow, globalFlags, type SubcommandRow } from './rows.ts';
import { type Scanned, scanWords } from './scan.ts';
import { findSubcommand, type SubcommandName, subcommands } from './subcommands.ts';

/** What a command line asks for. `null` stands for nixup as a whole. */
type CommandLine =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: SubcommandName | null }
  | { readonly kind: 'work'; readonly invocation: Invocation | BareInvocation };

/** A message for exit status 2: what is wrong, the nearest valid word, where help is. */
type Refusal = string;

const allRows: readonly SubcommandRow[] = subcommands;

const refuse = (what: string, nearest: string | null, help: string): Result<CommandLine, Refusal> =>
  failed(`${what}${nearest === null ? '' : ` Did you mean ${nearest}?`}\nSee: ${help}`);

type MeowFlag =
  | { readonly type: 'boolean'; readonly default?: boolean }
  | { readonly type: 'string' }
  | { readonly type: 'string'; readonly isMultiple: true };

const meowFlag = (row: FlagRow, rows: readonly FlagRow[]): readonly [string, MeowFlag] => {
  const positive = negated(row.name);
  // Where both are flags, neither of them may be given.
  const hasBoth = rows.some(({ name }) => name === positive || negated(name) === row.name);
  if (hasBoth) return [camel(positive ?? row.name), { type: 'boolean' }];
  if (positive !== undefined) return [camel(positive), { type: 'boolean', default: true }];
  if (row.value === null) return [camel(row.name), { type: 'boolean', default: false }];
  if (row.list !== undefined) return [camel(row.name), { type: 'string', isMultiple: true }];
  return [camel(row.name), { type: 'string' }];
};

/** Values by the words as they were scanned, so that both agree on what is a value. */
const givenFlags = (
  scanned: Scanned,
  rows: readonly FlagRow[],
): Readonly<Record<string, unknown>> =>
  meow({
    importMeta: import.meta,
    pkg: { name: 'nixup' },
    description: false,
    autoHelp: false,
    autoVersion: false,
    argv: scanned.flags.map(({ name, value }) =>
      value === null ? `--${name}` : `--${name}=${value}`,
    ),
    booleanDefault: undefined,
    flags: Object.fromEntries(rows.map((row) => meowFlag(row, rows))),
  }).flags;

const wrongFlag = (
  scanned: Scanned,
  rows: readonly FlagRow[],
  where: string,
): Result<CommandLine, Refusal> | null => {
  const help = `${where} --help`;
  const seen = new Set<string>();
  for (const { name, value, shown } of scanned.flags) {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) {
      const nearest =
        name.length < 3
          ? null
          : nearestName(
              name,
              rows.map((one) => one.name),
            );
      const what = allRows.some((one) => one.flags.some((flag) => flag.name === name))
        ? `${where} has no flag ${shown}.`
        : `There is no flag ${shown}.`;
      return refuse(what, nearest === null ? null : `--${nearest}`, help);
    }
    if (row.value === null && value !== null) return refuse(`${shown} takes no value.`, null, help);
    if (row.value !== null && (value === null || value === ''))
      return refuse(`${shown} needs a value: ${row.value}.`, null, help);
    if (seen.has(name) && row.list === undefined && row.value !== null)
      return refuse(`${shown} is given twice.`, null, help);
    seen.add(name);
    if (row.choices !== undefined && value !== null && !row.choices.includes(value))
      return refuse(
        `${shown} is one of ${row.choices.join(', ')}, not ${JSON.stringify(value)}.`,
        nearestName(value, row.choices),
        help,
      );
    const refused = value === null ? null : (row.refusal?.(value) ?? null);
    if (refused !== null) return refuse(`${shown}: ${refused}.`, null, help);
    if (row.isNumber === true && value !== null && !wholeNumber.test(value))
      return refuse(`${shown} is a whole number from 1, not ${JSON.stringify(value)}.`, null, help);
  }
  return null;
};

/** A flag that would do nothing beside those that are given. */
const idleFlag = (
  scanned: Scanned,
  rows: readonly FlagRow[],
  help: string,
): Result<CommandLine, Refusal> | null => {
  const given = rows.filter(({ name }) => scanned.flags.some((flag) => flag.name === name));
  const names = given.map(({ name }) => name);
  for (const { name, needs, excludes = [] } of given) {
    if (needs !== undefined && !names.includes(needs))
      return refuse(`--${name} goes with --${needs}.`, null, help);
    const other = names.find((one) => excludes.includes(one));
    if (other !== undefined)
      return refuse(`--${name} and --${other} do not go together.`, null, help);
  }
  return null;
};

const wrongWords = (
  row: SubcommandRow,
  words: readonly string[],
): Result<CommandLine, Refusal> | null => {
  const help = `nixup ${row.name} --help`;
  const { argument } = row;
  const first = words[0];
  if (argument === null)
    return first === undefined
      ? null
      : refuse(`nixup ${row.name} takes no arguments, not ${JSON.stringify(first)}.`, null, help);
  const wanted = argument.choices?.join(', ') ?? argument.name;
  if (words.length < argument.least)
    return refuse(`nixup ${row.name} needs an argument: ${wanted}.`, null, help);
  const excess = words[argument.most];
  if (excess !== undefined)
    return refuse(`nixup ${row.name} has no use for ${JSON.stringify(excess)}.`, null, help);
  if (argument.choices !== undefined)
    for (const word of words)
      if (!argument.choices.includes(word))
        return refuse(
          `nixup ${row.name} takes ${wanted}, not ${JSON.stringify(word)}.`,
          nearestName(word, argument.choices),
          help,
        );
  if (words.includes('')) return refuse('An argument is empty.', null, help);
  return null;
};

const invocationOf = <Name extends SubcommandName>(
  command: Name,
  words: readonly string[],
  flags: GlobalFlags,
  given: Readonly<Record<string, unknown>>,
): Invocation<Name> => ({ command, words, flags, own: readOwnFlags(command, given) });

/** Understands a command line, without the program's own name. Pure. */
export const parseArguments = (argv: readonly string[]): Result<CommandLine, Refusal> => {
  const valued = [...globalFlags, ...allRows.flatMap((row) => row.flags)].flatMap((row) =>
    row.value === null ? [] : [row.name],
  );
  const scanned = scanWords(argv, new Set(valued));
  const [first, ...words] = scanned.words;
  const isAsked = (name: string): boolean => scanned.flags.some((flag) => flag.name === name);
  const row = first === undefined ? undefined : findSubcommand(first);
  if (first !== undefined && row === undefined && !(first === 'help'))
    return refuse(
      `There is no command ${JSON.stringify(first)}.`,
      nearestName(
        first,
        subcommands.map((one) => one.name),
      ),
      'nixup --help',
    );
  if (first === 'help')
    return success({ kind: 'help', command: findSubcommand(words[0] ?? '')?.name ?? null });
  if (isAsked('help')) return success({ kind: 'help', command: row?.name ?? null });
  if (isAsked('version')) return success({ kind: 'version' });
  const rows = [...globalFlags, ...(row?.flags ?? [])];
  const where = row === undefined ? 'nixup' : `nixup ${row.name}`;
  const wrong =
    wrongFlag(scanned, rows, where) ??
    idleFlag(scanned, rows, `${where} --help`) ??
    (row === undefined ? null : wrongWords(row, words));
  if (wrong !== null) return wrong;
  const given = givenFlags(scanned, rows);
  const flags = readGlobalFlags(given);
  return success({
    kind: 'work',
    invocation:
      row === undefined
        ? { command: null, words: [], flags, own: {} }
        : invocationOf(row.name, words, flags, given),
  });
};
