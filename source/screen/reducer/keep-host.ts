import type { AppState } from '../../state/state.ts';
import { idsOf } from '../rows/lists.ts';
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
