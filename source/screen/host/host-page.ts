import { type Line, muted } from '../../model/words/line.ts';
import type { LogRing } from '../../model/words/log.ts';
import { counted } from '../../model/words/sentences.ts';
import { type FleetHost, isRemembered, nameOf, shownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';
import { rememberedHostLines } from './details.ts';
import { type Known, toldOf, twoColumns } from './host-sections.ts';
import { pageLines, titleRule } from './page-sections.ts';

interface PageShown {
  readonly columns: number;
  readonly now: number;
  readonly rows: number;
  /** In one column, however wide it is: what stands beside each other cannot be read line by line. */
  readonly isInOne?: true;
}

/** So many lines of its log follow its page, where it has some: the tab has all. */
const pageLog = 6;

/** The end of its log below a title, in so many rows. */
const logOnPage = (log: LogRing | undefined, rows: number, columns: number): readonly Line[] => {
  if (log === undefined || log.lines.length === 0) return [];
  const shown = log.lines.slice(-Math.max(1, rows - 1));
  return [
    titleRule(`Log, the last ${counted(shown.length, 'line')}`, columns),
    ...shown.map((line): Line => [muted(` ${line}`)]),
  ];
};

/**
 * The page of a host: all that its pane tells, below titles, what is wrong first. What does not fit is scrolled, and rows
 * that are left have the end of its log.
 */
export const hostPage = (
  host: FleetHost,
  known: Known,
  { columns, now, rows, isInOne }: PageShown,
): readonly Line[] => {
  const lines = isRemembered(host)
    ? rememberedHostLines(host, now)
    : pageLines(toldOf(host, known, now), columns, columns >= twoColumns && isInOne !== true);
  const room = Math.max(pageLog, rows - lines.length);
  return [...lines, ...logOnPage(known.logs[nameOf(host)], room, columns)];
};

/** `1 to 17 of 40`: the rows of the page that are in sight; null where all of it is. */
export const pagePosition = (top: number, length: number, rows: number): string | null =>
  length <= rows ? null : `${top + 1} to ${Math.min(length, top + rows)} of ${length}`;

/** Where the page of a host is scrolled to. */
export const pageTop = (
  { screen, details }: Pick<Ui, 'screen' | 'details'>,
  length: number,
  rows: number,
): number =>
  screen.kind === 'host' && details.of === `host ${screen.host}`
    ? Math.max(0, Math.min(details.top, length - rows))
    : 0;

/** Scrolls the page of a host as far as it goes. */
export const scrollPage = (app: AppState, ui: Ui, by: number, bodyRows: number): Ui => {
  if (ui.screen.kind !== 'host') return ui;
  const host = shownFleet(app).hosts[ui.screen.host];
  if (host === undefined) return ui;
  // The tabs have a row of it.
  const rows = Math.max(1, bodyRows - 1);
  const { length } = hostPage(host, app, { columns: ui.columns, now: ui.now, rows });
  const top = pageTop(ui, length, rows) + by;
  const last = Math.max(0, length - rows);
  return {
    ...ui,
    details: { of: `host ${ui.screen.host}`, top: Math.max(0, Math.min(last, top)) },
  };
};
