import { counted } from '../../model/words/sentences.ts';
import { unifiedRows } from '../../screen/difference-rows.ts';
import { keyName } from '../../screen/key-names.ts';
import type { DifferenceOverlay, TextOverlay } from '../../screen/overlay.ts';
import { paneRowsOf } from '../../screen/pane-rows.ts';
import { differenceLength, unifiedOnce } from '../../screen/reducer/overlay.ts';
import { overlayRoom } from '../../screen/reducer/overlay-rows.ts';
import { cursorLine } from '../../screen/reducer/text-cursor.ts';
import type { Ui } from '../../screen/ui.ts';
import { spoken } from './words.ts';

export const closing = (): string => `${keyName('back')} closes`;

/** Ends what is said at once: nobody listens to hundreds of lines that no key stops. */
const pageEnd = (title: string, left: number): string =>
  left === 0
    ? `End of ${title}, ${closing()}`
    : `${counted(left, 'line')} more, ${keyName('page-down')} reads on, ${closing()}`;

/** Indices of the lines in sight, whole where a part of one is seen, and how many lines come after these. */
const linesInSight = (
  { lines, top }: TextOverlay,
  ui: Ui,
): { readonly seen: readonly number[]; readonly left: number } => {
  const rows = paneRowsOf(lines, ui.columns).slice(top, top + overlayRoom(ui));
  const last = rows.at(-1)?.line ?? lines.length - 1;
  return { seen: [...new Set(rows.map(({ line }) => line))], left: lines.length - 1 - last };
};

const linesOf = ({ lines }: TextOverlay, seen: readonly number[]): readonly string[] =>
  seen.map((at) => spoken(lines[at]?.text ?? '')).filter((words) => words !== '');

/** The part of a text that is in sight, and how much follows. */
export const textPage = (text: TextOverlay, ui: Ui): readonly string[] => {
  const { seen, left } = linesInSight(text, ui);
  return [`${text.title}:`, ...linesOf(text, seen), pageEnd(text.title, left)];
};

/** Lines that came into sight; of a text that grew those that are new. */
export const textChanges = (before: TextOverlay, text: TextOverlay, ui: Ui): readonly string[] => {
  const old = new Set(linesInSight(before, ui).seen.map((at) => before.lines[at]?.text));
  const { seen, left } = linesInSight(text, ui);
  const lines = linesOf(
    text,
    seen.filter((at) => !old.has(text.lines[at]?.text)),
  );
  // The cursor on another commit: that one, not what came into sight with it.
  const at = cursorLine(text);
  if (at !== null && before.lines === text.lines && at !== cursorLine(before))
    return linesOf(text, [at]);
  const isLonger = before.lines !== text.lines && left > 0;
  return lines.length > 1 || isLonger ? [...lines, pageEnd(text.title, left)] : lines;
};

export const placeInText = (text: TextOverlay, ui: Ui): string => {
  const at = cursorLine(text);
  const end = pageEnd(text.title, linesInSight(text, ui).left);
  return [...(at === null ? [] : linesOf(text, [at])), end].join(', ');
};

type DifferenceRows = ReturnType<typeof unifiedRows>;

/** Rows of a difference from one place to another, below each other even where it is drawn side by side. */
const rowsBetween = (
  { layout, rows }: DifferenceOverlay,
  from: number,
  to: number,
): DifferenceRows =>
  layout === 'unified' ? unifiedOnce(rows).slice(from, to) : unifiedRows(rows.slice(from, to));

const rowsLeft = (pane: DifferenceOverlay, ui: Ui): number =>
  Math.max(0, differenceLength(pane) - pane.top - overlayRoom(ui));

const rowWords = (row: DifferenceRows[number]): string => {
  if (row.kind === 'line')
    return row.line.kind === 'same' ? '' : `${row.line.kind} ${row.line.text.trim()}`;
  return row.kind === 'folded'
    ? spoken(row.text)
    : spoken([row.text, ...row.alarms, row.dates, row.lines].join('  '));
};

const said = (rows: DifferenceRows): readonly string[] =>
  rows.map(rowWords).filter((words) => words !== '');

const rowsSaid = (pane: DifferenceOverlay, ui: Ui): readonly string[] =>
  said(rowsBetween(pane, pane.top, pane.top + overlayRoom(ui)));

/** The part of a difference that is in sight: lines that stayed the same are not said. */
export const differencePage = (pane: DifferenceOverlay, ui: Ui): readonly string[] => [
  `${pane.title}:`,
  ...rowsSaid(pane, ui),
  pageEnd('the difference', rowsLeft(pane, ui)),
];

/** Rows that came into sight; in another layout or fold all of them. */
export const differenceChanges = (
  before: DifferenceOverlay,
  pane: DifferenceOverlay,
  ui: Ui,
): readonly string[] => {
  if (before.rows !== pane.rows || before.layout !== pane.layout) return differencePage(pane, ui);
  const room = overlayRoom(ui);
  const [from, to] =
    pane.top > before.top
      ? [Math.max(pane.top, before.top + room), pane.top + room]
      : [pane.top, Math.min(pane.top + room, before.top)];
  const lines = said(rowsBetween(pane, from, to));
  return lines.length > 1 ? [...lines, pageEnd('the difference', rowsLeft(pane, ui))] : lines;
};

/** The first row in sight that says something, and how much follows. */
export const placeInDifference = (pane: DifferenceOverlay, ui: Ui): string =>
  `${rowsSaid(pane, ui)[0] ?? pane.title}, ${pageEnd('the difference', rowsLeft(pane, ui))}`;
