import { parse, TomlDate, TomlError } from 'smol-toml';
import { configSchema } from '../../model/config/config.ts';
import type { Config } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { isFields } from '../json.ts';
import { type ConfigProblem, configProblems } from './issues.ts';
import { lineOf, type TomlPath, tomlLines } from './toml-lines.ts';

/** A value of JSON's kinds: dates are text, as the schema wants them. */
const plain = (value: unknown): unknown => {
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
};

/** The table that a TOML text holds, unchecked. */
export const parseConfigTable = (
  text: string,
  file: string,
): Result<Readonly<Record<string, unknown>>, Failure> => {
  try {
    return success(plain(parse(text)) as Readonly<Record<string, unknown>>);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const detail = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    return failed({
      code: 'config-invalid',
      file,
      line: error.line,
      detail: `this is not TOML: ${detail} (column ${error.column})`,
      remedy: `correct line ${error.line} of ${file}`,
    });
  }
};

/** Gives problems their file, and their line where the text is at hand. Sorted by line. */
export const locateProblems = (
  problems: readonly ConfigProblem[],
  file: string,
  text: string | null,
): readonly Failure[] => {
  const lines = text === null ? null : tomlLines(text);
  const lineAt = (path: TomlPath): number | null => (lines === null ? null : lineOf(lines, path));
  return problems
    .map(({ path, detail, remedy }) => ({
      code: 'config-invalid' as const,
      file,
      line: lineAt(path),
      detail,
      remedy,
    }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
};

/** Checks a table against the schema: every mistake, not only the first. */
export const readConfigTable = (
  table: unknown,
  file: string,
  text: string | null,
): Result<Config, readonly Failure[]> => {
  const checked = configSchema.safeParse(table, { reportInput: false });
  return checked.success
    ? success(checked.data)
    : failed(locateProblems(configProblems(checked.error, table), file, text));
};

/**
 * A copy with another value at a path, or without it (`undefined`); where nothing stands there, without the table that
 * lacks it. A list keeps a hole, so that its other items keep their numbers.
 */
const withAt = (value: unknown, path: TomlPath, next: unknown): unknown => {
  const [first, ...rest] = path;
  if (first === undefined) return next;
  if (Array.isArray(value))
    return typeof first === 'number' && first in value
      ? value.map((one: unknown, index) => (index === first ? withAt(one, rest, next) : one))
      : undefined;
  if (!isFields(value)) return undefined;
  // Gone with something before it, or missing in this table.
  if (!Object.hasOwn(value, first)) return rest.length > 0 ? value : undefined;
  const inner = withAt(value[first], rest, next);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      key !== String(first) ? [[key, one]] : inner === undefined ? [] : [[key, inner]],
    ),
  );
};

/** Without the holes of its lists. */
const closeHoles = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.flatMap((one: unknown) => (one === undefined ? [] : [closeHoles(one)]));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closeHoles(one)]));
};

/** Where in the text stands what is at a path after the holes were closed. */
const placeInText = (withHoles: unknown, path: TomlPath): TomlPath => {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  if (Array.isArray(withHoles) && typeof first === 'number') {
    const kept = withHoles.flatMap((one: unknown, index) => (one === undefined ? [] : [index]));
    const index = kept[first] ?? first;
    return [index, ...placeInText(withHoles[index], rest)];
  }
  return [first, ...placeInText(isFields(withHoles) ? withHoles[first] : undefined, rest)];
};

/** What is right in a table, and where a place of it stands in the text. */
interface RightPart {
  readonly config: Config;
  readonly placeInText: (path: TomlPath) => TomlPath;
}

/**
 * What is right in a table that the schema refuses, so that it can be compared with the flake
 * although something else is wrong; null where nothing is.
 */
export const rightPart = (table: unknown): RightPart | null => {
  let rest = table;
  // Each round takes away what the one before refused; few tables need more than two.
  for (let round = 0; round < 10 && rest !== undefined; round += 1) {
    const closed = closeHoles(rest);
    const checked = configSchema.safeParse(closed, { reportInput: false });
    const before = rest;
    if (checked.success)
      return { config: checked.data, placeInText: (path) => placeInText(before, path) };
    for (const { path, meant } of configProblems(checked.error, closed))
      rest = withAt(rest, placeInText(before, path), meant);
  }
  return null;
};

/** Reads `nixup.toml`. `file` is what messages call it. */
export const parseConfig = (text: string, file: string): Result<Config, readonly Failure[]> => {
  const table = parseConfigTable(text, file);
  return table.ok ? readConfigTable(table.value, file, text) : failed([table.failure]);
};

/** Lays one table over another: keys of `over` win, tables are joined, lists replaced. */
export const layTable = (under: unknown, over: unknown): unknown => {
  if (!isFields(under) || !isFields(over)) return over;
  const joined = new Map<string, unknown>(Object.entries(under));
  for (const [key, value] of Object.entries(over))
    joined.set(key, joined.has(key) ? layTable(joined.get(key), value) : value);
  return Object.fromEntries(joined);
};
