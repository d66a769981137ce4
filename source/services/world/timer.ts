import type { Clock } from './world.ts';

/** By a timer of Node. */
export const after: Clock['after'] = (milliseconds, action) => {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
};

/** Calls it again and again. What this answers ends that. */
export const repeat = (
  clock: Pick<Clock, 'after'>,
  milliseconds: number,
  action: () => void,
): (() => void) => {
  let stop: () => void;
  const arm = (): void => {
    stop = clock.after(milliseconds, () => {
      arm();
      action();
    });
  };
  arm();
  return () => stop();
};

/**
 * Starts that wait for their turn. While Node starts a process nothing else runs, for milliseconds
 * on a busy machine: with one start in a turn of the event loop keys are read in between.
 */
export const createStartGate = (): (() => Promise<void> | undefined) => {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const nextTurn = (): void => {
    const start = waiting.shift();
    isTaken = start !== undefined;
    if (start === undefined) return;
    setImmediate(nextTurn);
    start();
  };
  return () => {
    if (isTaken) return new Promise((resolve) => waiting.push(resolve));
    isTaken = true;
    setImmediate(nextTurn);
    return undefined;
  };
};
