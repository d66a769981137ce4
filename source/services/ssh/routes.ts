import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { hostInAddress, isSafeAddress } from '../../model/host/address.ts';
import type { Route } from '../../model/host/carriers.ts';
import type { HostEntry } from '../../model/host/host.ts';
import {
  includedPaths,
  readConfigFiles,
  waysInConfig,
} from '../../parsers/host/ssh-config-files.ts';
import { readSshRoute, type SshRoute } from '../../parsers/host/ssh-route.ts';
import { readJson } from '../../parsers/json.ts';
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
  form: z.literal(2),
  /** Of the contents of `files`, the names in `folders`, and the options of ssh. */
  fingerprint: z.string(),
  files: z.array(z.string()),
  folders: z.array(z.string()),
  isStraight: z.boolean(),
  routes: z.record(
    z.string(),
    z.object({
      hostName: z.string(),
      jumps: z.array(z.string()),
      isThroughProgram: z.boolean(),
    }),
  ),
});

/** What the configuration of ssh is read from; a file may be absent, and a change of it is one too. */
interface Sources {
  readonly files: readonly string[];
  /** Whose files are included by a pattern. */
  readonly folders: readonly string[];
}

/**
 * The configuration of ssh:
 * - `straight`: nothing in it leads by way of another machine or a program
 * - `ways`: something does
 *
 * `sources` and `fingerprint` tell a later start that it is still the same; null where that depends on more
 * than files.
 */
interface SshConfig {
  readonly kind: 'straight' | 'ways';
  readonly kept: (Sources & { readonly fingerprint: string }) | null;
}

/** What an earlier start found out, where the configuration is the same. */
interface KeptRoutes {
  readonly config: SshConfig;
  readonly routes: ReadonlyMap<string, SshRoute>;
}

type RouteWorld = Pick<World, 'exec' | 'files' | 'folders'>;

const fingerprintOf = async (
  files: Pick<RouteWorld['files'], 'read' | 'list'>,
  settings: SshSettings,
  sources: Sources,
): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(settings.sshOptions));
  for (const path of sources.files) {
    const read = await files.read(path);
    hash.update(`${path}\0${read.ok ? (read.value ?? 'absent') : 'unread'}\0`);
  }
  for (const folder of sources.folders) {
    const names = await files.list(folder);
    hash.update(`${folder}\0${names.ok ? names.value.toSorted().join('\0') : 'absent'}\0`);
  }
  return hash.digest('hex');
};

/** Where relative names of an `Include` begin; null where the text is not that of a user or the system. */
const baseOf = (path: string, home: string): string | null => {
  if (path === `${home}/.ssh/config`) return `${home}/.ssh`;
  return path.endsWith('/ssh_config') ? path.slice(0, path.lastIndexOf('/')) : null;
};

/** Reads the files that ssh itself says it reads. */
const readConfig = async (
  world: RouteWorld,
  settings: SshSettings,
  said: string,
  route: SshRoute | null,
): Promise<SshConfig> => {
  const { home } = world.folders;
  let hasWays = route === null || route.isThroughProgram || settings.sshOptions.length > 0;
  let isWhole = route !== null;
  // What is understood and what tells a later start that it is the same are one text.
  const texts = new Map<string, ReturnType<typeof world.files.read>>();
  const readOnce: typeof world.files.read = (path) => {
    const text = texts.get(path) ?? world.files.read(path);
    texts.set(path, text);
    return text;
  };
  const read = readConfigFiles(said);
  // Those that ssh looks for: they may come to be.
  const files = new Set([`${home}/.ssh/config`, '/etc/ssh/ssh_config', ...read]);
  const folders = new Set<string>();
  for (const path of read) {
    const found = await readOnce(path);
    const text = found.ok ? found.value : undefined;
    const ways = text === undefined ? null : waysInConfig(text);
    if (ways === null || ways.hasWays) hasWays = true;
    if (ways === null || ways.isMoody) isWhole = false;
    const base = baseOf(path, home);
    const included = includedPaths(text ?? '', { home, base: base ?? '' });
    const isRelative = base === null && included.files.length + included.folders.length > 0;
    if (!included.isClear || isRelative) isWhole = false;
    for (const file of included.files) files.add(file);
    for (const folder of included.folders) folders.add(folder);
  }
  const sources = { files: [...files], folders: [...folders] };
  return {
    kind: hasWays ? 'ways' : 'straight',
    kept: isWhole
      ? {
          ...sources,
          fingerprint: await fingerprintOf(
            { read: readOnce, list: (folder) => world.files.list(folder) },
            settings,
            sources,
          ),
        }
      : null,
  };
};

