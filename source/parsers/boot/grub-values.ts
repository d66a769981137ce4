import type { Word } from './grub-script.ts';

/** What a word of GRUB's script expands to. */
export interface Argument {
  /** Null where a variable in it has a value that only the firmware knows. */
  readonly text: string | null;
  /** What is known of its beginning. */
  readonly begin: string;
  /** True where it may become no argument at all, or several. */
  readonly isLoose: boolean;
}

interface Growing {
  text: string | null;
  begin: string;
  isLoose: boolean;
  isQuoted: boolean;
}

const fresh = (isQuoted: boolean): Growing => ({ text: '', begin: '', isLoose: false, isQuoted });

const grow = (argument: Growing, text: string): void => {
  if (argument.text !== null) {
    argument.text += text;
    argument.begin = argument.text;
  }
};

/** Expands a word; what is not quoted is split at blanks, and an empty one is no argument. */
export const expand = (
  word: Word,
  valueNamed: (name: string) => string | null,
): readonly Argument[] => {
  let current = fresh(word.quoted);
  const done: Growing[] = [];
  for (const part of word.parts) {
    const value = part.kind === 'text' ? part.text : valueNamed(part.name);
    if (value === null) {
      current.text = null;
      current.isLoose ||= part.kind === 'variable' && !part.quoted;
    } else if (part.kind === 'text' || part.quoted) grow(current, value);
    else
      for (const [index, piece] of value.split(/[ \t\n]/).entries()) {
        if (index > 0) {
          done.push(current);
          current = fresh(false);
        }
        grow(current, piece);
      }
  }
  return [...done, current].filter(({ text, isQuoted }) => isQuoted || text !== '');
};

const integer = (text: string): number | null => (/^-?\d+$/.test(text) ? Number(text) : null);

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
};

const not = (value: boolean | null): boolean | null => (value === null ? null : !value);

/** One condition without `-a` and `-o`; null where it cannot be known here. */
const simpleTest = (
  words: readonly (string | null)[],
  isThere: (flag: string, path: string) => boolean | null,
): boolean | null => {
  const [first, second, third] = words;
  if (first === '!') return not(simpleTest(words.slice(1), isThere));
  if (words.length === 1) return first === null || first === undefined ? null : first !== '';
  if (words.length === 2) {
    if (second === null || second === undefined) return null;
    if (first === '-n') return second !== '';
    if (first === '-z') return second === '';
    return first === null || first === undefined ? null : isThere(first, second);
  }
  if (words.length !== 3 || first === null || third === null) return null;
  if (first === undefined || third === undefined) return null;
  if (second === '=' || second === '==') return first === third;
  if (second === '!=') return first !== third;
  const compare = comparisons[second ?? ''];
  const [left, right] = [integer(first), integer(third)];
  return compare === undefined || left === null || right === null ? null : compare(left, right);
};

const splitAt = (
  words: readonly (string | null)[],
  separator: string,
): readonly (readonly (string | null)[])[] => {
  const groups: (string | null)[][] = [[]];
  for (const word of words)
    if (word === separator) groups.push([]);
    else groups.at(-1)?.push(word);
  return groups;
};

/** GRUB's `test` (`grub-core/commands/test.c`), as far as it can be known without its machine. */
export const judgeTest = (
  words: readonly (string | null)[],
  isThere: (flag: string, path: string) => boolean | null,
): boolean | null => {
  if (words.includes('(')) return null;
  const any = splitAt(words, '-o').map((group) => {
    const all = splitAt(group, '-a').map((one) => simpleTest(one, isThere));
    if (all.includes(false)) return false;
    return all.includes(null) ? null : true;
  });
  if (any.includes(true)) return true;
  return any.includes(null) ? null : false;
};
