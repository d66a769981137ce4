import type { Action } from '../../actions/action.ts';
import {
  changesByFacts,
  changesByKeys,
  whereKeysAre,
  wholeScreen,
} from '../../components/spoken/changes.ts';
import { toAscii } from '../../screen/glyphs.ts';
import type { AppStore } from '../../store.ts';
import type { Drawing } from './repaint.ts';

/** What has happened is said together after so long, ms: a fleet answers faster than anybody speaks. */
const pauseMs = 700;

interface SpeakerParts {
  readonly store: AppStore;
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly table: readonly Action[];
  readonly ascii: boolean;
  /** Whether another program has the terminal: then nothing is written. */
  readonly isHandedOver: () => boolean;
}

/**
 * Says the screen in lines that follow each other, where others draw it; nothing is written over. (What Ink has for screen
 * readers writes the whole screen again after each change, so that a reader begins anew with every key.)
 */
interface Speaker extends Drawing {
  waitUntilExit(): Promise<unknown>;
}

export const createSpeaker = ({
  store,
  stdout,
  table,
  ascii,
  isHandedOver,
}: SpeakerParts): Speaker => {
  let byKeys = store.getState();
  let byFacts = byKeys;
  let isAnswered = true;
  let timer: NodeJS.Timeout | undefined;
  let ended: () => void = () => undefined;
  const exit = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const say = (lines: readonly string[]): boolean => {
    const told = lines.filter((line) => line !== '');
    if (told.length === 0 || isHandedOver()) return false;
    stdout.write(told.map((line) => `${ascii ? toAscii(line) : line}\n`).join(''));
    return true;
  };
  const sayFacts = (): void => {
    timer = undefined;
    const now = store.getState();
    const lines = changesByFacts(byFacts, now);
    byFacts = now;
    say(lines);
  };
  const sayKeys = (): void => {
    const now = store.getState();
    const before = byKeys;
    byKeys = now;
    if (say(changesByKeys(before, now, table))) isAnswered = true;
  };
  const stop = store.subscribe(() => {
    sayKeys();
    timer ??= setTimeout(sayFacts, pauseMs);
  });
  say(wholeScreen(byKeys, table));
  return {
    waitUntilExit: () => exit,
    beforeKeys: () => {
      isAnswered = false;
    },
    // Called after each key: one that has changed nothing is answered by where it was pressed.
    waitUntilRenderFlush: async () => {
      if (!isAnswered) say([whereKeysAre(store.getState(), table)]);
      isAnswered = true;
    },
    clear: () => {
      if (say(wholeScreen(store.getState(), table))) isAnswered = true;
    },
    unmount: () => {
      stop();
      clearTimeout(timer);
      sayFacts();
      ended();
    },
  };
};
