import type { FramePace } from '../../store.ts';

/** Facts are drawn at most this often, ms. */
const frameMs = 50;

/** A frame may take one part of the time in so many: the rest is for keys, and for reading what comes. */
const share = 5;

/**
 * Draws facts in frames: the first one soon, further ones after a pause that grows with what a
 * frame costs. No timer is left when nothing waits.
 */
export const createFramePace = (now: () => number = () => performance.now()): FramePace => {
  let isDue = false;
  let next = 0;
  return (tell) => {
    if (isDue) return;
    isDue = true;
    setTimeout(
      () => {
        isDue = false;
        const began = now();
        tell();
        // React draws after this callback, before the next turn of the event loop.
        setImmediate(() => {
          next = began + Math.max(frameMs, (now() - began) * share);
        });
        next = began + frameMs;
      },
      Math.max(0, next - now()),
    );
  };
};
