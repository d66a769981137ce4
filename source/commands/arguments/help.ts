import { wrapWords } from '../../model/words/wrap-words.ts';
import { exitStatuses } from './exit-status.ts';
import { type FlagRow, flagUsage, globalFlags, usageOf } from './rows.ts';
import { findSubcommand, type SubcommandName, subcommands } from './subcommands.ts';
import { explainRows } from './text-table.ts';

/** The narrowest window that people have. */
const helpWidth = 80;

const flagRows = (flags: readonly FlagRow[]): readonly string[] =>
  explainRows(
    flags.map((flag) => [`  ${flagUsage(flag)}`, flag.help] as const),
    helpWidth,
  );

const sentence = (text: string): readonly string[] =>
  wrapWords(text, { first: '', rest: '  ', width: helpWidth });

const wholeHelp = (): string =>
  [
    'nixup: update a NixOS fleet from one screen',
    '',
    'In the folder of a flake:',
    ...explainRows(
      [
        ['  nixup', 'the screen; without a terminal the same as nixup status'],
        ...subcommands.map((row) => [`  ${usageOf(row)}`, row.help] as const),
      ],
      helpWidth,
    ),
    '',
    'Flags of every command:',
    ...flagRows(globalFlags),
    '',
    'Exit status:',
    ...explainRows(
      exitStatuses.map(([status, meaning]) => [`  ${status}`, meaning] as const),
      helpWidth,
    ),
    '',
    ...sentence(
      'Progress and messages go to stderr, answers to stdout. NO_COLOR and TERM=dumb are honoured.',
    ),
    'More of one command: nixup COMMAND --help',
  ].join('\n');

/** The help of nixup, or of one subcommand. */
export const helpText = (command: SubcommandName | null): string => {
  const row = command === null ? undefined : findSubcommand(command);
  if (row === undefined) return wholeHelp();
  return [
    ...sentence(`${usageOf(row)}: ${row.help}`),
    ...(row.flags.length === 0 ? [] : ['', 'Flags:', ...flagRows(row.flags)]),
    '',
    'Flags of every command:',
    ...flagRows(globalFlags),
    '',
    'Examples:',
    ...row.examples.map((example) => `  ${example}`),
  ].join('\n');
};
