import { readUnitLogKey, type UnitLog } from '../../model/host/unit-journal.ts';
import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';
import { buildRowsOf } from './build.ts';
import { filteredHosts, groupOfHost, headingId, headingSign, placesOf } from './fleet.ts';
import { healthRows } from './health.ts';
import { markedIds, selectedId } from './lists.ts';
import { shownPackages } from './packages.ts';

/** The host that the screen is about: the one under the cursor, or the open one. */
export const hostOfScreen = (app: AppState, ui: Ui): string | undefined => {
  if (ui.screen.kind === 'host') return ui.screen.host;
  switch (ui.screen.view) {
    case 'fleet':
    case 'build':
    case 'health':
    case 'packages': {
      const id = selectedId(app, ui)?.split('/')[0];
      return id !== undefined && app.hosts[id] !== undefined ? id : undefined;
    }
    case 'log': {
      const host = readUnitLogKey(ui.log.host)?.host ?? ui.log.host;
      return app.hosts[host] === undefined ? undefined : host;
    }
    case 'lock':
    case 'check':
    case 'history':
      return undefined;
  }
};

/** The unit whose journal the screen shows, or whose row is under the cursor; null where there is none. */
export const unitOfScreen = (app: AppState, ui: Ui): Omit<UnitLog, 'level'> | null => {
  if (ui.screen.kind !== 'view') return null;
  if (ui.screen.view === 'log') return readUnitLogKey(ui.log.host);
  if (ui.screen.view !== 'health') return null;
  const id = selectedId(app, ui);
  const row = healthRows(app.hostNames, app.hosts, ui.lists.health.filter).find(
    (one) => one.id === id,
  );
  return row?.kind === 'unit' ? { host: row.host, unit: row.unit } : null;
};

const groupUnderCursor = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'fleet') return [];
  const id = selectedId(app, ui);
  if (id?.startsWith(headingSign) !== true) return [];
  const places = placesOf(app, ui);
  return filteredHosts(app.hostNames, app.hosts, ui.lists.fleet.filter).flatMap((host) =>
    headingId(groupOfHost(host, places)) === id ? [host.entry.name] : [],
  );
};

/** The hosts of the failure under the cursor. */
const failedHosts = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'build') return [];
  const id = selectedId(app, ui);
  const row = buildRowsOf(app, ui.lists.build.filter).find((one) => one.id === id);
  if (row?.kind === 'cause') return row.cause.hosts;
  return row?.kind === 'search' ? row.search.hosts : [];
};

/** The hosts with the same packages, where one of these or their heading is under the cursor. */
const hostsOfPackages = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'packages') return [];
  const id = selectedId(app, ui);
  const row = shownPackages(app, ui).find((one) => one.id === id);
  return row?.kind === 'group' ? row.group.hosts : (row?.hosts ?? []);
};

/** The hosts of the rows that are marked in the view Health, where it is open. */
export const markedInHealth = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'health') return [];
  const hosts = markedIds(app, ui, 'health').flatMap((id) => id.split('/')[0] ?? []);
  return [...new Set(hosts)].filter((host) => app.hosts[host] !== undefined);
};

/** The hosts of which the row under the cursor says the same in the view Health. */
const sharedInHealth = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'health') return [];
  const id = selectedId(app, ui);
  const row = healthRows(app.hostNames, app.hosts, ui.lists.health.filter).find(
    (one) => one.id === id,
  );
  return row?.kind === 'noted' ? (row.hosts ?? []) : [];
};

/** Hosts that a key acts on: the marked ones, else the one of the screen, else the group under the cursor. */
export const targetHosts = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind === 'view' && ui.screen.view === 'fleet') {
    const marked = markedIds(app, ui, 'fleet').filter((id) => app.hosts[id] !== undefined);
    if (marked.length > 0) return marked;
  }
  const looked = markedInHealth(app, ui);
  if (looked.length > 0) return looked;
  const shared = sharedInHealth(app, ui);
  if (shared.length > 0) return shared;
  const host = hostOfScreen(app, ui);
  if (host !== undefined) return [host];
  return [...groupUnderCursor(app, ui), ...failedHosts(app, ui), ...hostsOfPackages(app, ui)];
};
/** Input paths that a key acts on in the lock view. */
export const targetInputs = (app: AppState, ui: Ui): readonly string[] => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'lock') return [];
  const marked = markedIds(app, ui, 'lock');
  if (marked.length > 0) return marked;
  const id = selectedId(app, ui);
  return id === undefined ? [] : [id];
};
