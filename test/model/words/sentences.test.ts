import { expect, test } from 'vitest';
import { counted } from '../../../source/model/words/sentences.ts';

test.each([
  [0, '0 tries'],
  [1, '1 try'],
  [2, '2 tries'],
])('%i is told as %j', (count, told) => {
  expect(counted(count, 'try', 'tries')).toBe(told);
});

test('a word without a plural of its own gets an s', () => {
  expect([counted(1, 'host'), counted(4, 'host')]).toEqual(['1 host', '4 hosts']);
});
