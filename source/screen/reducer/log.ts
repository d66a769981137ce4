import { nextLevel, readUnitLogKey, unitLogKey } from '../../model/host/unit-journal.ts';
import { memoLast } from '../../model/memo.ts';
import { emptyLog, isHit, type LogHits, type LogRing } from '../../model/words/log.ts';
import type { AppState } from '../../state/state.ts';
import type { LogUi, Ui } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';

/** Whether a log is that of a builder: it is named by its derivation. */
export const isBuilderLog = (host: string): boolean => host.startsWith('/');

/** Whether the disk has the lines of a log that memory no longer holds: of builders and units others keep them. */
export const isOnDisk = (host: string): boolean =>
  !isBuilderLog(host) && readUnitLogKey(host) === null;

/** A log in memory. */
export const ringOf = ({ builderLogs, unitLogs, logs }: AppState, host: string): LogRing =>
  (isBuilderLog(host) ? builderLogs[host] : (unitLogs[host] ?? logs[host])) ?? emptyLog;

const onlyHits = memoLast((ring: LogRing, search: string, found: LogHits | null): LogRing => {
  const texts = found?.search === search ? found.texts : [];
  const old = found?.search === search ? found.count : 0;
  return {
    lines: [...texts, ...ring.lines.filter((line) => isHit(line, search))],
    dropped: old - texts.length,
  };
});

/** What is shown of a log: its lines, or those alone that hold what is searched. */
export const shownRing = (app: AppState, { host, only, search, found }: LogUi): LogRing => {
  const ring = ringOf(app, host);
  return only && search !== '' ? onlyHits(ring, search, found) : ring;
};

/** Number of the first line that can be shown: of builders and units the disk has no lines, and found ones are in memory. */
const firstLine = (ring: LogRing, { host, only, search }: LogUi): number =>
  !isOnDisk(host) || (only && search !== '') ? ring.dropped : 0;

/** Lines from this number on, as far as they are known; null for one that is still to be read. */
export const linesFrom = (
  ring: LogRing,
  { older }: LogUi,
  from: number,
  count: number,
): readonly (string | null)[] => {
  const lines: (string | null)[] = [];
  const end = Math.min(from + count, ring.dropped + ring.lines.length);
  for (let number = from; number < end; number += 1)
    lines.push(
      (number >= ring.dropped
        ? ring.lines[number - ring.dropped]
        : older?.lines[number - older.first]) ?? null,
    );
  return lines;
};

/** Number of the first visible line, counted since the log began: lines that the ring drops do not move it. */
export const topLine = (ring: LogRing, log: LogUi, height: number): number => {
  const first = firstLine(ring, log);
  const end = ring.dropped + ring.lines.length;
  const last = Math.max(first, end - height);
  return log.follow ? last : Math.max(first, Math.min(log.top, last));
};

export const change = (ui: Ui, log: Partial<LogUi>): Ui => ({ ...ui, log: { ...ui.log, ...log } });

/** Scrolling up stops following; reaching the end again does not start it: that is what G and f are for. */
export const scrollLog = (app: AppState, ui: Ui, by: number): Ui => {
  const ring = shownRing(app, ui.log);
  const top = topLine(ring, ui.log, logRowsOf(app, ui));
  if (ui.log.follow && by > 0) return ui;
  return change(ui, {
    follow: false,
    top: Math.max(firstLine(ring, ui.log), top + by),
    hit: null,
    seeking: null,
  });
};

export const jumpLog = (app: AppState, ui: Ui, to: 'first' | 'last'): Ui =>
  to === 'last'
    ? change(ui, { follow: true, seeking: null })
    : change(ui, {
        follow: false,
        top: firstLine(shownRing(app, ui.log), ui.log),
        seeking: null,
      });

export const followLog = (app: AppState, ui: Ui, follow: boolean): Ui => {
  const top = topLine(shownRing(app, ui.log), ui.log, logRowsOf(app, ui));
  return change(ui, { follow, top, seeking: null });
};

/** Scrolls sideways, never beyond the end of the longest line. */
export const shiftLog = (app: AppState, ui: Ui, by: number): Ui => {
  const most = (sum: number, { length }: string): number => Math.max(sum, length);
  const inMemory = shownRing(app, ui.log).lines.reduce(most, 0);
  const longest = (ui.log.older?.lines ?? []).reduce(most, inMemory);
  const last = Math.max(0, longest - (ui.columns - 2));
  return change(ui, { left: Math.max(0, Math.min(ui.log.left + by, last)) });
};

export const wrapLog = (ui: Ui): Ui => change(ui, { wrap: !ui.log.wrap, left: 0 });

