import { expect, test } from 'vitest';
import { inNaturalOrder } from '../../../source/model/words/natural-order.ts';

test('names with numbers stand in the order of their numbers, the others stay as they are', () => {
  expect(inNaturalOrder(['host1', 'host10', 'host2', 'web-2-b', 'web-10-a'])).toEqual([
    'host1',
    'host2',
    'host10',
    'web-2-b',
    'web-10-a',
  ]);
  expect(inNaturalOrder(['nas', 'Laptop'])).toEqual(['nas', 'Laptop']);
  expect(inNaturalOrder(['n007', 'n7', 'n06'])).toEqual(['n06', 'n007', 'n7']);
});
