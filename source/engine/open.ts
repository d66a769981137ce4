import { join } from 'node:path';
import type { KeyProblem } from '../model/config/key-conflicts.ts';
import { type Config, defaultConfig } from '../model/config/settings.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { locateProblems } from '../parsers/config/config.ts';
import {
  type ConfigPlace,
  type ConfigSource,
  loadConfig,
  readConfigSource,
} from '../services/config/config.ts';
import { createTrust } from '../services/config/trust.ts';
import { createAskedForge } from '../services/forge/asked.ts';
import { findEndlessFile, sharedPlace } from '../services/git/folder.ts';
import { createGit } from '../services/git/git.ts';
import { createHosts, type Hosts } from '../services/hosts.ts';
import { createCommits } from '../services/inputs/commits.ts';
import { readingSubmodules } from '../services/nix/submodules.ts';
import { createNix } from '../services/nix.ts';
import type { TellDamage } from '../services/world/kept-file.ts';
import type { LentTerminal } from '../services/world/lent-terminal.ts';
import { evaluationsAtOnce, probesAtOnce } from '../services/world/machine.ts';
import { stateFolder } from '../services/world/state-folder.ts';
import type { World } from '../services/world/world.ts';
import type { AppEvent, CommandRecord } from '../state/events.ts';
import { ownRun } from '../state/run.ts';
import type { AppState } from '../state/state.ts';
import { readJustfile } from './build/recipes.ts';
import { openFleetMemory } from './records/fleet-memory.ts';
import { openRecords } from './records/records.ts';
import type { EngineContext } from './run/context.ts';
import { createEmitter, type Emitter, recordCommand } from './run/emitter.ts';
import { openEstimates } from './run/estimates.ts';
import { createJournal } from './run/journal.ts';
import { createPace } from './run/pace.ts';

export interface EngineOptions {
  readonly world: World;
  /** A folder with a flake.nix, or a folder inside one. */
  readonly flake: string;
  /** Nix reads the submodules of its repository as well. */
  readonly readsSubmodules?: boolean | undefined;
  readonly configFile?: string | undefined;
  readonly readOnly?: boolean | undefined;
  /** Commands of the repository's own config may run. */
  readonly trust?: boolean | undefined;
  /**
   * Opens a flake with a broken configuration too, to show what is wrong with it: for the screen
   * and the check board. Changes are refused then.
   */
  readonly tolerant?: boolean | undefined;
  /**
   * Only past runs are asked for: all of them are listed at once, and the repository and the lock
   * are left alone, unless runs are shared by it.
   */
  readonly pastOnly?: boolean | undefined;
  /** Whether somebody is there who sees what a login asks for, and can do it. */
  readonly isAttended?: boolean | undefined;
  /** `--jobs N`: builds, copies and activations at a time. */
  readonly jobs?: number | undefined;
  /** Keys of the config that two actions share: the engine knows no keys. */
  readonly findSharedKeys?: ((keys: Config['keys']) => Promise<readonly KeyProblem[]>) | undefined;
  /** Hosts that somebody looks at now: they are asked before the others. Asked for often. */
  readonly seenHosts?: (() => ReadonlySet<string>) | undefined;
  /** The person's terminal, for programs that must ask; absent where nobody is there. */
  readonly terminal?: LentTerminal | null | undefined;
  readonly emit: (events: readonly AppEvent[]) => void;
  readonly getState: () => AppState;
}

/** The folder with the flake.nix, from a folder inside of it. */
export const findFlake = async (world: World, start: string): Promise<Result<string, Failure>> => {
  const real = await world.files.realPath(start);
  if (!real.ok) return failed({ code: 'flake-missing', path: start });
  for (let folder = real.value; ; folder = join(folder, '..')) {
    if (await world.files.exists(join(folder, 'flake.nix'))) return success(folder);
    if (folder === '/') return failed({ code: 'flake-missing', path: start });
  }
};

/** Commands of a repository's files run after the person trusted their content; `--trust` does so now. */
const trusts = async (
  options: EngineOptions,
  flake: string,
  source: ConfigSource | null,
): Promise<boolean> => {
  const trust = createTrust(options.world);
  const justfile = options.trust === true ? await readJustfile(options.world, flake) : null;
  if (justfile !== null) await trust.trust(justfile.path, justfile.text);
  if (source === null) return false;
  if (options.trust === true) await trust.trust(source.path, source.text);
  return trust.isTrusted(source.path, source.text);
};

/** The config, whose keys were compared with the actions as well. */
const loadChecked = async (
  { world, findSharedKeys }: EngineOptions,
  place: ConfigPlace,
): Promise<Result<Config, readonly Failure[]>> => {
  const loaded = await loadConfig(world, place);
  if (!loaded.ok) return loaded;
  const problems = (await findSharedKeys?.(loaded.value.keys)) ?? [];
  if (problems.length === 0) return loaded;
  const read = await readConfigSource(world, place);
  const source = read.ok ? read.value : null;
  return failed(
    locateProblems(problems, source?.shown ?? 'flake.nix (output nixup)', source?.text ?? null),
  );
};

/** The link comes first: a line of the screen may be cut before the end of a long text. */
const loginWords = (host: string, text: string): string => {
  const link = /\bhttps?:\/\/\S+/i.exec(text)?.[0];
  return link === undefined
    ? `${host} waits for a person to log in: ${text}`
    : `${host} waits for you: ${link} (${text.replace(link, 'this link').trim()})`;
};

/** The configuration as it was read last. */
interface ReadConfig {
  readonly config: Config;
  readonly failures: readonly Failure[];
  readonly source: ConfigSource | null;
  readonly isTrusted: boolean;
}

