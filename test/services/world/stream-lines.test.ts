import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLines, readStreamText } from '../../../source/services/world/stream-lines.ts';

const linesOf = async (...chunks: readonly (string | Buffer)[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  const { add, end } = createLines((line) => lines.push(line));
  await readStreamText(
    Readable.from(
      chunks.map((one) => Buffer.from(one)),
      { objectMode: false },
    ),
    add,
  );
  end();
  return lines;
};

test.each([
  [['a\nb\n'], ['a', 'b']],
  [['a\r\nb'], ['a', 'b']],
  [
    ['a\r', '\nb\r'],
    ['a', 'b\r'],
  ],
  [
    ['a', 'b\nc', '\n'],
    ['ab', 'c'],
  ],
  [['\n\n'], ['', '']],
  [[], []],
])('%j is %j', async (chunks, lines) => {
  expect(await linesOf(...chunks)).toEqual(lines);
});

test('a character that two chunks share stays whole', async () => {
  const bytes = Buffer.from('ä…\n');
  expect(await linesOf(bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toEqual([
    'ä…',
  ]);
});

test('a line that never ends is handed on in pieces', async () => {
  const lines = await linesOf(...Array.from({ length: 9 }, () => 'x'.repeat(1024 * 1024)));
  expect(lines.length).toBe(2);
  expect(lines.join('').length).toBe(9 * 1024 * 1024);
});
