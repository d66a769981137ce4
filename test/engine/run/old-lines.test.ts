import { expect, test } from 'vitest';
import { createOldLines } from '../../../source/engine/run/old-lines.ts';
import { failed, success } from '../../../source/model/result.ts';
import { stampedLine } from '../../../source/model/words/log.ts';

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
  const found = await lines.search({ search: 'LINE 1', level: 'all' }, 0, 20);
  expect(found?.count).toBe(0);
  expect(await lines.search({ search: 'line 1', level: 'all' }, 0, 20)).toMatchObject({
    count: 11,
    numbers: [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  });
});

test('a search stops at the line that it is told, and begins where it is told', async () => {
  const { lines } = open({ a: linesOf(50_000) });
  const found = await lines.search({ search: '9 of', level: 'all' }, 39_990, 40_000);
  expect(found?.numbers).toEqual([39_999]);
  expect(found?.before).toBe(40_000);
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
  const found = await lines.search({ search: 'line', level: 'all' }, 0, 100_000);
  expect(found?.count).toBe(100_000);
  expect(found?.numbers).toHaveLength(5_000);
  expect(found?.numbers.at(-1)).toBe(99_999);
});

test('a line of a megabyte and bytes that are no text are read, cut and cleaned', async () => {
  const garbage = Buffer.from([0, 27, 91, 50, 74, 255, 254, 7]).toString('latin1');
  const { lines } = open({ a: `short\n${'x'.repeat(1_000_000)}end\n${garbage}\nİstanbul ends\n` });
  const { lines: read } = await lines.read(0, 10);
  expect(read).toHaveLength(4);
  expect(read[1]?.length).toBeLessThan(5_000);
  expect(read[2]).not.toContain('\u001b');
  expect((await lines.search({ search: 'end', level: 'all' }, 0, 10))?.numbers).toEqual([1, 3]);
});

test('a file that is gone has no lines', async () => {
  const files = { piece: async () => success(Buffer.alloc(0)) };
  const lines = createOldLines(files, async () => [{ path: 'gone', start: 0 }]);
  expect(await lines.read(5, 10)).toEqual({ first: 5, lines: [], times: [] });
  expect(await lines.search({ search: 'x', level: 'all' }, 0, 10)).toMatchObject({ count: 0 });
});

/** A file as nixup writes it: two lines each second from noon on. */
const stamped = (count: number): string =>
  `${Array.from({ length: count }, (_, index) => {
    const at = Date.parse('2026-11-29T12:00:00Z') + Math.floor(index / 2) * 1_000;
    return stampedLine(at, index % 10 === 0 ? `error: no ${index}` : `line ${index}`);
  }).join('\n')}\n`;

test('lines of a file are read with their times, and the time is no part of what is searched', async () => {
  const { lines } = open({ a: `of an earlier version\n${stamped(4_000)}` });
  const read = await lines.read(0, 3);
  expect(read.lines).toEqual(['of an earlier version', 'error: no 0', 'line 1']);
  expect(read.times).toEqual([
    null,
    Date.parse('2026-11-29T12:00:00Z'),
    Date.parse('2026-11-29T12:00:00Z'),
  ]);
  expect(await lines.search({ search: '2026', level: 'all' }, 0, 4_001)).toMatchObject({
    count: 1,
    numbers: [2_027],
  });
});

test('lines of a level are found among those of the disk', async () => {
  const { lines } = open({ a: stamped(4_000) });
  const found = await lines.search({ search: '', level: 'error' }, 0, 4_000);
  expect(found?.count).toBe(400);
  expect(found?.numbers.slice(0, 2)).toEqual([0, 10]);
  expect(await lines.search({ search: '99', level: 'error' }, 0, 4_000)).toMatchObject({
    numbers: [990, 1_990, 2_990, 3_990],
  });
});

test('the first line since a moment is found; that behind the last where nothing was said since', async () => {
  const { lines } = open({ a: stamped(4_000), b: stamped(10) });
  expect(await lines.firstSince(Date.parse('2026-11-29T12:10:00.500Z'))).toBe(1_200);
  expect(await lines.firstSince(Date.parse('2026-11-30T00:00:00Z'))).toBe(4_010);
  expect(await lines.firstSince(0)).toBe(0);
});

test('a search that nobody waits for ends with its piece', async () => {
  const { lines, files } = open({ a: linesOf(200_000) });
  await lines.read(0, 1);
  const before = files.read();
  const found = await lines.search({ search: 'nowhere', level: 'all' }, 0, 200_000, () => false);
  expect(found).toBeNull();
  expect(files.read() - before).toBeLessThan(600_000);
});

const gone = '(this line cannot be read: its file was removed or made shorter)';

/** A log whose file may change. */
const changing = (text: string) => {
  const state: { bytes: Buffer | null } = { bytes: Buffer.from(text) };
  const lines = createOldLines(
    {
      piece: async (path, from, count) =>
        state.bytes === null
          ? failed({
              code: 'file-failed',
              operation: 'read',
              path,
              detail: 'there is no such file',
            })
          : success(state.bytes.subarray(from, from + count)),
    },
    async () => [{ path: 'a', start: 0 }],
  );
  return { state, lines };
};

test('lines of a file that was removed are told as gone, and those that come keep their numbers', async () => {
  const { state, lines } = changing(linesOf(1_500));
  expect((await lines.read(0, 1)).lines).toEqual(['line 0 of the log']);
  state.bytes = null;
  expect((await lines.read(1_498, 5)).lines).toEqual([gone, gone]);
  expect(await lines.search({ search: 'line 1', level: 'all' }, 0, 1_500)).toMatchObject({
    count: 0,
  });
  state.bytes = Buffer.from(linesOf(1_200, 1_500));
  const { lines: read, times } = await lines.read(1_499, 3);
  expect(read).toEqual([gone, 'line 1500 of the log', 'line 1501 of the log']);
  expect(times).toHaveLength(3);
  expect((await lines.read(2_698, 5)).lines).toEqual([
    'line 2698 of the log',
    'line 2699 of the log',
  ]);
  expect(await lines.search({ search: 'line 2699', level: 'all' }, 0, 2_700)).toMatchObject({
    numbers: [2_699],
  });
});

test('of a file that was made shorter no half line is shown, and what is added is', async () => {
  const { state, lines } = changing(linesOf(10));
  await lines.read(0, 1);
  state.bytes = Buffer.from(linesOf(10).slice(0, 40));
  expect((await lines.read(0, 3)).lines).toEqual([gone, gone, gone]);
  state.bytes = Buffer.concat([state.bytes, Buffer.from(`\n${linesOf(2, 10)}`)]);
  expect((await lines.read(9, 9)).lines.slice(-2)).toEqual([
    'line 10 of the log',
    'line 11 of the log',
  ]);
});

test('a file that goes while it is read is told as gone from there on', async () => {
  const { state, lines } = changing(linesOf(30_000));
  await lines.read(0, 1);
  const read = lines.read(0, 30_000);
  state.bytes = null;
  const { lines: texts } = await read;
  expect(texts).toHaveLength(30_000);
  expect(texts.at(-1)).toBe(gone);
});

test('two readings of one log at once count each line once', async () => {
  const { lines } = changing(linesOf(3_000));
  const [one, other] = await Promise.all([lines.read(2_999, 5), lines.read(1_000, 1)]);
  expect(one.lines).toEqual(['line 2999 of the log']);
  expect(other.lines).toEqual(['line 1000 of the log']);
});
