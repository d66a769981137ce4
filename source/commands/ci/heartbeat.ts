import type { Clock } from '../../services/world/world.ts';

/** A log that says nothing for so long gets a line, ms. */
const silenceMs = 15_000;

interface Heartbeat {
  /** Something was said: the silence begins anew. */
  heard(): void;
  stop(): void;
}

/**
 * Says what is waited for as soon as a log was silent for a while, and again as long as it stays so. `words` are
 * asked then; null: there is nothing to say.
 */
export const createHeartbeat = (
  clock: Pick<Clock, 'after'>,
  words: () => string | null,
  tell: (text: string) => void,
): Heartbeat => {
  let stopTimer = (): void => undefined;
  const begin = (): void => {
    stopTimer();
    stopTimer = clock.after(silenceMs, () => {
      const text = words();
      if (text !== null) tell(text);
      begin();
    });
  };
  begin();
  return { heard: begin, stop: () => stopTimer() };
};
