import { toAscii } from '../../screen/glyphs.ts';
import { type WindowProgress, windowProgress, windowTitle } from '../../screen/window-words.ts';
import type { AppStore } from '../../store.ts';

const opening = '\u001b';
const end = `${opening}\\`;

/** The title is put on the terminal's own stack of titles, and taken from there (xterm, ctlseqs, CSI 22 ; 2 t). */
const keepTitle = `${opening}[22;2t`;
const titleBack = `${opening}[23;2t`;

/** ConEmu's OSC 9;4: state and percent; 0 takes it away. */
const progressSequence = (progress: WindowProgress): string => {
  const state = { none: 0, part: 1, failed: 2, unknown: 3, paused: 4 } as const;
  const percent = 'percent' in progress ? progress.percent : 0;
  return `${opening}]9;4;${state[progress.kind]};${percent}${end}`;
};

const isSame = (one: WindowProgress, other: WindowProgress): boolean =>
  progressSequence(one) === progressSequence(other);

const none: WindowProgress = { kind: 'none' };

/** What the terminal shows of nixup outside of the screen: the title of its window, and a bar. */
interface Announcer {
  /** Says what is true now; nothing where that was said already. */
  update(): void;
  /** What takes it all away: written before another program gets the terminal, and at every end. */
  takeAway(): string;
}

export const createAnnouncer = (
  store: AppStore,
  write: (sequence: string) => void,
  wanted: { readonly title: boolean; readonly progress: boolean; readonly ascii: boolean },
): Announcer => {
  let title: string | null = null;
  let progress: WindowProgress = none;
  return {
    update: () => {
      const { app } = store.getState();
      let sequence = '';
      const words = windowTitle(app);
      const nowTitle = wanted.ascii ? toAscii(words) : words;
      if (wanted.title && nowTitle !== title) {
        sequence += `${title === null ? keepTitle : ''}${opening}]2;${nowTitle}${end}`;
        title = nowTitle;
      }
      const nowProgress = windowProgress(app);
      if (wanted.progress && !isSame(nowProgress, progress)) {
        sequence += progressSequence(nowProgress);
        progress = nowProgress;
      }
      if (sequence !== '') write(sequence);
    },
    takeAway: () => {
      const sequence = `${title === null ? '' : titleBack}${isSame(progress, none) ? '' : progressSequence(none)}`;
      title = null;
      progress = none;
      return sequence;
    },
  };
};
