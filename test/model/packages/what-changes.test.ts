import { expect, test } from 'vitest';
import type { PackageChange } from '../../../source/model/packages/packages.ts';
import type { HostPackages } from '../../../source/model/packages/packages-state.ts';
import { whatChanges } from '../../../source/model/packages/what-changes.ts';

const change = (name: string, over: Partial<PackageChange> = {}): PackageChange => ({
  name,
  kind: 'upgraded',
  old: ['6.18.19'],
  new: ['6.18.24'],
  major: false,
  sizeDelta: 1,
  ...over,
});

const compared = (...changes: readonly PackageChange[]): HostPackages => ({
  kind: 'compared',
  difference: { old: '/nix/store/a', new: '/nix/store/b', changes, sizeDelta: 14 * 1024 ** 2 },
});

test('a kernel is named first, then how many packages, sizes and major versions', () => {
  expect(whatChanges(compared(change('linux'), change('systemd', { major: true })))).toEqual({
    short: 'kernel, 2 packages',
    long: 'kernel 6.18.19 → 6.18.24   2 packages   +14 MiB   major: systemd',
  });
});

test('a kernel that is only rebuilt is one of the packages', () => {
  expect(whatChanges(compared(change('linux', { kind: 'rebuilt' }))).short).toBe('1 package');
});

test('nothing is said where nothing is known or changes', () => {
  for (const packages of [undefined, { kind: 'comparing' } as const, compared()])
    expect(whatChanges(packages)).toEqual({ short: '', long: '' });
});
