/** Stands for bytes that are no UTF-8. */
export const invalid = -1;

interface Utf8Bytes {
  /** The code points that this byte ends: none, one, or what was broken and one. */
  next(byte: number): readonly number[];
  /** Whether a character was begun and not ended. */
  readonly isOpen: boolean;
  reset(): void;
}

/** The smallest code point of each length: a shorter text would do for a smaller one. */
const least = [0, 0x80, 0x800, 0x1_0000] as const;

/** Bytes that follow a first one; undefined for one that begins nothing. */
const lengthAfter = (byte: number): 0 | 1 | 2 | 3 | undefined => {
  if (byte < 0x80) return 0;
  if (byte >= 0xc2 && byte < 0xe0) return 1;
  if (byte >= 0xe0 && byte < 0xf0) return 2;
  return byte >= 0xf0 && byte < 0xf5 ? 3 : undefined;
};

const isCharacter = (value: number, smallest: number): boolean =>
  value >= smallest && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);

/**
 * UTF-8 byte by byte, as RFC 3629 has it, however it is split. What is none comes
 * out as `invalid`: a decoder of Node would make it a character, and so a key.
 */
export const createUtf8Bytes = (): Utf8Bytes => {
  let missing = 0;
  let value = 0;
  let smallest = 0;
  const begin = (byte: number): readonly number[] => {
    const length = lengthAfter(byte);
    if (length === undefined) return [invalid];
    if (length === 0) return [byte];
    missing = length;
    value = byte & (0x3f >> length);
    smallest = least[length];
    return [];
  };
  return {
    get isOpen() {
      return missing > 0;
    },
    next: (byte) => {
      if (missing === 0) return begin(byte);
      if ((byte & 0xc0) !== 0x80) {
        missing = 0;
        return [invalid, ...begin(byte)];
      }
      value = (value << 6) | (byte & 0x3f);
      missing -= 1;
      if (missing > 0) return [];
      return [isCharacter(value, smallest) ? value : invalid];
    },
    reset: () => {
      missing = 0;
    },
  };
};
