import { expect, test } from 'vitest';
import { readBody } from '../../../source/services/world/http-direct.ts';

const mebibyte = 1024 * 1024;

const partsOf = (count: number, bytes = mebibyte): readonly Uint8Array[] =>
  Array.from({ length: count }, () => new Uint8Array(bytes).fill(97));

async function* streamed(parts: Iterable<Uint8Array>, onEnd = (): void => undefined) {
  try {
    for (const part of parts) yield await Promise.resolve(part);
  } finally {
    onEnd();
  }
}

const limits = {
  mostBytes: 4 * mebibyte,
  turn: async <Value>(read: () => Promise<Value>): Promise<Value> => await read(),
};

const held = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

test('a body is whole up to its limit, also where a character lies in two parts', async () => {
  const bytes = new TextEncoder().encode('so — it ends');
  const parts = [bytes.slice(0, 4), bytes.slice(4)];
  expect(await readBody(streamed(parts), 0, limits)).toEqual({ body: 'so — it ends' });
  const whole = await readBody(streamed(partsOf(4)), 0, limits);
  expect(whole).toEqual({ body: 'a'.repeat(4 * mebibyte) });
});

test('of a body that is cut the begin is kept, and the memory of the rest is given back at once', async () => {
  const parts = partsOf(20);
  let hasEnded = false;
  const read = await readBody(
    streamed(parts, () => {
      hasEnded = true;
    }),
    0,
    limits,
  );
  expect(read).toEqual({ body: 'a'.repeat(mebibyte), isCut: true });
  expect(hasEnded).toBe(true);
  expect(held(parts.slice(0, 5))).toBe(0);
});

test('the memory of a part that lies together with another one stays', async () => {
  const both = new Uint8Array(2 * mebibyte).fill(97);
  const parts = [both.subarray(0, mebibyte), both.subarray(mebibyte), ...partsOf(4)];
  await readBody(streamed(parts), 0, limits);
  expect(both.buffer.byteLength).toBe(2 * mebibyte);
});

test('of a body that says beforehand that it is too long only the begin is read', async () => {
  const parts = partsOf(20);
  const read = await readBody(streamed(parts), 20 * mebibyte, limits);
  expect(read).toEqual({ body: 'a'.repeat(mebibyte), isCut: true });
  expect(held(parts)).toBe(18 * mebibyte);
});

test('long bodies wait for a turn, short ones do not', async () => {
  const asked: string[] = [];
  const turn = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    asked.push('turn');
    return await read();
  };
  await readBody(streamed(partsOf(1)), 0, { ...limits, turn });
  expect(asked).toEqual([]);
  await readBody(streamed(partsOf(3)), 0, { ...limits, turn });
  expect(asked).toEqual(['turn']);
});
