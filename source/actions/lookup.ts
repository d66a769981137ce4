import type { KeyName } from '../keys.ts';
import type { Ui } from '../screen/ui.ts';
import { type Action, placeOf } from './action.ts';

const isHere = (row: Action, ui: Ui): boolean =>
  row.where.includes('everywhere') || row.where.includes(placeOf(ui));

/** The row that a key means on this screen; a view's own row comes before one that holds everywhere. */
export const rowFor = (table: readonly Action[], ui: Ui, key: KeyName): Action | undefined => {
  const rows = table.filter((row) => row.keys.includes(key) && isHere(row, ui));
  return rows.find((row) => !row.where.includes('everywhere')) ?? rows[0];
};

/** A row that is called so comes before one whose help mentions it. */
const nameRank = ({ id, label }: Action, words: readonly string[]): number =>
  words.every((word) => `${id} ${label}`.toLowerCase().includes(word)) ? 0 : 1;

/** Rows whose words hold what was typed; those of this screen only where `ui` is given. */
export const searchRows = (
  table: readonly Action[],
  filter: string,
  ui?: Ui,
): readonly Action[] => {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return table
    .filter((row) => ui === undefined || (row.named && isHere(row, ui)))
    .filter((row) => {
      const text = `${row.id} ${row.label} ${row.help} ${row.keys.join(' ')}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((one, other) => nameRank(one, words) - nameRank(other, words));
};

/** Where a key that means nothing here does mean something. */
export const placesOfKey = (table: readonly Action[], key: KeyName): readonly string[] => [
  ...new Set(table.filter((row) => row.keys.includes(key)).flatMap((row) => row.where)),
];
