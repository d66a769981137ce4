import { exitStatuses } from './exit-status.ts';
import { type FlagRow, flagUsage, globalFlags, usageOf } from './rows.ts';
import { findSubcommand, type SubcommandName, subcommands } from './subcommands.ts';
import { alignRows } from './text-table.ts';

const flagRows = (flags: readonly FlagRow[]): readonly string[] =>
  alignRows(flags.map((flag) => [`  ${flagUsage(flag)}`, flag.help]));

const wholeHelp = (): string =>
  [
    'nixup: update a NixOS fleet from one screen',
    '',
    'In the folder of a flake:',
    ...alignRows([
      ['  nixup', 'the screen; without a terminal the same as nixup status'],
      ...subcommands.map((row) => [`  ${usageOf(row)}`, row.help]),
    ]),
    '',
    'Flags of every command:',
    ...flagRows(globalFlags),
    '',
    'Exit status:',
    ...alignRows(exitStatuses.map(([status, meaning]) => [`  ${status}`, meaning])),
    '',
    'Progress and messages go to stderr, answers to stdout. NO_COLOR and TERM=dumb are honoured.',
    'More of one command: nixup COMMAND --help',
  ].join('\n');

/** The help of nixup, or of one subcommand. */
export const helpText = (command: SubcommandName | null): string => {
  const row = command === null ? undefined : findSubcommand(command);
  if (row === undefined) return wholeHelp();
  return [
    `${usageOf(row)}: ${row.help}`,
    ...(row.flags.length === 0 ? [] : ['', 'Flags:', ...flagRows(row.flags)]),
    '',
    'Flags of every command:',
    ...flagRows(globalFlags),
    '',
    'Examples:',
    ...row.examples.map((example) => `  ${example}`),
  ].join('\n');
};
