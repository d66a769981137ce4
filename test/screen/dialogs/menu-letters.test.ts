import { expect, test } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { menuLetters } from '../../../source/screen/dialogs/menu-letters.ts';
import { item } from '../../../source/screen/menu-item.ts';
import type { MenuItem } from '../../../source/screen/overlay.ts';

const quit = { kind: 'quit' } as const;

const lettersOf = (items: readonly MenuItem[]): string =>
  items.map(({ id }) => menuLetters(items).get(id) ?? '-').join('');

test('a row has the key of its action, else its own, else a letter of its name', () => {
  expect(actionTable.find(({ id }) => id === 'push')?.keys).toEqual(['p']);
  const items = [
    item('name', 'push it later', '', quit),
    item('push', 'push', '', { kind: 'act', action: 'push' }),
    { ...item('since', '1 minute', '', quit), letter: '2' },
    item('path', 'path', '', quit),
  ];
  expect(lettersOf(items)).toBe('up2a');
});

test('no two rows share a letter, and none has one that moves in a menu or closes it', () => {
  const items = Array.from({ length: 40 }, (_, index) => item(`${index}`, 'quick jog', '', quit));
  const letters = [...menuLetters(items).values()];
  expect(new Set(letters).size).toBe(letters.length);
  expect(letters.filter((letter) => 'jkgGq'.includes(letter))).toEqual([]);
  expect(letters.length).toBeGreaterThan(25);
});
