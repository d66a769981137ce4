import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { hostInAddress, isSafeAddress } from '../../model/host/address.ts';
import type { Route } from '../../model/host/carriers.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { readConfigFiles, waysInConfig } from '../../parsers/host/ssh-config-files.ts';
import { readSshRoute, type SshRoute } from '../../parsers/host/ssh-route.ts';
import type { World } from '../world/world.ts';
import type { SshSettings } from './ssh.ts';

/** How ssh reaches each host, by the person's own settings. */
export interface SshRoutes {
  /** Finds out once for each host; nothing is connected for it. */
  learn(entry: HostEntry): Promise<void>;
  known(): readonly Route[];
  /** Jump hosts by which a host is reached, as ssh names them. */
  jumpsOf(entry: HostEntry): Promise<readonly string[]>;
  /** A program or a jump host stands between, as ProxyCommand and ProxyJump have it. */
  isThroughProgram(entry: HostEntry): Promise<boolean>;
}

const timeoutMs = 5_000;

/** Questions to ssh at a time, where each host needs one. */
const asksAtOnce = 8;

/** Destinations whose routes are kept. */
const keptRoutes = 10_000;

const keptFile = z.object({
  form: z.literal(1),
  fingerprint: z.string(),
  routes: z.record(
    z.string(),
    z.object({
      hostName: z.string(),
      jumps: z.array(z.string()),
      isThroughProgram: z.boolean(),
    }),
  ),
});

/**
 * The configuration of ssh:
 * - `straight`: nothing in it leads by way of another machine or a program
 * - `ways`: something does. `fingerprint` names its text; null where that does not tell all of it
 */
type SshConfig =
  | { readonly kind: 'straight' }
  | { readonly kind: 'ways'; readonly fingerprint: string | null };

type RouteWorld = Pick<World, 'exec' | 'files' | 'folders'>;

/** Reads the files that ssh itself says it reads. */
const readConfig = async (
  { files }: RouteWorld,
  settings: SshSettings,
  said: string,
  route: SshRoute | null,
): Promise<SshConfig> => {
  const hash = createHash('sha256').update(JSON.stringify(settings.sshOptions));
  let hasWays = route === null || route.isThroughProgram || settings.sshOptions.length > 0;
  let isWhole = route !== null;
  for (const path of readConfigFiles(said)) {
    const read = await files.read(path);
    const text = read.ok ? read.value : undefined;
    hash.update(`${path}\0${text ?? ''}\0`);
    const ways = text === undefined ? null : waysInConfig(text);
    if (ways === null || ways.hasWays) hasWays = true;
    if (ways === null || ways.isMoody) isWhole = false;
  }
  return hasWays
    ? { kind: 'ways', fingerprint: isWhole ? hash.digest('hex') : null }
    : { kind: 'straight' };
};

const readKept = async (
  { files }: RouteWorld,
  path: string,
  fingerprint: string,
): Promise<ReadonlyMap<string, SshRoute>> => {
  const text = await files.read(path);
  if (!text.ok || text.value === undefined) return new Map();
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return new Map();
  }
  const kept = keptFile.safeParse(json);
  return kept.success && kept.data.fingerprint === fingerprint
    ? new Map(Object.entries(kept.data.routes))
    : new Map();
};

const writeKept = async (
  { files, folders }: RouteWorld,
  path: string,
  fingerprint: string,
  routes: ReadonlyMap<string, SshRoute>,
): Promise<void> => {
  const kept = Object.fromEntries([...routes].slice(-keptRoutes));
  await files.makeFolder(folders.cache);
  // Routes that cannot be kept are asked about again.
  await files.write(path, `${JSON.stringify({ form: 1, fingerprint, routes: kept })}\n`);
};

/**
 * One question to ssh tells the files of its configuration. Where they lead straight to every host no
 * more is asked; else each destination is asked about once, and again only when a file has changed.
 */
