import path from 'node:path';
import type { Action } from '../../actions/action.ts';
import { actionTable, nameKeysOf, withKeys } from '../../actions/table.ts';
import { colourTheme, monoTheme } from '../../components/base/theme.ts';
import { type ColourDepth, firstFrame } from '../../components/frame/first-frame.ts';
import { keyProblems } from '../../model/config/key-conflicts.ts';
import type { RememberedFleet } from '../../model/remembered/fleet.ts';
import { plainKeys } from '../../parsers/config/plain-keys.ts';
import { hostNamesCommand } from '../../services/nix/eval-command.ts';
import { type EarlyCommand, startEarly } from '../../services/world/process-early.ts';
import { initialState } from '../../state/state.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { type Endings, followEndings, giveTerminalBack } from './endings.ts';
import { findFlakeNow, mentionsKeys, readLastFacts, readNow } from './last-facts.ts';
import { screenModes } from './modes.ts';

export interface BeginOptions {
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  /** The folder with the flake, or one inside of it. */
  readonly folder: string;
  readonly configFile: string | null;
  /** Nix reads the submodules as well: then it is asked by another command. */
  readonly readsSubmodules: boolean;
  readonly filter: string;
}

/** What the rest of the program goes on with. */
export interface Begun {
  readonly endings: Endings;
  readonly flake: string | null;
  /** What the first frame shows. */
  readonly remembered: RememberedFleet | null;
  /** Nix, asked for the names of the hosts: where nothing is known of the flake. */
  readonly names: EarlyCommand | null;
  /** Takes away what gives the terminal back at the end: the screen does so itself from then on. */
  readonly release: () => void;
}

/** How many colours the terminal draws, as its environment says. */
const depthOf = (stdout: NodeJS.WriteStream): ColourDepth => {
  const depth = stdout.getColorDepth();
  return depth === 24 || depth === 8 || depth === 4 ? depth : 1;
};

/** The actions with the person's own keys; null where these cannot be told before the config is checked. */
const tableOf = (flake: string, configFile: string | null): readonly Action[] | null => {
  const text = readNow(configFile ?? path.join(flake, 'nixup.toml')) ?? '';
  if (!mentionsKeys(text)) return actionTable;
  const own = plainKeys(text);
  if (own === null) return null;
  const isShared = keyProblems(own, actionTable).some(({ kind }) => kind === 'shared');
  return isShared ? actionTable : withKeys(actionTable, own);
};

/**
 * Takes the terminal and draws the first frame. Built as a file of its own that is loaded before
 * all else: nothing heavy may be imported here, and nothing is waited for.
 */
export const beginScreen = (options: BeginOptions): Begun => {
  const { demo, readOnly, ascii, filter } = options;
  const { stdout, stdin } = process;
  const endings = followEndings();
  process.on('exit', giveTerminalBack);
  // Before the first frame, so that what is typed meanwhile is kept for the screen and not echoed over it.
  if (stdin.isTTY) stdin.setRawMode(true);
  const flake = demo ? null : findFlakeNow(options.folder);
  const now = Date.now();
  const remembered = flake === null ? null : readLastFacts(flake, now);
  keepHeapSmall(remembered?.hosts.length ?? 0);
  const table = flake === null ? actionTable : tableOf(flake, options.configFile);
  nameKeysOf(table ?? actionTable);
  const frame = firstFrame(
    { ...initialState, demo, readOnly, remembered },
    { columns: stdout.columns, rows: stdout.rows, now },
    {
      theme: (process.env['NO_COLOR'] ?? '') === '' ? colourTheme : monoTheme,
      ascii,
      depth: depthOf(stdout),
      table,
      filter,
    },
  );
  stdout.write(`${screenModes}${frame}`);
  return {
    endings,
    flake,
    remembered,
    names:
      flake === null || remembered !== null || options.readsSubmodules
        ? null
        : startEarly(hostNamesCommand(flake)),
    release: () => process.off('exit', giveTerminalBack),
  };
};
