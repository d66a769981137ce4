import type { AppState } from '../../state/state.ts';
import { bodyRows } from '../layout.ts';
import type { Ui } from '../ui.ts';
import { fleetRowsOf } from './fleet.ts';
import { cursorPlace } from './lists.ts';

/** The host of an open page, and those of the fleet that are on the screen, wherever in it the cursor stands. */
export const seenHosts = (app: AppState, ui: Ui): ReadonlySet<string> => {
  const rows = fleetRowsOf(app, ui);
  const cursor = Math.max(0, cursorPlace(app, ui, 'fleet'));
  const height = bodyRows(ui.rows);
  const near = rows
    .slice(Math.max(0, cursor - height + 1), cursor + height)
    .flatMap((row) => (row.kind === 'host' ? [row.id] : []));
  return new Set(ui.screen.kind === 'host' ? [ui.screen.host, ...near] : near);
};
