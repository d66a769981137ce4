import { expect, test } from 'vitest';
import { readUntilMark } from '../../source/parsers/until-mark.ts';

const mark = 'nixup-over-7f3a';

/** What was heard of a stream that came in these pieces. */
const heard = (pieces: readonly string[]) => {
  const said: string[] = [];
  const read = readUntilMark(
    mark,
    (text) => said.push(text),
    (status) => said.push(`<over ${status}>`),
  );
  for (const piece of pieces) read(piece);
  return said;
};

test.each([
  ['nothing was said', `${mark} 0\n`, '<over 0>'],
  ['a line', `a line\n${mark} 0\n`, 'a line\n<over 0>'],
  ['no line break at the end', `a line${mark} 3\n`, 'a line<over 3>'],
  ['one after the other', `one\n${mark} 0\ntwo\n${mark} 255\n`, 'one\n<over 0>two\n<over 255>'],
  [
    'what looks like the mark at first',
    `nixup-over-7f3\nnixup\n${mark} 0\n`,
    'nixup-over-7f3\nnixup\n<over 0>',
  ],
  ['it is not over yet', 'a line\nhalf a', 'a line\nhalf a'],
])('%s, wherever the stream is cut', (_, stream, expected) => {
  for (let first = 0; first <= stream.length; first += 1)
    for (const second of [first, first + 1, first + 7, stream.length]) {
      const pieces = [stream.slice(0, first), stream.slice(first, second), stream.slice(second)];
      expect(heard(pieces).join('')).toBe(expected);
    }
});

test('a line is told as soon as it is whole', () => {
  expect(heard(['Confirm user presence\n'])).toEqual(['Confirm user presence\n']);
});
