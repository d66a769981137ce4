import { expect, test } from 'vitest';
import { menuLetters } from '../../../source/screen/dialogs/menu-letters.ts';
import { pressAndLook } from '../../support/acts-on-shown.ts';
import { createChance, runs, seed } from '../../support/chance.ts';
import { openKeys } from '../../support/keys.ts';

test('no key acts on a host, an input, a row or a question that is not on the screen', async () => {
  const { deeds, faults } = await pressAndLook(runs(150), createChance(seed));
  expect(faults.join('\n\n')).toBe('');
  expect(Object.keys(deeds)).not.toEqual([]);
});

test('the letter of a row of a menu that is scrolled out of sight shows the row, and Enter takes it', async () => {
  const keys = await openKeys();
  keys.store.dispatchUi({ type: 'resized', columns: 100, rows: 16 });
  await keys.press('6', '0');
  keys.pass(600);
  const { items, cursor } = keys.menu();
  const last = items.at(-1);
  const letter = menuLetters(items).get(last?.id ?? '');
  expect(last?.id).not.toBe(cursor);
  await keys.press(letter ?? '');
  expect(keys.menu().cursor).toBe(last?.id);
  expect(keys.toast()).toBe(`${last?.label} was out of sight: Enter takes it`);
  await keys.press('enter');
  expect(keys.ui().overlay).toBeNull();
  // In a window in which it is seen its letter takes it at once.
  keys.store.dispatchUi({ type: 'resized', columns: 100, rows: 40 });
  await keys.press('0', letter ?? '');
  expect(keys.ui().overlay).toBeNull();
});
