import { setTimeout as wait } from 'node:timers/promises';
import { after } from '../../services/world/timer.ts';
import type { Clock } from '../../services/world/world.ts';

/** Time that runs `speed` times as fast as ours, from `start`. */
const createRunningClock = (speed: number, start: number): Clock => {
  const origin = Date.now();
  return {
    after,
    now: () => Math.round(start + (Date.now() - origin) * speed),
    sleep: async (milliseconds, signal) => {
      await wait(milliseconds / speed, undefined, { signal }).catch(() => undefined);
    },
  };
};

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that stands while anything works and jumps to the next sleeper when
 * nothing does: sleeps cost nothing and end in the order of their time.
 */
const createJumpingClock = (start: number): Clock => {
  const sleepers: Sleeper[] = [];
  let now = start;
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled || sleepers.length === 0) return;
    isScheduled = true;
    // After an immediate every promise that could go on has gone on.
    setImmediate(() => {
      isScheduled = false;
      const next = sleepers.shift();
      if (next === undefined) return;
      now = Math.max(now, next.at);
      next.wake();
      schedule();
    });
  };
  return {
    after,
    now: () => Math.round(now),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const end = (): void => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        };
        const sleeper: Sleeper = { at: now + Math.max(0, milliseconds), wake: end };
        const cancel = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          end();
        };
        signal?.addEventListener('abort', cancel, { once: true });
        const later = sleepers.findIndex((other) => other.at > sleeper.at);
        if (later === -1) sleepers.push(sleeper);
        else sleepers.splice(later, 0, sleeper);
        schedule();
      }),
  };
};

/** The clock of the demo. With an infinite speed it is off: time passes only by sleeping. */
export const createDemoClock = (speed: number, start: number): Clock =>
  Number.isFinite(speed) ? createRunningClock(speed, start) : createJumpingClock(start);
