import { expect, test } from 'vitest';
import { wrapWords } from '../../../source/model/words/wrap-words.ts';

test('words are kept whole, and lines after the first begin in their own way', () => {
  const shape = { first: '- ', rest: '  ', width: 12 };
  expect(wrapWords('one two three four', shape)).toEqual(['- one two', '  three four']);
  expect(wrapWords('https://example.org/long', shape)).toEqual(['- https://example.org/long']);
});
