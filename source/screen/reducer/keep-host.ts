import { shownBoard } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { checkRows, idsOf } from '../rows/lists.ts';
import { hostOfScreen } from '../rows/targets.ts';
import { listOf, type Ui } from '../ui.ts';
import { changeList } from './lists.ts';

/** Lists with a row for each host, whose id is its name. */
const listsOfHosts: ReadonlySet<string> = new Set(['fleet', 'packages', 'build', 'health']);

/** Whether somebody chose the row under the cursor, or it is only the first one. */
export const isChosen = (ui: Ui): boolean => {
  const list = listOf(ui.screen);
  return list === undefined || ui.lists[list].cursor !== null || ui.lists[list].filter !== '';
};

/**
 * In another view the cursor stays on the same host, so that a key acts on that host also after the
 * view changed.
 */
export const keepHost = (app: AppState, before: Ui, after: Ui): Ui => {
  const list = listOf(after.screen);
  if (list === undefined || !listsOfHosts.has(list) || list === listOf(before.screen)) return after;
  if (!isChosen(before)) return after;
  const host = hostOfScreen(app, before);
  if (host === undefined || !idsOf(app, after, list).includes(host)) return after;
  return changeList(after, list, (ui) => ({ ...ui, cursor: host }));
};

/**
 * Who comes to the board finds the cursor on what failed since the last time. While the board is shown the cursor stays
 * where somebody put it.
 */
export const findFailure = (app: AppState, before: Ui, after: Ui): Ui => {
  if (listOf(after.screen) !== 'check' || listOf(before.screen) === 'check') return after;
  const failed = checkRows(shownBoard(app), after.lists.check.filter)
    .filter(({ state }) => state === 'red')
    .map(({ id }) => id);
  const fresh = failed.find((id) => !after.failedChecks.includes(id));
  const seen = { ...after, failedChecks: failed };
  return fresh === undefined
    ? seen
    : changeList(seen, 'check', (list) => ({ ...list, cursor: fresh }));
};
