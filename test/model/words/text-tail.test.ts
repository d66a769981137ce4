import { expect, test } from 'vitest';
import { createTextTail } from '../../../source/model/words/text-tail.ts';

const kept = (most: { count: number; length: number }, texts: readonly string[]) => {
  const tail = createTextTail(most);
  for (const text of texts) tail.keep(text);
  return tail.texts;
};

test('the last texts are kept, as many as wished', () => {
  expect(kept({ count: 2, length: 100 }, ['a', 'b', 'c'])).toEqual(['b', 'c']);
});

test('long texts make room by leaving, the oldest first', () => {
  expect(kept({ count: 9, length: 6 }, ['aaaa', 'bb', 'ccc'])).toEqual(['bb', 'ccc']);
});

test('one text that is longer than all may be is cut and kept', () => {
  expect(kept({ count: 9, length: 4 }, ['aa', 'bbbbbbbb'])).toEqual(['bbbb']);
});
