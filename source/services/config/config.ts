import { createHash } from 'node:crypto';
import { isAbsolute, join, relative } from 'node:path';
import { type Config, defaultConfig } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  layTable,
  parseConfigTable,
  readConfigTable,
  rightPart,
} from '../../parsers/config/config.ts';
import type { TomlPath } from '../../parsers/config/toml-lines.ts';
import type { World } from '../world/world.ts';

type ConfigWorld = Pick<World, 'files' | 'workingFolder'>;

export interface ConfigPlace {
  /** The flake's folder. */
  readonly flake: string;
  /** `--config FILE`; absent: `nixup.toml` beside `flake.nix`, which may be missing. */
  readonly file?: string | undefined;
  /** The value of the flake's output `nixup`, when it has one. The file wins over it. */
  readonly flakeTable?: unknown;
}

/** A configuration file as it stands on disk. */
export interface ConfigSource {
  readonly path: string;
  /** The path as messages show it. */
  readonly shown: string;
  readonly text: string;
}

/** The file's text; null when there is no `nixup.toml` and none was asked for. */
export const readConfigSource = async (
  world: ConfigWorld,
  place: ConfigPlace,
): Promise<Result<ConfigSource | null, Failure>> => {
  const asked = place.file;
  const path =
    asked === undefined
      ? join(place.flake, 'nixup.toml')
      : isAbsolute(asked)
        ? asked
        : join(world.workingFolder, asked);
  const beside = relative(place.flake, path);
  const shown = beside.startsWith('..') ? path : beside;
  const text = await world.files.read(path);
  if (!text.ok) return text;
  // Editors of Windows put a byte order mark first; TOML has none.
  if (text.value !== undefined)
    return success({ path, shown, text: text.value.replace(/^\uFEFF/, '') });
  return asked === undefined
    ? success(null)
    : failed({
        code: 'config-invalid',
        file: shown,
        line: null,
        detail: 'there is no such file',
        remedy: 'give the path of an existing file to --config, or leave the flag out',
      });
};

/** The configuration of a fleet: the file over the flake's own table over the defaults. */
export const loadConfig = async (
  world: ConfigWorld,
  place: ConfigPlace,
): Promise<Result<Config, readonly Failure[]>> => {
  const source = await readConfigSource(world, place);
  if (!source.ok) return failed([source.failure]);
  const inFlake = place.flakeTable;
  if (inFlake !== undefined) {
    const checked = readConfigTable(inFlake, 'flake.nix (output nixup)', null);
    if (!checked.ok || source.value === null) return checked;
  }
  if (source.value === null) return success(defaultConfig);
  const { shown, text } = source.value;
  const table = parseConfigTable(text, shown);
  if (!table.ok) return failed([table.failure]);
  const checked = readConfigTable(table.value, shown, text);
  return checked.ok && inFlake !== undefined
    ? readConfigTable(layTable(inFlake, table.value), shown, text)
    : checked;
};

interface ConfigWithMistakes {
  /** Null where nothing of it can be used. */
  readonly config: Config | null;
  /** Where a place of it stands in the file, which may have more than what can be used. */
  readonly placeInText: (path: TomlPath) => TomlPath;
  readonly failures: readonly Failure[];
}

const asItStands = (path: TomlPath): TomlPath => path;

/** The configuration with its mistakes, and what is right beside them: for who wants to hear of all at once. */
export const loadWithMistakes = async (
  world: ConfigWorld,
  place: ConfigPlace,
): Promise<ConfigWithMistakes> => {
  const loaded = await loadConfig(world, place);
  if (loaded.ok) return { config: loaded.value, placeInText: asItStands, failures: [] };
  const source = await readConfigSource(world, place);
  const table =
    source.ok && source.value !== null
      ? parseConfigTable(source.value.text, source.value.shown)
      : null;
  const inFile = table?.ok === true ? table.value : undefined;
  const joined =
    place.flakeTable === undefined || inFile === undefined
      ? inFile
      : layTable(place.flakeTable, inFile);
  const right = joined === undefined ? null : rightPart(joined);
  return {
    config: right?.config ?? null,
    placeInText: right?.placeInText ?? asItStands,
    failures: loaded.failure,
  };
};

/** A name for a file's content: it changes whenever the content does. */
export const contentHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex');
