import { buildRowsOf } from '../../screen/rows/build.ts';
import { fleetRowsOf, shownChanges } from '../../screen/rows/fleet.ts';
import { healthRows } from '../../screen/rows/health.ts';
import {
  checkRows,
  cursorPlace,
  generationsOfScreen,
  historyRows,
  idsOf,
  markedIds,
} from '../../screen/rows/lists.ts';
import { lockRowsOf } from '../../screen/rows/lock.ts';
import { packageRows } from '../../screen/rows/packages.ts';
import { queueWords } from '../../screen/rows/queue-words.ts';
import { type ListName, listOf } from '../../screen/ui.ts';
import { type FleetHost, isRemembered, shownBoard, shownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import { buildLine } from '../build/rows.ts';
import { fleetColumns } from '../fleet/columns.ts';
import { healthTextLines } from '../host/health-view.tsx';
import { generationLine } from '../host/host-view.tsx';
import { packageLine } from '../lock/packages-view.tsx';
import { lockRowParts } from '../lock/rows.ts';
import { agedLine } from '../run/check-view.tsx';
import { runLine } from '../run/history-view.tsx';
import { emptyWordsOf } from './empty.ts';
import { sentence, spoken, spokenLine, withSign } from './words.ts';

/** Rows are made as for a window in which nothing is cut. */
export const cells = 400;

/** What each column says of a host; columns that say nothing, or the same as another, are left out. */
export const hostWords = (
  app: AppState,
  host: FleetHost,
  now: number,
  only: readonly string[] = fleetColumns.map(({ id }) => id),
): readonly string[] => {
  const name = isRemembered(host) ? host.name : host.entry.name;
  const shown = {
    host,
    now,
    changes: shownChanges(host, app.packages[name]),
    queue: queueWords(app, host),
  };
  const said = fleetColumns
    .filter(({ id }) => only.includes(id))
    .flatMap(({ id, cell }) => {
      const { sign, whole } = cell(shown);
      const words = spoken(whole);
      return words === '' ? [] : [`${named[id] ?? ''}${withSign(sign, words)}`];
    });
  return [...new Set(said)];
};

/** Columns whose words do not say what they are about. */
const named: Readonly<Record<string, string>> = {
  generation: 'runs ',
  date: 'of ',
  revision: 'commit ',
  health: 'health ',
};

const hostRow = ({ app, ui }: ScreenState, id: string): string => {
  const row = fleetRowsOf(app, ui).find((one) => one.id === id);
  if (row?.kind === 'heading')
    return `group ${row.trouble}, ${row.count}, ${row.folded ? 'folded' : 'open'}, ${spoken(row.words)}`;
  const host = shownFleet(app).hosts[id];
  if (host === undefined) return `host ${id}`;
  const { here, tags, policy } = isRemembered(host) ? host : host.entry;
  const about = [
    ...(here ? ['this machine'] : []),
    ...(policy === 'auto' ? [] : [policy]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(' ')}`]),
  ];
  return sentence([`host ${id}`, ...about, ...hostWords(app, host, ui.now)]);
};

// One case for each list, and the compiler asks for each.
/** A row of a list in one sentence. */
const rowWords = (state: ScreenState, list: ListName, id: string): string => {
  const { app, ui } = state;
  const { filter } = ui.lists[list];
  switch (list) {
    case 'fleet':
      return hostRow(state, id);
    case 'lock': {
      const row = lockRowsOf(app, ui).find((one) => one.id === id);
      if (row === undefined) return `input ${id}`;
      const { head, numbers } = lockRowParts(app, row, cells, ui.now);
      return sentence([`input ${spokenLine(head)}`, ...numbers.map(spoken)]);
    }
    case 'packages': {
      const row = packageRows(app.hostNames, app.hosts, app.packages, filter).find(
        (one) => one.id === id,
      );
      if (row?.kind === 'rebuilt') return sentence(['rebuilt', row.names.join(', ')]);
      if (row?.kind === 'hosts') return sentence([row.hosts.join(', '), row.words]);
      return row === undefined ? id : spokenLine(packageLine(row, cells));
    }
    case 'check': {
      const row = checkRows(shownBoard(app), filter).find((one) => one.id === id);
      return row === undefined
        ? id
        : `check ${row.group}, ${spokenLine(agedLine(row, ui.now, cells))}`;
    }
    case 'build': {
      const row = buildRowsOf(app, filter).find((one) => one.id === id);
      return row === undefined ? id : spokenLine(buildLine(row, app, cells, ui.now));
    }
    case 'health': {
      const row = healthRows(app.hostNames, app.hosts, filter).find((one) => one.id === id);
      return row === undefined
        ? id
        : healthTextLines(row, cells, ui.now)
            .map(spokenLine)
            .filter((text) => text !== '')
            .join(', ') || id;
    }
    case 'history': {
      const run = historyRows(app, filter, ui.now).find((one) => one.id === id);
      return run === undefined ? id : `run ${spokenLine(runLine(run, cells))}`;
    }
    case 'generations': {
      const host = ui.screen.kind === 'host' ? app.hosts[ui.screen.host] : undefined;
      const found = generationsOfScreen(app, ui).find(({ number }) => String(number) === id);
      return host === undefined || found === undefined
        ? `generation ${id}`
        : `generation ${spokenLine(generationLine(found, host, cells, ui.now))}`;
    }
  }
};

/** Where the cursor stands, and in which of how many rows: `host razer, …, 3 of 8`. */
export const selectionWords = (state: ScreenState): string | null => {
  const { app, ui } = state;
  const list = listOf(ui.screen);
  if (list === undefined) return null;
  const ids = idsOf(app, ui, list);
  const place = cursorPlace(app, ui, list);
  const id = ids[place];
  if (id === undefined) return emptyWordsOf(state, list);
  const isMarked = markedIds(app, ui, list).includes(id);
  return `${rowWords(state, list, id)}, ${place + 1} of ${ids.length}${isMarked ? ', marked' : ''}`;
};

/** The cursor, the filter and the marks: what a key may have changed of a list. */
export const selectionKey = ({ app, ui }: ScreenState): string => {
  const list = listOf(ui.screen);
  if (list === undefined) return '';
  const id = idsOf(app, ui, list)[cursorPlace(app, ui, list)] ?? '';
  const { filter } = ui.lists[list];
  return JSON.stringify([list, id, filter, markedIds(app, ui, list), ui.sort, ui.folded]);
};
