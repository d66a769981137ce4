import { expect, test } from 'vitest';
import {
  compareVersions,
  isMajorRise,
  versionDirection,
} from '../../../source/model/packages/package-version.ts';

// The examples of the Nix manual, `nix-env --upgrade`, section Versions.
test.each([
  ['1.0', '2.3'],
  ['2.1', '2.3'],
  ['2.3pre1', '2.3'],
  ['2.3pre3', '2.3pre12'],
  ['2.3a', '2.3c'],
  ['2.3pre1', '2.3c'],
  ['2.3pre1', '2.3q'],
  ['', '1'],
  ['9', '10'],
  ['6.18.9', '6.18.24'],
])('%s is older than %s', (one, other) => {
  expect(compareVersions(one, other)).toBe(-1);
  expect(compareVersions(other, one)).toBe(1);
});

test('2.3 and 2.3 are the same, and so are other separators', () => {
  expect(compareVersions('2.3', '2.3')).toBe(0);
  expect(compareVersions('2.3', '2-3')).toBe(0);
});

test.each([
  ['2.7.0', '3.0.1', true],
  ['9.1', '10.0', true],
  ['6.18.19', '6.19.0', false],
  ['2025b', '2026a', false],
  ['unstable-2026-01-01', 'unstable-2027-01-01', false],
  ['3.0', '2.0', false],
])('from %s to %s: a major rise is %s', (old, now, isMajor) => {
  expect(isMajorRise(old, now)).toBe(isMajor);
});

test.each([
  ['0af1ced', '9be01f2', null],
  ['0af1ced', '1.2', null],
  ['1.2-0af1ced', '1.2-9be01f2', null],
  ['1.2+g0af1ced', '1.2+g9be01f2', null],
  ['1.2-0af1ced', '1.3-9be01f2', -1],
  ['2.1+git9be01f2', '2.1+git0af1ced', null],
  ['2.1-rev9be01f2', '2.1-rev0af1ced', null],
  ['1.0-9BE01F2', '1.0-0AF1CED', null],
  [`1.0-${'9be01f2a'.repeat(8)}`, `1.0-${'0af1ced1'.repeat(8)}`, null],
  ['0-unstable-2026-01-02', '0-unstable-2026-02-01', -1],
  ['20260102', '20260301', -1],
  ['1.2', '1.2', 0],
] as const)('from %s to %s the direction is %s', (old, now, direction) => {
  expect(versionDirection(old, now)).toBe(direction);
});

test('a revision that begins with another digit is no major rise', () => {
  expect(isMajorRise('0af1ced', '9be01f2')).toBe(false);
});

/** A short hash of git is 7 digits or more, and one in 27 of those has no letter. */
test.each([
  ['1234567', '7654321', null],
  ['1.2-1234567', '1.2-0af1ced', null],
  ['1.2-1234567', '1.2-7654321', null],
  ['git1234567', 'git7654321', null],
  ['0123456', '4.2', null],
  ['4'.repeat(40), '5'.repeat(40), null],
  ['20251120', '20251129', -1],
  ['unstable-20251129', 'unstable-20251120', 1],
  ['20251129123000', '20251129123100', -1],
  ['1764374400', '1764374500', -1],
  ['10.0.1234567', '10.0.1234568', -1],
  ['r1234567', 'r1234568', -1],
  ['123456', '123457', -1],
])('from %s to %s: %j', (one, other, direction) => {
  const found = versionDirection(one, other);
  expect(found === null ? null : Math.sign(found)).toBe(direction);
  if (direction === null) expect(isMajorRise(one, other)).toBe(false);
});
