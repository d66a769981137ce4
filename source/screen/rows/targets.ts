import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';
import { buildRowsOf } from './build.ts';
import { groupOfHost, headingId, headingSign, placesOf } from './fleet.ts';
import { markedIds, selectedId } from './lists.ts';

/** The host that the screen is about: the one under the cursor, or the open one. */
export const hostOfScreen = (app: AppState, ui: Ui): string | undefined => {
  if (ui.screen.kind === 'host') return ui.screen.host;
  switch (ui.screen.view) {
    case 'fleet':
    case 'build':
    case 'health': {
      const id = selectedId(app, ui)?.split('/')[0];
      return id !== undefined && app.hosts[id] !== undefined ? id : undefined;
    }
    case 'log':
      return app.hosts[ui.log.host] === undefined ? undefined : ui.log.host;
    case 'lock':
    case 'packages':
    case 'check':
    case 'history':
      return undefined;
  }
};

const groupUnderCursor = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'fleet') return [];
  const id = selectedId(app, ui);
  if (id?.startsWith(headingSign) !== true) return [];
  const places = placesOf(app, ui);
  return app.hostNames.filter((name) => {
    const host = app.hosts[name];
    return host !== undefined && headingId(groupOfHost(host, places)) === id;
  });
};

/** The hosts of the failure under the cursor. */
const failedHosts = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'build') return [];
  const id = selectedId(app, ui);
  const row = buildRowsOf(app, ui.lists.build.filter).find((one) => one.id === id);
  if (row?.kind === 'cause') return row.cause.hosts;
  return row?.kind === 'search' ? row.search.hosts : [];
};

/** Hosts that a key acts on: the marked ones, else the one of the screen, else the group under the cursor. */
export const targetHosts = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind === 'view' && ui.screen.view === 'fleet') {
    const marked = markedIds(app, ui, 'fleet').filter((id) => app.hosts[id] !== undefined);
    if (marked.length > 0) return marked;
  }
  const host = hostOfScreen(app, ui);
  return host === undefined ? [...groupUnderCursor(app, ui), ...failedHosts(app, ui)] : [host];
};
/** Input paths that a key acts on in the lock view. */
export const targetInputs = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'lock') return [];
  const marked = markedIds(app, ui, 'lock');
  if (marked.length > 0) return marked;
  const id = selectedId(app, ui);
  return id === undefined ? [] : [id];
};
