import type { FramePace } from '../../store.ts';

/** Facts are drawn at most this often, and what moves by itself with them, ms. */
const frameMs = 100;

/** A frame may take one part of the time in so many: the rest is for keys, and for reading what comes. */
const share = 10;

/** The longest pause, ms: a start on a busy machine has frames that cost much, and what comes then is waited for. */
const longestMs = 500;

/**
 * The same while the program starts, and how long that is, ms: the first frames cost most, as nothing
 * of them ran before, and somebody waits for what they show.
 */
const starting = { longestMs: 150, forMs: 3_000 };

interface Frames {
  /** For facts: the first frame soon, further ones after a pause that grows with what a frame costs. */
  readonly pace: FramePace;
  /** Draws at once, as for a key; facts wait their pause from then on. */
  readonly draw: (tell: () => void) => void;
  /** How long what moves by itself may rest between two frames, ms: longer where they cost much. */
  readonly restMs: (usual: number) => number;
}

/** Paces the frames of the screen by what they cost. No timer is left when nothing waits. */
export const createFrames = (now: () => number = () => performance.now()): Frames => {
  let isDue = false;
  let next = 0;
  let cost = 0;
  const startedAt = now();
  const longest = (): number =>
    now() - startedAt < starting.forMs ? starting.longestMs : longestMs;
  const draw = (tell: () => void): void => {
    const began = now();
    tell();
    next = began + frameMs;
    // React draws after this callback, before the next turn of the event loop.
    setImmediate(() => {
      cost = now() - began;
      next = began + Math.min(longest(), Math.max(frameMs, cost * share));
    });
  };
  const pace: FramePace = (tell) => {
    if (isDue) return;
    isDue = true;
    const wait = (): void => {
      // Another frame told the facts meanwhile, or the pause was made longer.
      const left = next - now();
      if (left > 0) {
        setTimeout(wait, left);
        return;
      }
      isDue = false;
      draw(tell);
    };
    setTimeout(wait, Math.max(0, next - now()));
  };
  return { pace, draw, restMs: (usual) => Math.max(usual, Math.min(longest(), cost * share)) };
};
