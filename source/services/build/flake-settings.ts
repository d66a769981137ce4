import { join } from 'node:path';
import { z } from 'zod';
import { nixCommand } from '../nix/command.ts';
import type { World } from '../world/world.ts';
import type { NixSetting } from './request.ts';

const settingValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
]);

const nixConfig = z.record(z.string(), settingValue);

/** Answers that Nix keeps: setting to value to yes or no (`src/libflake/flake/config.cc`). */
const trustedSettings = z.record(z.string(), z.record(z.string(), z.boolean()));

const textOf = (value: z.infer<typeof settingValue>): string =>
  Array.isArray(value) ? value.join(' ') : String(value);

const parse = <Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> | null => {
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
};

const dataFolder = ({ environment, folders }: Pick<World, 'environment' | 'folders'>): string =>
  environment['XDG_DATA_HOME'] || join(folders.home, '.local', 'share');

/**
 * The settings of the flake (`nixConfig`, such as a binary cache of its own)
 * that the person agreed to: all of them when `all`, else those for which Nix
 * keeps a yes. Nix applies them to a flake and not to a derivation, so that
 * whoever builds the derivation has to pass them on.
 */
export const agreedSettings = async (
  world: Pick<World, 'exec' | 'files' | 'environment' | 'folders'>,
  flake: string,
  all: boolean,
): Promise<readonly NixSetting[]> => {
  const file = join(flake, 'flake.nix');
  const text = await world.files.read(file);
  if (!text.ok || text.value?.includes('nixConfig') !== true) return [];
  const evaluated = await world.exec(
    nixCommand(['eval'], ['--json', '--file', file, 'nixConfig']),
    { quiet: true, timeoutMs: 30_000 },
  );
  const config = evaluated.ok ? parse(nixConfig, evaluated.value.stdout) : null;
  if (config === null) return [];
  const settings = Object.entries(config).map(
    ([name, value]): NixSetting => ({ name, value: textOf(value) }),
  );
  if (all) return settings;
  const kept = await world.files.read(join(dataFolder(world), 'nix', 'trusted-settings.json'));
  const answers = kept.ok ? parse(trustedSettings, kept.value ?? '') : null;
  return settings.filter(({ name, value }) => {
    const ofName = answers !== null && Object.hasOwn(answers, name) ? answers[name] : undefined;
    return ofName !== undefined && Object.hasOwn(ofName, value) && ofName[value] === true;
  });
};

const namesCaches = /^(?:extra-)?(?:substituters|binary-caches)$/;

const cachesIn = (settings: readonly NixSetting[]): readonly string[] => [
  ...new Set(
    settings.flatMap(({ name, value }) =>
      namesCaches.test(name) ? value.split(/\s+/).filter((url) => url !== '') : [],
    ),
  ),
];

/** Binary caches that the flake itself names (`nixConfig`), by whether somebody agreed to them. */
export const flakeCaches = async (
  world: Pick<World, 'exec' | 'files' | 'environment' | 'folders'>,
  flake: string,
): Promise<{ readonly agreed: readonly string[]; readonly open: readonly string[] }> => {
  const all = cachesIn(await agreedSettings(world, flake, true));
  if (all.length === 0) return { agreed: [], open: [] };
  const agreed = cachesIn(await agreedSettings(world, flake, false));
  return { agreed, open: all.filter((url) => !agreed.includes(url)) };
};
