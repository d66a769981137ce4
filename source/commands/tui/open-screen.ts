import path from 'node:path';
import { tagOf } from '../../model/config/host-tags.ts';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import type { RememberedFleet } from '../../model/remembered/fleet.ts';
import { readNames } from '../../parsers/kept/remembered.ts';
import { adoptEarly, type EarlyCommand } from '../../services/world/process-early.ts';
import type { GlobalFlags } from '../arguments/invocation.ts';
import { findSharedKeys } from '../arguments/shared-keys.ts';
import { type BeginOptions, type Begun, beginScreen } from './begin.ts';
import { giveTerminalBack } from './endings.ts';
import type { Loaded } from './loaded.ts';
import { readOwnKeys } from './own-keys.ts';
import type { ScreenLink } from './tui.tsx';

/** Ink's layout engine reads itself faster where it finds no `fetch`: 6 instead of 40 ms. */
const withoutFetch = async <Value>(load: () => Promise<Value>): Promise<Value> => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return await load();
  } finally {
    if (kept !== undefined) Object.defineProperty(globalThis, 'fetch', kept);
  }
};

/** The filter text that corresponds to `--on a,b`: hosts with any of these tags. */
const fleetFilter = (on: readonly string[]): string =>
  on.map((word) => `@${tagOf(word)}`).join(',');

/** World and engine, which the first frame does not wait for. */
const load = async (
  link: ScreenLink,
  {
    demo,
    flags,
    names,
  }: {
    readonly demo: boolean;
    readonly flags: GlobalFlags | null;
    readonly names: EarlyCommand | null;
  },
): Promise<Loaded> => {
  const argument = readFlakeArgument(flags?.flake ?? '.');
  const [{ createEngine }, world] = await Promise.all([
    import('../../engine/engine.ts'),
    demo
      ? import('../../demo/world.ts').then(({ createDemoWorld }) => createDemoWorld())
      : import('../../services/world/process-world.ts').then(({ createProcessWorld }) => {
          const found = createProcessWorld();
          return { ...found, exec: adoptEarly(found.exec, names) };
        }),
  ]);
  const engine = await createEngine({
    world,
    flake: path.resolve(world.workingFolder, argument.folder),
    readsSubmodules: argument.readsSubmodules,
    configFile: flags?.config == null ? undefined : path.resolve(world.workingFolder, flags.config),
    readOnly: flags?.readOnly === true,
    trust: flags?.trust === true,
    tolerant: true,
    isAttended: true,
    findSharedKeys,
    jobs: flags?.jobs ?? undefined,
    terminal: link.terminal,
    emit: link.emit,
    getState: link.getState,
    seenHosts: link.seenHosts,
  });
  return { world, engine };
};

/** What the first frame is told by the command line. */
const beginOptions = (demo: boolean, flags: GlobalFlags | null): BeginOptions => {
  const argument = readFlakeArgument(flags?.flake ?? '.');
  return {
    demo,
    readOnly: flags?.readOnly === true,
    ascii: flags?.ascii === true,
    reader: flags?.screenReader === true,
    folder: path.resolve(argument.folder),
    configFile: flags?.config == null ? null : path.resolve(flags.config),
    readsSubmodules: argument.readsSubmodules,
    filter: fleetFilter(flags?.on ?? []),
  };
};

/** The hosts by their names, as soon as Nix has told those: the engine takes longer to be read. */
const namedSoon = async ({
  flake,
  names,
}: Pick<Begun, 'flake' | 'names'>): Promise<RememberedFleet | null> => {
  const ending = await names?.ended;
  return flake === null || ending?.exitCode !== 0
    ? null
    : readNames(ending.stdout, flake, Date.now());
};

/**
 * Opens the screen. `flags` is null where the command line has none: then it
 * need not be read. Answers the exit status. `begun`: where the first frame was drawn already.
 */
export const openScreen = async ({
  demo,
  flags,
  begun,
}: {
  readonly demo: boolean;
  readonly flags: GlobalFlags | null;
  readonly begun?: Begun | null;
}): Promise<number> => {
  const options = beginOptions(demo, flags);
  const { endings, flake, look, askedAt, remembered, names, release } =
    begun ?? beginScreen(options);
  try {
    const keys = demo ? undefined : await readOwnKeys(options.folder, options.configFile);
    const { runScreen } = await withoutFetch(() => import('./tui.tsx'));
    // From here on the screen gives it back itself.
    release();
    return await runScreen({
      endings,
      look,
      askedAt,
      demo,
      readOnly: options.readOnly,
      remembered,
      named: namedSoon({ flake, names }),
      ...(keys === undefined ? {} : { keys }),
      filter: options.filter,
      load: (link) => load(link, { demo, flags, names }),
    });
  } catch (error) {
    giveTerminalBack('', look.reader);
    throw error;
  } finally {
    // Where the screen was left before it asked for them.
    names?.stop();
    release();
    endings.release();
  }
};
