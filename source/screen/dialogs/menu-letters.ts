import { memoByObject } from '../../model/memo.ts';
import { keyName } from '../key-names.ts';
import type { Menu, MenuItem } from '../overlay.ts';

/** Keys that move in a menu or close it. */
const taken: readonly string[] = ['j', 'k', 'g', 'G', 'q'];

const others = 'abcdefhilmnoprstuvwxyz123456789';

const isLetter = (key: string): boolean => [...key].length === 1;

/** The key that a row has anyway: its own, or that of its action outside of the menu. */
const ownKey = ({ letter, wish }: MenuItem): string | null => {
  const key = letter ?? (wish.kind === 'act' ? keyName(wish.action) : null);
  return key !== null && isLetter(key) && !taken.includes(key) ? key : null;
};

/**
 * The letter of each row, by its id: its own one first, then a letter of its name, then any. A menu of more rows than
 * there are letters has some without one.
 */
export const menuLetters = memoByObject((items: Menu['items']): ReadonlyMap<string, string> => {
  const letters = new Map<string, string>();
  const free = (letter: string): boolean =>
    !taken.includes(letter) && ![...letters.values()].includes(letter);
  for (const item of items) {
    const key = ownKey(item);
    if (key !== null && free(key)) letters.set(item.id, key);
  }
  for (const item of items) {
    if (letters.has(item.id)) continue;
    const names = [...item.label.toLowerCase().replaceAll(/[^a-z0-9]/g, ''), ...others];
    const letter = names.find(free);
    if (letter !== undefined) letters.set(item.id, letter);
  }
  return letters;
});
