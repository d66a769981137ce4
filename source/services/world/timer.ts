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
