import { expect, test } from 'vitest';
import { alarmsWithDirection } from '../../../source/model/lock/alarms.ts';

test.each([
  ['ahead', []],
  ['behind', ['downgrade', 'history-rewritten']],
  ['diverged', ['diverged', 'history-rewritten']],
  [null, ['history-rewritten']],
] as const)('fewer commits by count, and by the commits themselves: %s', (direction, alarms) => {
  expect(alarmsWithDirection(['history-rewritten'], direction)).toEqual(alarms);
});
