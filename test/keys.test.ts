import { expect, test } from 'vitest';
import { textOfKey } from '../source/keys.ts';

test('only characters are text', () => {
  expect(['a', 'space', 'enter', '^d', 'up'].map(textOfKey)).toEqual([
    'a',
    ' ',
    undefined,
    undefined,
    undefined,
  ]);
});
