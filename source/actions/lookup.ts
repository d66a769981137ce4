import type { KeyName } from '../keys.ts';
import type { Ui } from '../screen/ui.ts';
import { type Action, type Place, placeOf } from './action.ts';

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

/** The titles of places, as they stand in a sentence. */
const placeNames: Readonly<Record<Place, string>> = {
  everywhere: 'every view',
  fleet: 'Fleet',
  lock: 'Lock',
  packages: 'Packages',
  check: 'Check',
  build: 'Build',
  health: 'Health',
  log: 'Log',
  history: 'History',
  host: 'a host',
};

/** What a key that means nothing here does elsewhere: `in Lock: raw difference`. */
export const usesOfKey = (table: readonly Action[], key: KeyName): readonly string[] =>
  table
    .filter((row) => row.keys.includes(key))
    .map(({ where, tabs, label }) => {
      const names = where.map((place) =>
        place === 'host' && tabs !== undefined ? `${tabs.join(', ')} of a host` : placeNames[place],
      );
      return `in ${names.join(', ')}: ${label}`;
    });
