import { expect, test } from 'vitest';
import { readKeyValues } from '../../../source/parsers/boot/entries.ts';

test('a lone CR ends a line, as it does in the loader', () => {
  expect(readKeyValues('default one.conf\rdefault two.conf\r')).toEqual([
    ['default', 'one.conf'],
    ['default', 'two.conf'],
  ]);
});
