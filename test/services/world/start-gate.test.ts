import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStartGate } from '../../../source/services/world/start-gate.ts';

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