interface LiveConfig {
  readonly now: () => ReadConfig;
  readonly reload: EngineContext['reloadConfig'];
}

const openConfig = async (
  options: EngineOptions,
  flake: string,
): Promise<Result<LiveConfig, readonly Failure[]>> => {
  const { world, configFile } = options;
  const place = { flake, ...(configFile === undefined ? {} : { file: configFile }) };
  const asRead = (
    loaded: Result<Config, readonly Failure[]>,
    source: ConfigSource | null,
    isTrusted: boolean,
  ): ReadConfig => ({
    config: loaded.ok ? loaded.value : defaultConfig,
    failures: loaded.ok ? [] : loaded.failure,
    source,
    isTrusted,
  });
  const loaded = await loadChecked(options, place);
  if (!loaded.ok && options.tolerant !== true) return loaded;
  const read = await readConfigSource(world, place);
  const source = read.ok ? read.value : null;
  let now = asRead(loaded, source, await trusts(options, flake, source));
  return success({
    now: () => now,
    reload: async () => {
      const again = await readConfigSource(world, place);
      if (!again.ok || again.value?.text === now.source?.text) return false;
      const file = again.value;
      now = asRead(
        await loadChecked(options, place),
        file,
        file !== null && (await createTrust(world).isTrusted(file.path, file.text)),
      );
      return true;
    },
  });
};

/** The same world, where each command is told, and kept, when it ended, but for quiet ones. */
const tellingCommands = (
  world: World,
  emitter: Emitter,
  keep: (command: CommandRecord) => void,
): World => ({
  ...world,
  exec: async (command, options = {}) => {
    const startedAt = world.clock.now();
    const done = await world.exec(command, options);
    if (options.quiet === true) return done;
    const tookMs = world.clock.now() - startedAt;
    const ran = recordCommand(command, startedAt, tookMs, done, options.does);
    emitter.emitSoon({ type: 'command-ran', command: ran });
    keep(ran);
    return done;
  },
});

/** What is wrong with a file of nixup's own is said once. */
const createTellDamage = (emitter: Emitter): TellDamage => {
  const told = new Set<string>();
  return (_path, text) => {
    if (told.has(text)) return;
    told.add(text);
    emitter.emit({ type: 'noticed', tone: 'warning', text });
  };
};

/** Where somebody is there, hosts that ask for a login are waited for, and that is said. */
const openHosts = (world: World, emitter: Emitter, config: Config, isAttended: boolean): Hosts =>
  createHosts(world, {
    patience: {
      waitMs: isAttended ? config.fleet.loginTimeoutMs : 0,
      tell: (host, text) =>
        emitter.emit({
          type: 'noticed',
          tone: 'warning',
          text: loginWords(host, text),
          isUrgent: true,
        }),
    },
  });

const jobsOf = async (
  world: World,
  { jobs }: Config['fleet'],
  asked: number | undefined,
): Promise<EngineContext['jobs']> => ({
  evaluate: jobs.eval === 'auto' ? await evaluationsAtOnce(world) : jobs.eval,
  probe:
    jobs.probe === 'auto'
      ? { width: probesAtOnce(world.processors), isStrict: false }
      : { width: jobs.probe, isStrict: true },
  build: asked ?? (jobs.build === 'auto' ? 4 : jobs.build),
  copy: asked ?? jobs.copy,
  activate: asked ?? jobs.activate,
});

// Over 60 lines: a line for each part of the context.
/** Finds the flake and reads its config; asks neither Nix nor the network. */
export const openContext = async (
  options: EngineOptions,
): Promise<Result<EngineContext, readonly Failure[]>> => {
  const found = await findFlake(options.world, options.flake);
  if (!found.ok) return failed([found.failure]);
  const flake = found.value;
  const endless = await findEndlessFile(options.world, flake);
  if (endless !== null) return failed([endless]);
  const readsSubmodules = options.readsSubmodules === true;
  const world = readsSubmodules ? readingSubmodules(options.world, flake) : options.world;
  const opened = await openConfig({ ...options, world }, flake);
  if (!opened.ok) return opened;
  const { now, reload } = opened.value;
  const { config } = now();
  const folder = stateFolder(world, flake);
  const emitter = createEmitter(world.clock, options.emit);
  const tellDamage = createTellDamage(emitter);
  const journal = createJournal(world, folder);
  const telling = tellingCommands(world, emitter, (command) => {
    const run = ownRun(options.getState());
    if (run !== null) journal.keepCommand(run, command);
  });
  return success({
    world: telling,
    flake,
    folder,
    get config() {
      return now().config;
    },
    reloadConfig: reload,
    get configFailures() {
      return now().failures;
    },
    get configFile() {
      return now().source?.shown ?? null;
    },
    get isTrusted() {
      return now().isTrusted;
    },
    seenHosts: options.seenHosts,
    jobs: await jobsOf(world, config.fleet, options.jobs),
    settleMs: config.fleet.settleMs,
    pace: createPace(world.clock),
    emitter,
    state: options.getState,
    journal,
    tellDamage,
    records: await openRecords(
      world,
      {
        own: folder,
        shared: await sharedPlace(world, flake),
        isReadOnly: options.readOnly === true,
      },
      tellDamage,
    ),
    fleetMemory: openFleetMemory(world, folder, tellDamage),
    askedForge: createAskedForge(),
    estimates: await openEstimates(world, tellDamage),
    git: createGit(telling, flake, options.terminal ?? null, readsSubmodules),
    nix: createNix(telling),
    hosts: openHosts(telling, emitter, config, options.isAttended === true),
    commits: createCommits(telling),
  });
};
