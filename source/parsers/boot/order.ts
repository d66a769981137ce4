/**
 * How systemd-boot matches and orders names: `efi_fnmatch` of
 * `src/boot/efi-string.c`, `strverscmp_improved` of `src/fundamental/`.
 */

/** ASCII only, as the loader folds. */
export const foldCase = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

type Matched =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' }
  | { readonly kind: 'star'; readonly at: number; readonly in: number };

/** `[…]` at `at` against a character: where the set ends, and whether it holds; null for a broken set. */
const matchSet = (
  pattern: string,
  at: number,
  character: string,
): { readonly end: number; readonly holds: boolean } | null => {
  let holds = false;
  let mayRange = true;
  for (let index = at + 1; ; index += 1) {
    let one = pattern[index];
    if (one === undefined) return null;
    if (one === ']' && index > at + 1) return { end: index, holds };
    if (one === '-' && mayRange && index > at + 1 && pattern[index + 1] !== ']') {
      const low = pattern[index - 1] ?? '';
      index += pattern[index + 1] === '\\' ? 2 : 1;
      const high = pattern[index];
      if (high === undefined) return null;
      if (low <= character && character <= high) holds = true;
      mayRange = false;
      continue;
    }
    if (one === '\\') {
      index += 1;
      one = pattern[index];
      if (one === undefined) return null;
    }
    if (one === character) holds = true;
    mayRange = true;
  }
};

/** The pattern up to its next star. */
const matchSimple = (pattern: string, at: number, text: string, from: number): Matched => {
  let position = from;
  for (let index = at; ; index += 1, position += 1) {
    const one = pattern[index];
    const character = text[position];
    if (one === undefined) return { kind: character === undefined ? 'yes' : 'no' };
    if (one === '*') {
      let rest = index;
      while (pattern[rest] === '*') rest += 1;
      return { kind: 'star', at: rest, in: position };
    }
    if (character === undefined) return { kind: 'no' };
    if (one === '[') {
      const set = matchSet(pattern, index, character);
      if (set === null || !set.holds) return { kind: 'no' };
      index = set.end;
    } else if (one === '\\') {
      index += 1;
      if (pattern[index] !== character) return { kind: 'no' };
    } else if (one !== '?' && one !== character) return { kind: 'no' };
  }
};

/** Whether a glob of systemd-boot matches an entry's id; both folded already. */
export const matchesGlob = (pattern: string, text: string): boolean => {
  const first = matchSimple(pattern, 0, text, 0);
  if (first.kind !== 'star') return first.kind === 'yes';
  let { at, in: from } = first;
  for (;;) {
    const next = matchSimple(pattern, at, text, from);
    if (next.kind === 'star') ({ at, in: from } = next);
    else if (next.kind === 'yes') return true;
    else if (from >= text.length) return false;
    else from += 1;
  }
};

const compare = (left: number | string, right: number | string): number =>
  left === right ? 0 : left < right ? -1 : 1;

const runOf = (text: string, pattern: RegExp): string => pattern.exec(text)?.[0] ?? '';

/** Versions as the UAPI version format specification orders them: positive where `left` is newer. */
export const compareEntryVersions = (left: string, right: string): number => {
  let [one, other] = [left, right];
  for (;;) {
    one = one.replace(/^[^A-Za-z0-9~^.-]+/, '');
    other = other.replace(/^[^A-Za-z0-9~^.-]+/, '');
    if (one.startsWith('~') || other.startsWith('~')) {
      const order = compare(Number(!one.startsWith('~')), Number(!other.startsWith('~')));
      if (order !== 0) return order;
      one = one.slice(1);
      other = other.slice(1);
    }
    if (one === '' || other === '') return compare(one === '' ? 0 : 1, other === '' ? 0 : 1);
    for (const mark of ['-', '^', '.']) {
      if (!one.startsWith(mark) && !other.startsWith(mark)) continue;
      const order = compare(Number(!one.startsWith(mark)), Number(!other.startsWith(mark)));
      if (order !== 0) return order;
      one = one.slice(1);
      other = other.slice(1);
    }
    const isNumber = /^\d/.test(one) || /^\d/.test(other);
    const pattern = isNumber ? /^\d+/ : /^[A-Za-z]+/;
    const [mine, its] = [runOf(one, pattern), runOf(other, pattern)];
    if (isNumber && (mine === '') !== (its === '')) return mine === '' ? -1 : 1;
    const [short, shorter] = isNumber
      ? [mine.replace(/^0+/, ''), its.replace(/^0+/, '')]
      : [mine, its];
    const shared = Math.min(short.length, shorter.length);
    const order = isNumber
      ? compare(short.length, shorter.length) || compare(short, shorter)
      : compare(short.slice(0, shared), shorter.slice(0, shared)) ||
        compare(short.length, shorter.length);
    if (order !== 0) return order;
    one = one.slice(mine.length);
    other = other.slice(its.length);
  }
};
