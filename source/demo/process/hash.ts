import { createHash } from 'node:crypto';
import type { StorePath } from '../../model/nix/store-path.ts';

/** The alphabet of Nix's base 32. */
const letters = '0123456789abcdfghijklmnpqrsvwxyz';

/** A revision that looks like one of git and is always the same for the same seed. */
export const revisionFor = (seed: string): string => createHash('sha1').update(seed).digest('hex');

/** A hash of contents as `narHash` writes it. */
export const narHashFor = (seed: string): string =>
  `sha256-${createHash('sha256').update(seed).digest('base64')}`;

/** `/nix/store/<hash>-<name>`, the hash from name and seed. */
export const storePathFor = (name: string, seed: string): StorePath => {
  const bytes = createHash('sha256').update(`${name} ${seed}`).digest();
  let hash = '';
  for (const byte of bytes) hash += letters[byte % letters.length] ?? '';
  return `/nix/store/${hash}-${name}`;
};

/** A whole number from 0 up to and without `limit`, always the same for the same seed (FNV-1a). */
export const numberFor = (seed: string, limit: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1)
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193) >>> 0;
  return hash % limit;
};