const readKept = async (
  world: RouteWorld,
  settings: SshSettings,
  path: string,
): Promise<KeptRoutes | null> => {
  const text = await world.files.read(path);
  if (!text.ok || text.value === undefined) return null;
  const parsed = keptFile.safeParse(readJson(text.value));
  if (!parsed.success) return null;
  const { files, folders, fingerprint, isStraight, routes } = parsed.data;
  if ((await fingerprintOf(world.files, settings, { files, folders })) !== fingerprint) return null;
  return {
    config: { kind: isStraight ? 'straight' : 'ways', kept: { files, folders, fingerprint } },
    routes: new Map(Object.entries(routes)),
  };
};

const writeKept = async (
  { files, folders }: RouteWorld,
  path: string,
  { kind, kept }: SshConfig,
  routes: ReadonlyMap<string, SshRoute>,
): Promise<void> => {
  if (kept === null) return;
  await files.makeFolder(folders.cache);
  // What cannot be kept is asked about again.
  await files.write(
    path,
    `${JSON.stringify({
      form: 2,
      ...kept,
      isStraight: kind === 'straight',
      routes: Object.fromEntries([...routes].slice(-keptRoutes)),
    })}\n`,
  );
};

/**
 * One question to ssh tells the files of its configuration. Where they lead straight to every host no
 * more is asked; else each destination is asked about once. A later start asks again only when one of the
 * files has changed, or a new one is included.
 */
// Over 60 lines: what ssh said about one destination answers for others, and is kept for later starts.
export const createSshRoutes = (world: RouteWorld, settings: SshSettings): SshRoutes => {
  const path = join(world.folders.cache, 'routes.json');
  const asked = new Map<string, Promise<SshRoute | null>>();
  const routes = new Map<string, Route>();
  const limit = pLimit(asksAtOnce);
  let config: Promise<SshConfig> | null = null;
  let before: ReadonlyMap<string, SshRoute> = new Map();
  let open = 0;
  let unkept = 0;

  const command = (destination: string, words: readonly string[]) => ({
    file: 'ssh',
    args: ['-G', ...words, ...settings.sshOptions, '--', destination],
  });

  /** The first destination is asked about together with the files. */
  const lookAtConfig = async (destination: string): Promise<SshConfig> => {
    const earlier = await readKept(world, settings, path);
    if (earlier !== null) {
      before = earlier.routes;
      return earlier.config;
    }
    const answer = await world.exec(command(destination, ['-v']), { quiet: true, timeoutMs });
    const route = answer.ok ? readSshRoute(answer.value.stdout) : null;
    asked.set(destination, Promise.resolve(route));
    unkept += 1;
    const found = await readConfig(world, settings, answer.ok ? answer.value.stderr : '', route);
    if (found.kind === 'straight') await writeKept(world, path, found, before);
    return found;
  };
  const configBy = (destination: string): Promise<SshConfig> => {
    config ??= lookAtConfig(destination);
    return config;
  };

  const keep = async (by: SshConfig): Promise<void> => {
    const all = new Map(before);
    for (const [destination, asking] of asked) {
      const route = await asking;
      if (route !== null) all.set(destination, route);
    }
    await writeKept(world, path, by, all);
  };

  const ask = async (destination: string): Promise<SshRoute | null> => {
    const by = await configBy(destination);
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
    if (open === 0 && unkept > 0) {
      unkept = 0;
      await keep(by);
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
