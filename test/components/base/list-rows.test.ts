import { expect, test } from 'vitest';
import {
  beginningOf,
  type ListRow,
  rowTarget,
} from '../../../source/components/base/list-rows.tsx';

const rows: readonly ListRow[] = [
  { id: 'a', line: [] },
  { id: null, line: [], isContinued: true },
  { id: null, line: [], isContinued: true },
  { id: null, line: [] },
  { id: 'b', line: [] },
];

test.each([
  [0, 'row:history:a'],
  [1, 'row:history:a'],
  [2, 'row:history:a'],
  [3, undefined],
  [4, 'open:history:b'],
  [5, undefined],
])('a click on line %i means the row that is wrapped there', (place, target) => {
  expect(rowTarget('history', beginningOf(rows, place), 'b')).toBe(target);
});