/** Another log, followed at its end; what is searched stays. */
export const atEndOf = (log: LogUi, host: string): LogUi => ({
  ...log,
  host,
  follow: true,
  top: 0,
  left: 0,
  hit: null,
  only: false,
  older: null,
  found: null,
  seeking: null,
});

export const openLog = (ui: Ui, host: string): Ui => ({
  ...ui,
  screen: { kind: 'view', view: 'log' },
  overlay: null,
  log: ui.log.host === host ? ui.log : atEndOf(ui.log, host),
});

/** The journal of a unit with fewer (1) or more (-1) levels; any other log stays. */
export const changeLevel = (ui: Ui, by: 1 | -1): Ui => {
  const log = readUnitLogKey(ui.log.host);
  if (log === null) return ui;
  const level = nextLevel(log.level, by);
  return level === log.level ? ui : openLog(ui, unitLogKey({ ...log, level }));
};

const noHits: readonly number[] = [];

/** Numbers of the lines in memory that hold what is searched. */
const hitsInMemory = memoLast((ring: LogRing, search: string): readonly number[] => {
  const numbers: number[] = [];
  ring.lines.forEach((text, index) => {
    if (isHit(text, search)) numbers.push(ring.dropped + index);
  });
  return numbers;
});

/** What was found on the disk for what is searched now. */
const foundOnDisk = ({ found, search, only }: LogUi): LogHits | null =>
  found?.search === search && !only ? found : null;

/** How many lines hold what is searched, and which of them the given one is; 0 where it is none. */
export const countHits = (
  ring: LogRing,
  log: LogUi,
): { readonly place: number; readonly count: number } => {
  const { search, hit } = log;
  const found = foundOnDisk(log);
  const old = found?.count ?? 0;
  const here = hitsInMemory(ring, search);
  const count = old + here.length;
  if (hit === null) return { place: 0, count };
  const place = here.indexOf(hit);
  if (place >= 0) return { place: old + place + 1, count };
  const numbers = found?.numbers ?? noHits;
  const oldPlace = numbers.indexOf(hit);
  return { place: oldPlace < 0 ? 0 : old - numbers.length + oldPlace + 1, count };
};

/** Whether the search waits for lines that are on the disk alone. */
export const isSearchOpen = (ring: LogRing, log: LogUi): boolean =>
  isUnsearched(ring, { ...log, only: false }) &&
  (log.found?.search !== log.search || log.seeking !== null);

/** Whether lines that are on the disk alone were not searched yet. */
const isUnsearched = (ring: LogRing, log: LogUi): boolean =>
  log.search !== '' &&
  firstLine(ring, log) < ring.dropped &&
  (foundOnDisk(log)?.before ?? 0) < ring.dropped;

/**
 * Goes to the next line that holds what is searched; around the end to the other side. Where it may be
 * among lines on the disk that are not searched yet, it goes there when they are.
 */
export const findInLog = (app: AppState, ui: Ui, by: 1 | -1): Ui => {
  const { log } = ui;
  const ring = shownRing(app, log);
  if (log.search === '' || ring.lines.length === 0) return ui;
  const end = ring.dropped + ring.lines.length;
  const from = log.follow ? (by === 1 ? -1 : end) : (log.hit ?? log.top);
  const old = (foundOnDisk(log)?.numbers ?? noHits).filter((number) => number < ring.dropped);
  const all = [...old, ...hitsInMemory(ring, log.search)];
  const next = by === 1 ? all.find((one) => one > from) : all.findLast((one) => one < from);
  const isInMemory = next !== undefined && next >= ring.dropped && from >= ring.dropped;
  if (isUnsearched(ring, log) && !isInMemory) return change(ui, { seeking: by });
  const at = next ?? (by === 1 ? all[0] : all.at(-1));
  if (at === undefined) return log.seeking === null ? ui : change(ui, { seeking: null });
  return change(ui, {
    follow: false,
    top: at,
    hit: at,
    isAround: !log.follow && next === undefined,
    seeking: null,
  });
};

/** The next log in the order of the hosts that have one; the fleet's own comes first, those of builders and units last. */
export const cycleLog = (app: AppState, ui: Ui, by: number): Ui => {
  const hosts = [
    '',
    ...app.hostNames.filter((name) => app.logs[name] !== undefined),
    ...Object.keys(app.builderLogs),
    ...Object.keys(app.unitLogs),
  ];
  const index = Math.max(0, hosts.indexOf(ui.log.host));
  const next = hosts[(index + by + hosts.length) % hosts.length];
  return next === undefined ? ui : openLog(ui, next);
};
