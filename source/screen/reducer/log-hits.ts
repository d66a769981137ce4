import type { LogHits, LogRing } from '../../model/words/log.ts';
import type { AppState } from '../../state/state.ts';
import type { LogUi, Ui } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';
import { change, findInLog, isOnDisk, ringOf, topLine } from './log.ts';
import { showsLog } from './ui-screen.ts';

/** Lines that are read from the disk at a time, and how many of them stand before those that are shown. */
const pieceLines = 2_500;
const linesBefore = 1_000;

/** So many lines more are searched together while a log grows that nobody goes through. */
const searchedTogether = 5_000;

/** What the shown log needs of the disk. */
export type OldLogWish =
  | { readonly kind: 'read'; readonly host: string; readonly from: number; readonly count: number }
  | {
      readonly kind: 'search';
      readonly host: string;
      readonly search: string;
      readonly from: number;
      readonly before: number;
    };

const searchWish = (ring: LogRing, { host, search, found, seeking }: LogUi): OldLogWish | null => {
  const from = found?.search === search ? found.before : 0;
  const before = ring.dropped;
  const isNeeded = found?.search !== search || seeking !== null;
  if (search === '' || from >= before || (!isNeeded && before - from < searchedTogether))
    return null;
  return { kind: 'search', host, search, from, before };
};

const readWish = (ring: LogRing, log: LogUi, rows: number): OldLogWish | null => {
  if (log.follow || log.only) return null;
  const top = topLine(ring, log, rows);
  const end = Math.min(top + rows, ring.dropped);
  const known = log.older?.first ?? Number.POSITIVE_INFINITY;
  if (top >= end || (known <= top && end <= known + pieceLines)) return null;
  const from = Math.max(0, top - linesBefore);
  return { kind: 'read', host: log.host, from, count: pieceLines };
};

/** What is to be read or searched next; null where all is known. Pure. */
export const oldLogWish = (app: AppState, ui: Ui): OldLogWish | null => {
  const { screen, log, prompt } = ui;
  if (!showsLog(screen) || !isOnDisk(log.host)) return null;
  const ring = ringOf(app, log.host);
  return (
    readWish(ring, log, logRowsOf(app, ui)) ?? (prompt === null ? searchWish(ring, log) : null)
  );
};

/** Hits that are kept: those of a search that goes on while the log grows are added to the earlier ones. */
const keptHits = 5_000;

const join = (before: LogHits | null, more: LogHits): LogHits => {
  if (before?.search !== more.search) return more;
  return {
    ...more,
    count: before.count + more.count,
    numbers: [...before.numbers, ...more.numbers].slice(-keptHits),
    texts: [...before.texts, ...more.texts].slice(-keptHits),
  };
};

/** What a search found on the disk; where somebody waits for it, the log goes there. */
export const addHits = (app: AppState, ui: Ui, hits: LogHits): Ui => {
  if (hits.search !== ui.log.search) return ui;
  const { seeking } = ui.log;
  const known = change(ui, { found: join(ui.log.found, hits) });
  return seeking === null ? known : findInLog(app, known, seeking);
};

/** Shows only lines with what is searched, or all again: then the line stays that was searched for. */
export const showHitsOnly = (app: AppState, ui: Ui): Ui => {
  const { only, search, hit } = ui.log;
  if (search === '') return ui;
  if (!only) return change(ui, { only: true, follow: true, seeking: null });
  const all = change(ui, { only: false, hit: null, follow: hit === null });
  return hit === null ? all : findInLog(app, change(all, { follow: true }), -1);
};
