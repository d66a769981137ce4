import path from 'node:path';
import type { Action } from '../../actions/action.ts';
import { actionTable, nameKeysOf, withKeys } from '../../actions/table.ts';
import { themeOf } from '../../components/base/theme.ts';
import { firstFrame } from '../../components/frame/first-frame.ts';
import { keyProblems } from '../../model/config/key-conflicts.ts';
import type { RememberedFleet } from '../../model/remembered/fleet.ts';
import { plainKeys } from '../../parsers/config/plain-keys.ts';
import { hostNamesCommand } from '../../services/nix/eval-command.ts';
import { type EarlyCommand, startEarly } from '../../services/world/process-early.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import { initialState } from '../../state/state.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { lookOf, type ScreenLook } from '../terminal/look.ts';
import { screenModes, spokenModes } from '../terminal/modes.ts';
import { colourQuestions, coloursFile, earlierColours } from '../terminal/own-colours.ts';
import { type Endings, followEndings, giveTerminalBack } from './endings.ts';
import { findFlakeNow, mentionsKeys, readLastFacts, readNow } from './last-facts.ts';

export interface BeginOptions {
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  /** `--screen-reader` */
  readonly reader: boolean;
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
  readonly look: ScreenLook;
  /** When the terminal was asked for its colours; null where it was not. */
  readonly askedAt: number | null;
  /** What the first frame shows. */
  readonly remembered: RememberedFleet | null;
  /** Nix, asked for the names of the hosts: where nothing is known of the flake. */
  readonly names: EarlyCommand | null;
  /** Takes away what gives the terminal back at the end: the screen does so itself from then on. */
  readonly release: () => void;
}

/** The actions with the person's own keys; null where these cannot be told before the config is checked. */
const tableOf = (text: string): readonly Action[] | null => {
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
  const { demo, readOnly, filter } = options;
  const { stdout, stdin } = process;
  const endings = followEndings();
  let isSpoken = false;
  const giveBack = (): void => giveTerminalBack('', isSpoken);
  process.on('exit', giveBack);
  // Before the first frame, so that what is typed meanwhile is kept for the screen and not echoed over it.
  if (stdin.isTTY) stdin.setRawMode(true);
  const flake = demo ? null : findFlakeNow(options.folder);
  const now = Date.now();
  const remembered = flake === null ? null : readLastFacts(flake, now);
  // A first start waits for them, and the frame is drawn meanwhile.
  const names =
    flake === null || remembered !== null || options.readsSubmodules
      ? null
      : startEarly(hostNamesCommand(flake));
  keepHeapSmall(remembered?.hosts.length ?? 0);
  const config =
    flake === null ? null : readNow(options.configFile ?? path.join(flake, 'nixup.toml'));
  const look = lookOf({
    environment: process.env,
    bits: stdout.getColorDepth(),
    ascii: options.ascii,
    reader: options.reader,
    config,
    earlier: earlierColours(readNow(coloursFile(findFolders().state)), process.env),
  });
  isSpoken = look.reader;
  const table = config === null ? actionTable : tableOf(config);
  nameKeysOf(table ?? actionTable);
  const frame = (): string =>
    firstFrame(
      { ...initialState, demo, readOnly, remembered },
      { columns: stdout.columns, rows: stdout.rows, now },
      {
        theme: themeOf(look.theme, look.depth, look, look.toldDark),
        ascii: look.ascii,
        // What it has of links comes with the frame that Ink draws.
        links: null,
        table,
        filter,
      },
    );
  // What it answers waits for the screen, as keys do.
  const isAsked = look.strings && look.depth > 4;
  stdout.write(
    look.reader ? spokenModes : `${screenModes}${frame()}${isAsked ? colourQuestions : ''}`,
  );
  return {
    endings,
    flake,
    look,
    askedAt: isAsked ? now : null,
    remembered,
    names,
    release: () => process.off('exit', giveBack),
  };
};
