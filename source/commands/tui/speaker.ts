import type { Action } from '../../actions/action.ts';
import { changesByKeys, whereKeysAre, wholeScreen } from '../../components/spoken/changes.ts';
import { changesByFacts, heardSoFar, progressWords } from '../../components/spoken/facts.ts';
import { logByFacts } from '../../components/spoken/log.ts';
import { toAscii } from '../../screen/glyphs.ts';
import type { AppStore, ScreenState } from '../../store.ts';
import type { Drawing } from './repaint.ts';

/** What has happened is said together after so long, ms: a fleet answers faster than anybody speaks. */
const pauseMs = 700;

/** Lines of a log that is followed come at most so often, ms. */
const logPauseMs = 3_000;

/** How far a run has come is told at most so often, ms. */
const progressPauseMs = 20_000;

/** A key whose answer comes a little later is answered by that alone, ms. */
const answerMs = 150;

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

/** What is said some time after the store has changed, once for all changes until then. */
interface Later {
  begin(): void;
  /** Says at once what is not said yet. */
  end(): void;
}

const later = (ms: number, say: () => void): Later => {
  let timer: NodeJS.Timeout | undefined;
  const now = (): void => {
    timer = undefined;
    say();
  };
  return {
    begin: () => {
      timer ??= setTimeout(now, ms);
    },
    end: () => {
      clearTimeout(timer);
      if (timer !== undefined) now();
    },
  };
};

/** What happens by itself, each kind at its own rate. */
const followFacts = (
  getState: () => ScreenState,
  say: (lines: readonly string[]) => boolean,
): readonly Later[] => {
  let heard = heardSoFar(getState());
  let logged = getState();
  let progress = progressWords(logged.app);
  return [
    later(pauseMs, () => {
      const changes = changesByFacts(heard, getState());
      heard = changes.heard;
      say(changes.lines);
    }),
    later(logPauseMs, () => {
      const before = logged;
      logged = getState();
      say(logByFacts(before, logged));
    }),
    later(progressPauseMs, () => {
      const before = progress;
      progress = progressWords(getState().app);
      if (progress !== null && progress !== before) say([progress]);
    }),
  ];
};

export const createSpeaker = ({
  store,
  stdout,
  table,
  ascii,
  isHandedOver,
}: SpeakerParts): Speaker => {
  const { getState } = store;
  let byKeys = getState();
  let isAnswered = true;
  let answer: NodeJS.Timeout | undefined;
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
  const sayKeys = (): void => {
    const now = getState();
    const before = byKeys;
    byKeys = now;
    if (say(changesByKeys(before, now, table))) isAnswered = true;
  };
  const facts = followFacts(getState, say);
  const stop = store.subscribe(() => {
    sayKeys();
    for (const one of facts) one.begin();
  });
  say(wholeScreen(byKeys, table));
  return {
    waitUntilExit: () => exit,
    beforeKeys: () => {
      isAnswered = false;
    },
    // Called after each key: one that has changed nothing is answered by where it was pressed.
    waitUntilRenderFlush: async () => {
      if (isAnswered) return;
      answer ??= setTimeout(() => {
        answer = undefined;
        if (!isAnswered) say([whereKeysAre(getState(), table)]);
        isAnswered = true;
      }, answerMs);
    },
    clear: () => {
      if (say(wholeScreen(getState(), table))) isAnswered = true;
    },
    unmount: () => {
      stop();
      clearTimeout(answer);
      for (const one of facts) one.end();
      ended();
    },
  };
};