// Over 60 lines: what ssh said about one destination answers for others, and is kept for later starts.
export const createSshRoutes = (world: RouteWorld, settings: SshSettings): SshRoutes => {
  const path = join(world.folders.cache, 'routes.json');
  const asked = new Map<string, Promise<SshRoute | null>>();
  const routes = new Map<string, Route>();
  const limit = pLimit(asksAtOnce);
  let config: Promise<SshConfig> | null = null;
  let kept: Promise<ReadonlyMap<string, SshRoute>> | null = null;
  let open = 0;
  let unkept = 0;

  const command = (destination: string, words: readonly string[]) => ({
    file: 'ssh',
    args: ['-G', ...words, ...settings.sshOptions, '--', destination],
  });

  /** The first destination is asked about together with the files. */
  const lookAtConfig = async (destination: string): Promise<SshConfig> => {
    const answer = await world.exec(command(destination, ['-v']), { quiet: true, timeoutMs });
    const route = answer.ok ? readSshRoute(answer.value.stdout) : null;
    asked.set(destination, Promise.resolve(route));
    unkept += 1;
    return await readConfig(world, settings, answer.ok ? answer.value.stderr : '', route);
  };
  const configBy = (destination: string): Promise<SshConfig> => {
    config ??= lookAtConfig(destination);
    return config;
  };

  const keep = async (
    fingerprint: string,
    before: ReadonlyMap<string, SshRoute>,
  ): Promise<void> => {
    const all = new Map(before);
    for (const [destination, asking] of asked) {
      const route = await asking;
      if (route !== null) all.set(destination, route);
    }
    await writeKept(world, path, fingerprint, all);
  };

  const ask = async (destination: string): Promise<SshRoute | null> => {
    const by = await configBy(destination);
    const fingerprint = by.kind === 'ways' ? by.fingerprint : null;
    if (fingerprint !== null) kept ??= readKept(world, path, fingerprint);
    const before = (await kept) ?? new Map<string, SshRoute>();
    const known = before.get(destination);
    if (known !== undefined) return known;
    const asking =
      asked.get(destination) ??
      limit(async () => {
        unkept += 1;
        const answer = await world.exec(command(destination, []), { quiet: true, timeoutMs });
        return answer.ok ? readSshRoute(answer.value.stdout) : null;
      });
    asked.set(destination, asking);
    open += 1;
    const route = await asking;
    open -= 1;
    if (open === 0 && unkept > 0 && fingerprint !== null) {
      unkept = 0;
      await keep(fingerprint, before);
    }
    return route;
  };

  const isAsked = ({ address, here }: HostEntry): boolean => !here && isSafeAddress(address);
  const routeOf = async (entry: HostEntry): Promise<SshRoute | null> => {
    if (!isAsked(entry)) return null;
    const { kind } = await configBy(entry.address);
    return kind === 'straight' ? null : await ask(entry.address);
  };

  return {
    learn: async (entry) => {
      if (!isAsked(entry)) return;
      const { name, address } = entry;
      const straight = [...new Set([name, hostInAddress(address)])];
      if ((await configBy(address)).kind === 'straight') {
        routes.set(name, { host: name, names: straight, jumps: [] });
        return;
      }
      const route = await ask(address);
      if (route === null) return;
      // A jump may be named as ssh_config names it, which is nobody's name in the fleet.
      const resolved = await Promise.all(
        route.jumps.filter(isSafeAddress).map(async (jump) => (await ask(jump))?.hostName ?? jump),
      );
      routes.set(name, {
        host: name,
        names: [...new Set([...straight, route.hostName])],
        jumps: [...new Set([...route.jumps, ...resolved])],
      });
    },
    known: () => [...routes.values()],
    jumpsOf: async (entry) => (await routeOf(entry))?.jumps ?? [],
    isThroughProgram: async (entry) => (await routeOf(entry))?.isThroughProgram === true,
  };
};
