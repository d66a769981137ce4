import type { GlobalFlags, OwnFlags } from './invocation.ts';
import { type FlagRow, globalFlags } from './rows.ts';
import { findSubcommand, type SubcommandName } from './subcommands.ts';

type FlagValue = boolean | number | string | null | readonly string[];

export const wholeNumber = /^[1-9][0-9]{0,8}$/;

export const camel = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `--no-x` is the flag `x` that is on unless negated. */
export const negated = (name: string): string | undefined => /^no-(.+)$/.exec(name)?.[1];

const listOf = (given: unknown, list: NonNullable<FlagRow['list']>): readonly string[] => {
  const all = Array.isArray(given) ? given.map(String) : [];
  // Split where it is known which files changed.
  if (list === 'whole') return all;
  const parts = all.flatMap((one) => one.split(','));
  return list === 'tags' ? parts : parts.filter((one) => one !== '');
};

/** The value of a flag; `given` is undefined where it was not given. */
const valueIn = (row: FlagRow, given: Readonly<Record<string, unknown>>): FlagValue => {
  const positive = negated(row.name);
  if (positive !== undefined) return given[camel(positive)] === false;
  const value = given[camel(row.name)];
  if (row.value === null) return value === true;
  if (row.list !== undefined) return listOf(value, row.list);
  if (typeof value !== 'string' || value === '') return row.initial ?? null;
  return row.isNumber === true ? Number(value) : value;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const fits = (row: FlagRow, value: unknown): boolean => {
  if (row.value === null) return typeof value === 'boolean';
  if (row.list !== undefined) return Array.isArray(value);
  if (value === null) return row.initial === undefined;
  if (row.isNumber === true) return typeof value === 'number';
  return typeof value === 'string' && row.choices?.includes(value) !== false;
};

type Given = Readonly<Record<string, unknown>>;

const readRows = (rows: readonly FlagRow[], given: Given): Readonly<Record<string, unknown>> =>
  Object.fromEntries(rows.map((row) => [camel(row.name), valueIn(row, given)]));

const isRead = (rows: readonly FlagRow[], read: Readonly<Record<string, unknown>>): boolean =>
  rows.every((row) => fits(row, read[camel(row.name)]));

const areGlobal = (read: unknown): read is GlobalFlags =>
  isRecord(read) && isRead(globalFlags, read);

const rowsOf = (name: SubcommandName): readonly FlagRow[] => findSubcommand(name)?.flags ?? [];

const areOwn = <Name extends SubcommandName>(name: Name, read: unknown): read is OwnFlags<Name> =>
  isRecord(read) && isRead(rowsOf(name), read);

const mistake = (name: string): Error =>
  new Error(`the flags of ${name} were read to values that their rows do not have`);

/** The flags of every subcommand. `given` has what the command line says, by the names of `camel`. */
export const readGlobalFlags = (given: Given): GlobalFlags => {
  const read = readRows(globalFlags, given);
  if (!areGlobal(read)) throw mistake('nixup');
  return read;
};

/** The flags of one subcommand. */
export const readOwnFlags = <Name extends SubcommandName>(
  name: Name,
  given: Given,
): OwnFlags<Name> => {
  const read: unknown = readRows(rowsOf(name), given);
  if (!areOwn(name, read)) throw mistake(name);
  return read;
};
