import path from 'node:path';
import { actionTable, withKeys } from '../../actions/table.ts';
import { colourTheme, monoTheme } from '../../components/base/theme.ts';
import { type ColourDepth, firstFrame } from '../../components/frame/first-frame.ts';
import { tagOf } from '../../model/config/host-tags.ts';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { initialState } from '../../state/state.ts';
import type { GlobalFlags } from '../arguments/invocation.ts';
import { findSharedKeys } from '../arguments/shared-keys.ts';
import { followEndings, giveTerminalBack } from './guards.ts';
import { readLastFacts } from './last-facts.ts';
import type { Loaded } from './loaded.ts';
import { screenModes } from './modes.ts';
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

/** How many colours the terminal draws, as its environment says. */
const depthOf = (stdout: NodeJS.WriteStream): ColourDepth => {
  const depth = stdout.getColorDepth();
  return depth === 24 || depth === 8 || depth === 4 ? depth : 1;
};

/** World and engine, which the first frame does not wait for. */
const load = async (
  link: ScreenLink,
  { demo, flags }: { readonly demo: boolean; readonly flags: GlobalFlags | null },
): Promise<Loaded> => {
  const argument = readFlakeArgument(flags?.flake ?? '.');
  const [{ createEngine }, world] = await Promise.all([
    import('../../engine/engine.ts'),
    demo
      ? import('../../demo/world.ts').then(({ createDemoWorld }) => createDemoWorld())
      : import('../../services/world/process-world.ts').then(({ createProcessWorld }) =>
          createProcessWorld(),
        ),
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
  });
  return { world, engine };
};

/**
 * Opens the screen. `flags` is null where the command line has none: then it
 * need not be read. Answers the exit status.
 */
export const openScreen = async ({
  demo,
  flags,
}: {
  readonly demo: boolean;
  readonly flags: GlobalFlags | null;
}): Promise<number> => {
  const argument = readFlakeArgument(flags?.flake ?? '.');
  const ascii = flags?.ascii === true;
  const readOnly = flags?.readOnly === true;
  const noColor = (process.env['NO_COLOR'] ?? '') !== '';
  const { stdout } = process;
  const keys = demo
    ? undefined
    : await readOwnKeys(
        path.resolve(argument.folder),
        flags?.config == null ? null : path.resolve(flags.config),
      );
  const table = keys === undefined ? actionTable : withKeys(actionTable, keys);
  const endings = followEndings();
  process.on('exit', giveTerminalBack);
  try {
    // Before the first frame, so that what is typed meanwhile is kept for the screen and not echoed over it.
    if (process.stdin.isTTY) process.stdin.setRawMode(true);
    const remembered = demo ? null : readLastFacts(path.resolve(argument.folder), Date.now());
    const first = firstFrame(
      { ...initialState, demo, readOnly, remembered },
      { columns: stdout.columns, rows: stdout.rows, now: Date.now() },
      {
        theme: noColor ? monoTheme : colourTheme,
        ascii,
        depth: depthOf(stdout),
        table,
      },
    );
    stdout.write(`${screenModes}${first}`);
    const { runScreen } = await withoutFetch(() => import('./tui.tsx'));
    // From here on the screen gives it back itself.
    process.off('exit', giveTerminalBack);
    return await runScreen({
      endings,
      ascii,
      noColor,
      demo,
      readOnly,
      remembered,
      ...(keys === undefined ? {} : { keys }),
      filter: fleetFilter(flags?.on ?? []),
      load: (link) => load(link, { demo, flags }),
    });
  } catch (error) {
    giveTerminalBack();
    throw error;
  } finally {
    process.off('exit', giveTerminalBack);
    endings.release();
  }
};
