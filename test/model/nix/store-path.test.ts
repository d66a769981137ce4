import { expect, test } from 'vitest';
import { isStorePath, storePathName } from '../../../source/model/nix/store-path.ts';

const hash = '2dpv94nj2w3khn1bfihk1j32c4djhljc';

test('a toplevel is a store path and has a name', () => {
  const path = `/nix/store/${hash}-nixos-system-p620-26.05`;
  expect(isStorePath(path)).toBe(true);
  expect(storePathName(path)).toBe(`${hash}-nixos-system-p620-26.05`);
});

test.each([
  '/nix/store/short-x',
  `/nix/store/${hash}-x/bin`,
  `/nix/store/${hash}-x;reboot`,
  `/nix/store/${hash}-$(x)`,
  `/nix/store/${hash}-x\n`,
  `/nix/store/../${hash}-x`,
  '',
])('%j is no store path', (path) => {
  expect(isStorePath(path)).toBe(false);
});
