import { type Line, muted } from '../../model/words/line.ts';
import { type FleetHost, isRemembered, nameOf, shownFleet } from '../../state/remembered.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { Ui } from '../ui.ts';
import { rememberedHostLines } from './details.ts';
import {
  endOfLog,
  headLines,
  type Known,
  sectionLines,
  toldOf,
  twoColumns,
} from './host-sections.ts';

/** More rows than anything takes. */
const everyRow = 10_000;

const notAsked = ({ role }: HostState['entry']): Line => [
  muted(
    role.kind === 'left-out' || role.kind === 'refused'
      ? ' Not contacted: not a running host.'
      : ` Not asked yet, or it did not answer. ${keyName('refresh')} asks again.`,
  ),
];

interface PageShown {
  readonly columns: number;
  readonly now: number;
  readonly rows: number;
  /** In one column, however wide it is: what stands beside each other cannot be read line by line. */
  readonly isInOne?: true;
}

/** All that is known of a host, for its page: the same as in its pane, and nothing is left out. */
const pageOf = (
  host: FleetHost,
  known: Known,
  { columns, now, isInOne }: PageShown,
): readonly Line[] => {
  if (isRemembered(host)) return rememberedHostLines(host, now);
  return [
    ...headLines(host, columns, now),
    ...(host.facts === null ? [notAsked(host.entry)] : []),
    ...sectionLines(
      toldOf(host, known, now),
      everyRow,
      columns,
      columns >= twoColumns && isInOne !== true,
    ),
  ];
};

/** So many lines of its log follow its page, where it has some: the tab has all. */
const pageLog = 5;

/** The page of a host: what does not fit is scrolled, and rows that are left have the end of its log. */
export const hostPage = (host: FleetHost, known: Known, shown: PageShown): readonly Line[] => {
  const lines = pageOf(host, known, shown);
  const room = Math.max(pageLog, shown.rows - lines.length);
  return [...lines, ...endOfLog(known.logs[nameOf(host)], room)];
};

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
