import { readUnitLogKey } from '../model/host/unit-journal.ts';
import { healthRows } from '../screen/rows/health.ts';
import { markedIds, selectedId } from '../screen/rows/lists.ts';
import { listOf, type Ui } from '../screen/ui.ts';
import { shownFleet } from '../state/remembered.ts';
import type { AppState } from '../state/state.ts';
import type { ScreenState } from '../store.ts';
import { type Action, type Place, placeOf } from './action.ts';
import { inLog } from './reasons.ts';

/** Ids of the rows that the last line shows, the most wanted first; what does not fit leaves. */
const wanted: Readonly<Record<Place, readonly string[]>> = {
  everywhere: [],
  fleet: [
    'test',
    'deploy',
    'rollback',
    'log',
    'open',
    'mark',
    'filter',
    'update',
    'verify',
    'sort',
  ],
  lock: [
    'revert',
    'update',
    'mark',
    'open',
    'open-link',
    'raw-difference',
    'breaking',
    'impact',
    'hold',
    'copy',
    'commit',
  ],
  packages: ['test', 'deploy', 'open', 'filter', 'refresh'],
  check: ['check', 'open', 'filter', 'refresh', 'copy'],
  build: ['test', 'test-all', 'open', 'deploy-all'],
  health: ['verify', 'open', 'rollback', 'log', 'filter'],
  log: [
    'follow',
    'filter',
    'since',
    'fewer-levels',
    'next-hit',
    'wrap',
    'next-tab',
    'pager',
    'copy',
    'times',
  ],
  history: ['open', 'filter', 'mark', 'compare-runs', 'pager', 'rollback', 'refresh'],
  host: ['next-tab', 'test', 'deploy', 'rollback', 'log', 'copy', 'back'],
};

/** In the journal of a unit. */
const wantedOfUnit: readonly string[] = [
  'follow',
  'filter',
  'fewer-levels',
  'more-levels',
  'restart-services',
  'rollback',
  'since',
  'hits-only',
  'wrap',
  'copy',
];

const last = ['move-on', 'palette', 'help', 'commands', 'quit'] as const;

/** In the log of a host, beside its other tabs. */
const wantedInTab: readonly string[] = [
  'next-tab',
  ...wanted.log.filter((id) => id !== 'next-tab'),
];

/** Ids of what matters most in the view that is shown. */
export const wantedOn = (ui: Ui): readonly string[] => {
  if (ui.screen.kind === 'host' && ui.screen.tab === 'log') return wantedInTab;
  return placeOf(ui) === 'log' && readUnitLogKey(ui.log.host) !== null
    ? wantedOfUnit
    : wanted[placeOf(ui)];
};

const health = (state: ScreenState): string => {
  const { app, ui } = state;
  const id = selectedId(app, ui);
  const row = healthRows(app.hostNames, app.hosts, ui.lists.health.filter).find(
    (one) => one.id === id,
  );
  switch (row?.kind) {
    case 'unit':
      return 'unit';
    case 'metric':
      return 'metric';
    case 'check':
      return 'check';
    case 'old-code':
      return 'old code';
    case 'host':
    case 'noted':
    case 'sampled':
    case undefined:
      return 'host';
  }
};

/** What Enter opens on this row. */
const opened = (state: ScreenState): string => {
  const { app, ui } = state;
  if (ui.screen.kind === 'host') return 'generation';
  switch (ui.screen.view) {
    case 'fleet':
      return shownFleet(app).hosts[selectedId(app, ui) ?? ''] === undefined ? 'fold' : 'host';
    case 'lock':
      return 'commits';
    case 'check':
      return 'in full';
    case 'build':
      return 'log';
    case 'health':
      return health(state);
    case 'history':
      return 'run, logs';
    case 'packages':
      return 'in full';
    case 'log':
      return 'open';
  }
};

/** How many marked rows a key acts on, where any are. */
const ofMarked = (label: string, { app, ui }: ScreenState): string => {
  const list = listOf(ui.screen);
  const count = list === undefined ? 0 : markedIds(app, ui, list).length;
  return count < 2 ? label : `${label} ${count}`;
};

/** What a key does here: on this view, on this row, with these marks. */
export const labelHere = (row: Action, state: ScreenState): string => {
  const { ui } = state;
  const place = placeOf(ui);
  switch (row.id) {
    case 'filter':
      return inLog(state) ? 'search' : row.label;
    case 'open':
      return opened(state);
    case 'follow':
      return ui.log.follow ? 'pause' : 'follow';
    case 'fewer-levels':
      if (readUnitLogKey(ui.log.host) !== null) return row.label;
      return ui.log.level === 'all' ? 'only warnings' : 'only errors';
    case 'wrap':
      return ui.log.wrap ? 'unwrap' : 'wrap';
    case 'log':
      return place === 'health' && health(state) === 'unit' ? 'journal' : row.label;
    case 'next-tab':
      return place === 'log' ? 'next log' : row.label;
    case 'pager':
      return place === 'history' ? 'its logs' : row.label;
    case 'rollback':
      return place === 'history' ? 'restore lock' : ofMarked(row.label, state);
    case 'test':
    case 'deploy':
    case 'verify':
      return ofMarked(row.label, state);
    default:
      return row.label;
  }
};

/**
 * Rows of the footer on this screen; what cancels only while there is something to cancel, and the
 * next match only while something is searched.
 */
export const footerActions = (
  table: readonly Action[],
  ui: Ui,
  run: AppState['run']['kind'],
): readonly Action[] =>
  [...(run === 'active' ? ['cancel'] : []), ...wantedOn(ui), ...last].flatMap((id) =>
    id === 'next-hit' && ui.log.search === '' ? [] : (table.find((row) => row.id === id) ?? []),
  );
