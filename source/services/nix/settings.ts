import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { Advice } from '../../model/words/advice.ts';
import { isAtLeast, type NixVersion, parseNixVersion } from '../../parsers/nix/version.ts';
import type { World } from '../world/world.ts';
import { parseJson } from './command.ts';

/** What of the person's Nix configuration matters to a fleet. No secrets. */
export interface NixSettings {
  /** What to do so that plain `nix flake …` works for the person, without nixup's own flags; null where it does. */
  readonly flakesAdvice: Advice | null;
  readonly system: string;
  /** The systems for which this machine or one of its builders can build. */
  readonly buildableSystems: readonly string[];
  readonly substituters: readonly string[];
  /** Where Nix reads passwords for addresses; null where it does not say. */
  readonly netrcFile: string | null;
}

const setting = <Schema extends z.ZodType>(schema: Schema) => z.object({ value: schema });

const document = z.looseObject({
  system: setting(z.string()),
  'extra-platforms': setting(z.array(z.string())).optional(),
  substituters: setting(z.array(z.string())).optional(),
  builders: setting(z.string()).optional(),
  'netrc-file': setting(z.string()).optional(),
  /** Numbers, of changing meaning, in old versions. */
  'experimental-features': setting(z.array(z.union([z.string(), z.number()]))).optional(),
});

const enableFlakes: Advice = {
  text: 'add "experimental-features = nix-command flakes" to ~/.config/nix/nix.conf, or set nix.settings.experimental-features on NixOS',
};

/** Without `flakes` among them, or the setting would always read as switched on. */
const flags = ['--extra-experimental-features', 'nix-command'];

/** The lines of the setting, or of the file that it names by `@`. */
const readBuilders = async (
  world: Pick<World, 'files'>,
  builders: string,
): Promise<readonly string[]> => {
  const file = /^@(\S+)$/.exec(builders.trim())?.[1];
  const read = file === undefined ? null : await world.files.read(file);
  const text = read === null ? builders : read.ok ? (read.value ?? '') : '';
  return text
    .split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
};

/** The second word of a line of the `builders` setting; `-` stands for this machine's system. */
const systemsOfBuilder = (line: string): readonly string[] =>
  (line.split(/\s+/)[1] ?? '-').split(',').filter((system) => system !== '-');

const namesFlakes = async (
  world: Pick<World, 'exec'>,
  words: readonly string[],
  features: readonly (string | number)[],
): Promise<Result<boolean, Failure>> => {
  if (!features.some((feature) => typeof feature === 'number'))
    return success(features.includes('flakes'));
  const shown = await world.exec({ file: 'nix', args: [...words, ...flags] }, { quiet: true });
  if (!shown.ok) return shown;
  const line = /^experimental-features = (.*)$/m.exec(shown.value.stdout)?.[1] ?? '';
  return success(line.split(' ').includes('flakes'));
};

/** The effective settings: `nix config show` from 2.20, `nix show-config` before. */
export const readNixSettings = async (
  world: Pick<World, 'exec' | 'files'>,
  version: NixVersion,
): Promise<Result<NixSettings, Failure>> => {
  const words = isAtLeast(version, [2, 20, 0]) ? ['config', 'show'] : ['show-config'];
  const command = { file: 'nix', args: [...words, ...flags, '--json'] };
  const result = await world.exec(command, { quiet: true, timeoutMs: 30_000 });
  if (!result.ok) return result;
  const json = parseJson(command, result.value.stdout);
  if (!json.ok) return json;
  const parsed = document.safeParse(json.value);
  if (!parsed.success)
    return failed({
      code: 'output-unreadable',
      command: `nix ${words.join(' ')}`,
      detail: z.prettifyError(parsed.error),
    });
  const { data } = parsed;
  const flakes =
    version.flavor === 'determinate'
      ? success(true)
      : await namesFlakes(world, words, data['experimental-features']?.value ?? []);
  if (!flakes.ok) return flakes;
  const builders = await readBuilders(world, data.builders?.value ?? '');
  const extraPlatforms = data['extra-platforms']?.value ?? [];
  return success({
    flakesAdvice: flakes.value ? null : enableFlakes,
    system: data.system.value,
    buildableSystems: [
      ...new Set([data.system.value, ...extraPlatforms, ...builders.flatMap(systemsOfBuilder)]),
    ],
    substituters: data.substituters?.value ?? [],
    netrcFile: data['netrc-file']?.value ?? null,
  });
};

/** Asks the installed Nix for its version, once. A failure is asked again the next time. */
export const createNixVersion = (
  world: Pick<World, 'exec'>,
): (() => Promise<Result<NixVersion, Failure>>) => {
  let known: NixVersion | null = null;
  return async () => {
    if (known !== null) return success(known);
    const result = await world.exec(
      { file: 'nix', args: ['--version'] },
      { quiet: true, timeoutMs: 30_000 },
    );
    if (!result.ok) return result;
    known = parseNixVersion(result.value.stdout);
    return known === null
      ? failed({
          code: 'output-unreadable',
          command: 'nix --version',
          detail: result.value.stdout.trim(),
        })
      : success(known);
  };
};
