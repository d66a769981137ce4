import { TerminalInput } from '../../parsers/terminal/input.ts';
import type { InputEvent } from '../../parsers/terminal/typed-or-pasted.ts';

/** The keyboard while nixup has the terminal. */
export interface ScreenInput {
  start(): void;
  /** Makes the terminal raw again, after nixup was stopped without being told. */
  reclaim(): void;
  /**
   * Resolves when nothing is read any more: what is typed from then on belongs to another program.
   */
  stop(): Promise<void>;
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

interface InputListeners {
  /** Somebody is there: a key, a click, or the window has the focus again. */
  readonly onRead?: () => void;
  readonly onEvents: (events: readonly InputEvent[]) => void;
  /** There is nothing more to read: the terminal is gone. */
  readonly onEnd: () => void;
}

/** Reads keys and pastes from the terminal, which is raw meanwhile. */
export const createScreenInput = (
  stdin: NodeJS.ReadStream,
  { onRead, onEvents, onEnd }: InputListeners,
): ScreenInput => {
  const input = new TerminalInput();
  let timer: NodeJS.Timeout | null = null;
  let reads = 0;
  const hand = (events: readonly InputEvent[]): void => {
    if (timer !== null) clearTimeout(timer);
    const { patienceMs } = input;
    timer = patienceMs === null ? null : setTimeout(settle, patienceMs);
    if (events.length > 0) onEvents(events);
  };
  const settle = (): void => {
    const before = reads;
    // Where the program was busy for long, the rest may have arrived and not been read yet.
    setImmediate(() => {
      if (reads === before) hand(input.settle());
    });
  };
  const read = (data: Buffer | string): void => {
    reads += 1;
    onRead?.();
    hand(input.push(typeof data === 'string' ? Buffer.from(data) : data));
  };
  return {
    start: () => {
      stdin.setRawMode(true);
      stdin.ref();
      stdin.on('data', read);
      stdin.on('end', onEnd);
      stdin.resume();
    },
    reclaim: () => {
      // Node changes nothing where it holds the terminal for raw.
      stdin.setRawMode(false);
      stdin.setRawMode(true);
    },
    stop: async () => {
      reads += 1;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      input.reset();
      stdin.off('data', read);
      stdin.off('end', onEnd);
      // Node reads on until its next turn: another program would lose keys to us.
      stdin.pause();
      stdin.setRawMode(false);
      stdin.unref();
      await nextTurn();
    },
  };
};
