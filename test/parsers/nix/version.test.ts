import { expect, test } from 'vitest';
import { isAtLeast, parseNixVersion } from '../../../source/parsers/nix/version.ts';

test.each([
  ['nix (Nix) 2.34.8\n', '2.34.8', [2, 34, 8], 'nix'],
  ['nix (Nix) 2.8.0', '2.8.0', [2, 8, 0], 'nix'],
  ['nix (Nix) 2.36.0pre20260801_d8b9c1', '2.36.0pre20260801_d8b9c1', [2, 36, 0], 'nix'],
  ['nix (Lix, like Nix) 2.91.1\nSystem type: x86_64-linux', '2.91.1', [2, 91, 1], 'lix'],
  ['nix (Determinate Nix 3.6.2) 2.29.0', '2.29.0', [2, 29, 0], 'determinate'],
])('%j is read', (output, text, [major, minor, patch], flavor) => {
  expect(parseNixVersion(output)).toEqual({ text, major, minor, patch, flavor });
});

test('anything else is no version', () => {
  expect(parseNixVersion('')).toBeNull();
  expect(parseNixVersion('bash: nix: command not found')).toBeNull();
});

test('versions compare number by number, and Lix counts as later than Nix', () => {
  const nix = parseNixVersion('nix (Nix) 2.9.2');
  const lix = parseNixVersion('nix (Lix, like Nix) 2.90.0');
  if (nix === null || lix === null) throw new Error('not read');
  expect(isAtLeast(nix, [2, 10, 0])).toBe(false);
  expect(isAtLeast(nix, [2, 9, 2])).toBe(true);
  expect(isAtLeast(nix, [2, 9, 3])).toBe(false);
  expect(isAtLeast(nix, [1, 20, 9])).toBe(true);
  expect(isAtLeast(lix, [2, 34, 0])).toBe(true);
});
