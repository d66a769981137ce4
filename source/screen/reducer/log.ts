import { memoLast } from '../../model/memo.ts';
import { emptyLog, type LogRing } from '../../model/words/log.ts';
import type { AppState } from '../../state/state.ts';
import { logRows } from '../layout.ts';
import type { LogUi, Ui } from '../ui.ts';

/** Whether a log is that of a builder: it is named by its derivation. */
export const isBuilderLog = (host: string): boolean => host.startsWith('/');

export const ringOf = (app: AppState, host: string): LogRing =>
  (isBuilderLog(host) ? app.builderLogs[host] : app.logs[host]) ?? emptyLog;

/** Number of the first visible line, counted since the log began: lines that the ring drops do not move it. */
export const topLine = (ring: LogRing, log: LogUi, height: number): number => {
  const end = ring.dropped + ring.lines.length;
  const last = Math.max(ring.dropped, end - height);
  return log.follow ? last : Math.max(ring.dropped, Math.min(log.top, last));
};

const change = (ui: Ui, log: Partial<LogUi>): Ui => ({ ...ui, log: { ...ui.log, ...log } });

/** Scrolling up stops following; reaching the end again does not start it: that is what G and f are for. */
export const scrollLog = (app: AppState, ui: Ui, by: number): Ui => {
  const ring = ringOf(app, ui.log.host);
  const top = topLine(ring, ui.log, logRows(ui.rows));
  if (ui.log.follow && by > 0) return ui;
  return change(ui, { follow: false, top: Math.max(ring.dropped, top + by), hit: null });
};

export const jumpLog = (app: AppState, ui: Ui, to: 'first' | 'last'): Ui =>
  to === 'last'
    ? change(ui, { follow: true })
    : change(ui, { follow: false, top: ringOf(app, ui.log.host).dropped });

export const followLog = (app: AppState, ui: Ui, follow: boolean): Ui => {
  const top = topLine(ringOf(app, ui.log.host), ui.log, logRows(ui.rows));
  return change(ui, { follow, top });
};

/** Scrolls sideways, never beyond the end of the longest line. */
export const shiftLog = (app: AppState, ui: Ui, by: number): Ui => {
  const longest = ringOf(app, ui.log.host).lines.reduce(
    (most, { length }) => Math.max(most, length),
    0,
  );
  const last = Math.max(0, longest - (ui.columns - 2));
  return change(ui, { left: Math.max(0, Math.min(ui.log.left + by, last)) });
};

export const wrapLog = (ui: Ui): Ui => change(ui, { wrap: !ui.log.wrap, left: 0 });

export const openLog = (ui: Ui, host: string): Ui => ({
  ...ui,
  screen: { kind: 'view', view: 'log' },
  overlay: null,
  log:
    ui.log.host === host ? ui.log : { ...ui.log, host, follow: true, top: 0, left: 0, hit: null },
});

/** Whether a line holds what is searched; case counts only when the search has a capital. */
export const isHit = (line: string, search: string): boolean => {
  if (search === '') return false;
  return search === search.toLowerCase()
    ? line.toLowerCase().includes(search)
    : line.includes(search);
};

/** How many lines hold what is searched, and which of them the given one is; 0 where it is none. */
export const countHits = memoLast(
  (
    ring: LogRing,
    search: string,
    line: number,
  ): { readonly place: number; readonly count: number } => {
    let count = 0;
    let place = 0;
    ring.lines.forEach((text, index) => {
      if (!isHit(text, search)) return;
      count += 1;
      if (ring.dropped + index === line) place = count;
    });
    return { place, count };
  },
);

/** Goes to the next line that holds what is searched; around the end to the other side. */
export const findInLog = (app: AppState, ui: Ui, by: 1 | -1): Ui => {
  const { search } = ui.log;
  const ring = ringOf(app, ui.log.host);
  const count = ring.lines.length;
  if (search === '' || count === 0) return ui;
  const at = ui.log.hit ?? ui.log.top;
  const from = ui.log.follow ? (by === 1 ? -1 : count) : at - ring.dropped;
  for (let step = 1; step <= count; step += 1) {
    const index = (((from + by * step) % count) + count) % count;
    if (isHit(ring.lines[index] ?? '', search))
      return change(ui, {
        follow: false,
        top: ring.dropped + index,
        hit: ring.dropped + index,
        isAround: !ui.log.follow && (by === 1 ? index <= from : index >= from),
      });
  }
  return ui;
};

/** The next log in the order of the hosts that have one; the fleet's own comes first, those of builders last. */
export const cycleLog = (app: AppState, ui: Ui, by: number): Ui => {
  const hosts = [
    '',
    ...app.hostNames.filter((name) => app.logs[name] !== undefined),
    ...Object.keys(app.builderLogs),
  ];
  const index = Math.max(0, hosts.indexOf(ui.log.host));
  const next = hosts[(index + by + hosts.length) % hosts.length];
  return next === undefined ? ui : openLog(ui, next);
};
