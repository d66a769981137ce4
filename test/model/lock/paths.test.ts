import { expect, test } from 'vitest';
import { shortPath } from '../../../source/model/lock/paths.ts';

test.each([
  ['nixpkgs', 10, 'nixpkgs'],
  ['stylix/base16/fromYaml', 30, 'stylix/base16/fromYaml'],
  ['stylix/base16/fromYaml', 20, 'stylix/…/fromYaml'],
  ['stylix/base16/tinted/fromYaml', 25, 'stylix/…/tinted/fromYaml'],
  ['stylix/base16/fromYaml', 12, '…/fromYaml'],
])('%s in %d cells is %s', (path, cells, short) => {
  expect(shortPath(path, cells)).toBe(short);
});
