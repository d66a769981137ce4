import { expect, test } from 'vitest';
import { untilCanceled } from '../../../source/engine/run/ending.ts';

test('work that ends is what it came to, and what never ends is left when it is canceled', async () => {
  const stop = new AbortController();
  expect(await untilCanceled(stop.signal, Promise.resolve(7))).toBe(7);
  await expect(untilCanceled(stop.signal, Promise.reject(new Error('no')))).rejects.toThrow('no');
  const left = untilCanceled(stop.signal, new Promise(() => undefined));
  stop.abort();
  expect(await left).toBeNull();
  expect(await untilCanceled(stop.signal, new Promise(() => undefined))).toBeNull();
});
