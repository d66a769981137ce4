import { z } from 'zod';
import { isAtLeast, type NixVersion } from '../../parsers/nix/version.ts';
import type { World } from '../world/world.ts';
import { parseJson } from './command.ts';

type TrustWorld = Pick<World, 'exec' | 'userName' | 'environment'>;

const listed = z.object({ value: z.array(z.string()) }).optional();

const systemDocument = z.looseObject({
  substituters: listed,
  'trusted-substituters': listed,
  'trusted-users': listed,
});

const storeDocument = z.looseObject({ trusted: z.union([z.boolean(), z.number()]) });

const features = ['--extra-experimental-features', 'nix-command'];

const askJson = async <Shape extends z.ZodType>(
  world: TrustWorld,
  words: readonly string[],
  shape: Shape,
  env: Readonly<Record<string, string>> = {},
): Promise<z.infer<Shape> | null> => {
  const command = { file: 'nix', args: [...words, ...features, '--json'], env };
  const answer = await world.exec(command, { quiet: true, timeoutMs: 30_000 });
  const json = answer.ok ? parseJson(command, answer.value.stdout) : answer;
  const read = json.ok ? shape.safeParse(json.value) : null;
  return read?.success === true ? read.data : null;
};

/** `*`, a name, or `@group`, as nix.conf(5) has `trusted-users`. */
const isAmong = async (world: TrustWorld, users: readonly string[]): Promise<boolean> => {
  if (users.includes('*') || users.includes(world.userName)) return true;
  const groups = users.flatMap((name) => (name.startsWith('@') ? [name.slice(1)] : []));
  if (groups.length === 0) return false;
  const own = await world.exec({ file: 'id', args: ['-Gn'] }, { quiet: true, timeoutMs: 10_000 });
  return (
    own.ok &&
    own.value.stdout
      .trim()
      .split(/\s+/)
      .some((name) => groups.includes(name))
  );
};

/** Without a daemon, the user's own store takes every setting. */
const ownsStore = async (world: TrustWorld): Promise<boolean> => {
  const state = world.environment['NIX_STATE_DIR'] || '/nix/var/nix';
  const answer = await world.exec(
    { file: 'test', args: ['-w', `${state}/db`] },
    { quiet: true, timeoutMs: 10_000 },
  );
  return answer.ok;
};

/** A url with and without a slash at its end is one cache to the daemon. */
const bare = (url: string): string => url.replace(/\/+$/, '');

/**
 * Which of the caches the Nix daemon ignores because the user is not trusted (`setSubstituters` of
 * `daemon.cc`): it takes those of its own configuration and of `trusted-substituters`, and no
 * others from such a user. Empty where that is not known.
 */
export const ignoredCaches = async (
  world: TrustWorld,
  version: NixVersion,
  urls: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (urls.length === 0 || world.userName === 'root') return new Set();
  const words = isAtLeast(version, [2, 20, 0]) ? ['config', 'show'] : ['show-config'];
  // The configuration of the machine alone: the daemon takes that of the person only from those it trusts.
  const system = await askJson(world, words, systemDocument, {
    NIX_USER_CONF_FILES: '/dev/null',
    NIX_CONFIG: '',
  });
  if (system === null) return new Set();
  const taken = new Set(
    [system.substituters, system['trusted-substituters']]
      .flatMap((one) => one?.value ?? [])
      .map(bare),
  );
  const foreign = urls.filter((url) => !taken.has(bare(url)));
  if (foreign.length === 0) return new Set();
  // From 2.15 on the store itself says it.
  const store = isAtLeast(version, [2, 15, 0])
    ? await askJson(world, ['store', 'ping'], storeDocument)
    : null;
  const isTrusted =
    store === null
      ? (await ownsStore(world)) ||
        (await isAmong(world, system['trusted-users']?.value ?? ['root']))
      : Boolean(store.trusted);
  return isTrusted ? new Set() : new Set(foreign);
};
