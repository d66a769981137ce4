import type { KeyName } from '../keys.ts';
import type { Ui } from '../screen/ui.ts';
import { type Action, placeOf } from './action.ts';

/** Whether the key of a row means something on this screen. */
export const isHere = (row: Action, ui: Ui): boolean =>
  row.where.includes('everywhere') ||
  (row.where.includes(placeOf(ui)) &&
    (ui.screen.kind !== 'host' || row.tabs === undefined || row.tabs.includes(ui.screen.tab)));

/** The row that a key means on this screen; a view's own row comes before one that holds everywhere. */
export const rowFor = (table: readonly Action[], ui: Ui, key: KeyName): Action | undefined => {
  const rows = table.filter((row) => row.keys.includes(key) && isHere(row, ui));
  return rows.find((row) => !row.where.includes('everywhere')) ?? rows[0];
};

/** Where a key that means nothing here does mean something. */
export const placesOfKey = (table: readonly Action[], key: KeyName): readonly string[] => [
  ...new Set(table.filter((row) => row.keys.includes(key)).flatMap((row) => row.where)),
];
