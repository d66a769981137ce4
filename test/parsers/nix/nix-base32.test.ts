import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { nixBase32 } from '../../../source/parsers/nix/nix-base32.ts';

test('a hash is written as nix-hash --type sha256 --to-base32 does', () => {
  const hash = createHash('sha256').update('https://github.com/NixOS/nix').digest();
  expect(hash.toString('hex')).toBe(
    'a0ce087a7653dff57f1d7600afbb1313dd28208eae6d90b626ed2096842ff417',
  );
  expect(nixBase32(hash)).toBe('05zl5y29c87d4sv90vdfiqh2ip8k2fxsy03n3mzzbpskfrx0ikm0');
});
