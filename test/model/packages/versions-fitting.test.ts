import { expect, test } from 'vitest';
import type { PackageChange } from '../../../source/model/packages/packages.ts';
import { versionsFitting } from '../../../source/model/packages/review.ts';

const change = (old: readonly string[], now: readonly string[]): PackageChange => ({
  name: 'nvidia-x11',
  kind: 'upgraded',
  old,
  new: now,
  sizeDelta: 0,
  major: false,
});

const nvidia = change(['580.119.02-6.18.14'], ['580.119.02-6.18.19']);

test.each([
  [nvidia, 39, '580.119.02-6.18.14 → 580.119.02-6.18.19'],
  [nvidia, 38, '580.119.02-6.18.14 → …119.02-6.18.19'],
  [nvidia, 30, '580.119.02-6.18.14 → …6.18.19'],
  [nvidia, 18, '…18.14 → …18.19'],
  // Nothing is shared, or there is more than one of each: it is cut by the row.
  [change(['13.0.2'], ['14.0.0']), 8, '13.0.2 → 14.0.0'],
  [change(['1.2', '1.3'], ['1.4']), 8, '1.2, 1.3 → 1.4'],
])('versions in their cells: %#', (versions, cells, words) => {
  expect(versionsFitting(versions, cells)).toBe(words);
});
