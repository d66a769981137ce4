import { expect, test } from 'vitest';
import { createOldLines } from '../../../source/engine/run/old-lines.ts';
import { success } from '../../../source/model/result.ts';

/** Files in memory, and what of them was read. */
const filesOf = (texts: Readonly<Record<string, string>>) => {
  const bytes = Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]),
  );
  let read = 0;
  let most = 0;
  return {
    read: () => read,
    most: () => most,
    piece: async (path: string, from: number, count: number) => {
      const piece = bytes[path]?.subarray(from, from + count) ?? Buffer.alloc(0);
      read += piece.length;
      most = Math.max(most, piece.length);
      return success(piece);
    },
  };
};

const linesOf = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index} of the log\n`).join('');

const open = (
  texts: Readonly<Record<string, string>>,
  starts: Readonly<Record<string, number>> = {},
) => {
  const files = filesOf(texts);
  const list = Object.keys(texts).map((path) => ({ path, start: starts[path] ?? 0 }));
  return { files, lines: createOldLines(files, async () => list) };
};

test.each([
  0, 1, 999, 1_000, 1_001, 54_321, 99_999,
])('line %i is read by its number', async (from) => {
  const { lines } = open({ a: linesOf(100_000) });
  const { first, lines: read } = await lines.read(from, 3);
  expect(first).toBe(from);
  expect(read).toEqual(
    [from, from + 1, from + 2]
      .filter((number) => number < 100_000)
      .map((number) => `line ${number} of the log`),
  );
});

test('lines are counted through the files of several runs, from where this nixup began to write', async () => {
  const earlier = 'said by another nixup\n';
  const { lines } = open({ a: earlier + linesOf(10), b: linesOf(10, 10) }, { a: earlier.length });
  expect((await lines.read(8, 4)).lines).toEqual(
    [8, 9, 10, 11].map((number) => `line ${number} of the log`),
  );
  const found = await lines.search('LINE 1', 0, 20);
  expect(found.count).toBe(0);
  expect(await lines.search('line 1', 0, 20)).toMatchObject({
    count: 11,
    numbers: [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  });
});

test('a search stops at the line that it is told, and begins where it is told', async () => {
  const { lines } = open({ a: linesOf(50_000) });
  const found = await lines.search('9 of', 39_990, 40_000);
  expect(found.numbers).toEqual([39_999]);
  expect(found.before).toBe(40_000);
});

test('a file is counted once, and read in small pieces', async () => {
  const text = linesOf(200_000);
  const { lines, files } = open({ a: text });
  await lines.read(0, 10);
  const counted = files.read();
  await lines.read(150_000, 10);
  expect(files.read() - counted).toBeLessThan(600_000);
  expect(files.most()).toBeLessThanOrEqual(256 * 1024);
});

test('of very many hits the newest are kept, and all are counted', async () => {
  const { lines } = open({ a: linesOf(100_000) });
  const found = await lines.search('line', 0, 100_000);
  expect(found.count).toBe(100_000);
  expect(found.numbers).toHaveLength(5_000);
  expect(found.numbers.at(-1)).toBe(99_999);
});

test('a line of a megabyte and bytes that are no text are read, cut and cleaned', async () => {
  const garbage = Buffer.from([0, 27, 91, 50, 74, 255, 254, 7]).toString('latin1');
  const { lines } = open({ a: `short\n${'x'.repeat(1_000_000)}end\n${garbage}\nİstanbul ends\n` });
  const { lines: read } = await lines.read(0, 10);
  expect(read).toHaveLength(4);
  expect(read[1]?.length).toBeLessThan(5_000);
  expect(read[2]).not.toContain('\u001b');
  expect((await lines.search('end', 0, 10)).numbers).toEqual([1, 3]);
});

test('a file that is gone has no lines', async () => {
  const files = { piece: async () => success(Buffer.alloc(0)) };
  const lines = createOldLines(files, async () => [{ path: 'gone', start: 0 }]);
  expect(await lines.read(5, 10)).toEqual({ first: 5, lines: [] });
  expect(await lines.search('x', 0, 10)).toMatchObject({ count: 0 });
});
