import { expect, test } from 'vitest';
import { repeat } from '../../../source/services/world/timer.ts';

/** Timers that ring when they are told to. */
const timers = () => {
  const waiting: (() => void)[] = [];
  return {
    clock: {
      after: (_ms: number, action: () => void) => {
        waiting.push(action);
        return () => void waiting.splice(waiting.indexOf(action), 1);
      },
    },
    ring: () => waiting.shift()?.(),
    waiting,
  };
};

test('what is repeated is called until it is ended, also by itself', () => {
  const { clock, ring, waiting } = timers();
  let calls = 0;
  const stop = repeat(clock, 10, () => {
    calls += 1;
    if (calls === 3) stop();
  });
  ring();
  ring();
  expect(calls).toBe(2);
  ring();
  expect(calls).toBe(3);
  expect(waiting).toEqual([]);
});
