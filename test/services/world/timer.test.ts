import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStartGate, repeat } from '../../../source/services/world/timer.ts';

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

test('the first process starts at once, and each further one in a turn of its own', async () => {
  const startTurn = createStartGate();
  const started: number[] = [];
  const start = async (index: number): Promise<void> => {
    const turn = startTurn();
    if (turn !== undefined) await turn;
    started.push(index);
  };
  const all = Promise.all([0, 1, 2, 3].map(start));
  expect(started).toEqual([0]);
  for (const turns of [
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
  ]) {
    await nextTurn();
    expect(started).toEqual(turns);
  }
  await all;
});

test('after a turn in which nothing waited the next process starts at once', async () => {
  const startTurn = createStartGate();
  expect(startTurn()).toBeUndefined();
  await nextTurn();
  expect(startTurn()).toBeUndefined();
});
