import { readUnitLogKey } from '../model/host/unit-journal.ts';
import type { Ui } from '../screen/ui.ts';
import type { AppState } from '../state/state.ts';
import { type Action, type Place, placeOf } from './action.ts';

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
  packages: ['filter', 'refresh'],
  check: ['check', 'open', 'filter', 'refresh', 'copy'],
  build: ['test', 'test-all', 'open', 'deploy-all'],
  health: ['verify', 'open', 'rollback', 'log', 'filter'],
  log: ['follow', 'filter', 'next-hit', 'wrap', 'next-tab', 'copy'],
  history: ['open', 'filter', 'refresh'],
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
  'hits-only',
  'wrap',
  'copy',
];

const last = ['move-on', 'palette', 'help', 'commands', 'quit'] as const;

const wantedOn = (ui: Ui): readonly string[] =>
  placeOf(ui) === 'log' && readUnitLogKey(ui.log.host) !== null
    ? wantedOfUnit
    : wanted[placeOf(ui)];

/** Rows of the footer on this screen; what cancels only while there is something to cancel. */
export const footerActions = (
  table: readonly Action[],
  ui: Ui,
  run: AppState['run']['kind'],
): readonly Action[] =>
  [...(run === 'active' ? ['cancel'] : []), ...wantedOn(ui), ...last].flatMap(
    (id) => table.find((row) => row.id === id) ?? [],
  );
