const letters = '0123456789abcdfghijklmnpqrsvwxyz';

/** A hash in Nix's own base 32 (no e, o, t, u; last bits first), after `printHash32` of `src/libutil/hash.cc`. */
export const nixBase32 = (hash: Uint8Array): string => {
  const length = Math.ceil((hash.length * 8) / 5);
  let text = '';
  for (let place = length - 1; place >= 0; place -= 1) {
    const bit = place * 5;
    const at = Math.floor(bit / 8);
    const low = (hash[at] ?? 0) >> (bit % 8);
    const high = (hash[at + 1] ?? 0) << (8 - (bit % 8));
    text += letters[(low | high) & 31] ?? '';
  }
  return text;
};
