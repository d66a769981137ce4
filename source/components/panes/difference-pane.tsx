import type { ReactNode } from 'react';
import {
  breakText,
  cut,
  fitLine,
  type Line,
  muted,
  type Span,
  span,
  strong,
  type Tone,
  takeCells,
  widthOf,
} from '../../model/words/line.ts';
import { isHit } from '../../model/words/log.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import {
  changedPart,
  type DifferenceLine,
  type DifferenceRow,
  dateInLine,
  type UnifiedRow,
} from '../../screen/difference-rows.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import type { DifferenceOverlay } from '../../screen/overlay.ts';
import { findWords } from '../../screen/reducer/find.ts';
import { unifiedOnce } from '../../screen/reducer/overlay.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { highlight } from '../base/search-hits.ts';
import { useApp } from '../base/use-app.ts';

const tones: Readonly<Record<DifferenceLine['kind'], Tone>> = {
  added: 'good',
  removed: 'bad',
  same: 'muted',
};

const signs: Readonly<Record<DifferenceLine['kind'], string>> = {
  added: '+',
  removed: '-',
  same: ' ',
};

/** The text of a line, with the part inverse that its counterpart does not have. */
const spansOf = (
  line: DifferenceLine,
  other: DifferenceLine | null,
  search: string,
): readonly Span[] => {
  const tone = tones[line.kind];
  const text = withoutControls(line.text);
  if (isHit(text, search)) return highlight(text, search, tone);
  if (other === null || other.kind === line.kind) return [span(text, tone)];
  const { from, to } = changedPart(text, withoutControls(other.text));
  return [
    span(text.slice(0, from), tone),
    { text: text.slice(from, to), tone, inverse: true },
    span(text.slice(to), tone),
  ];
};

/** A number of five digits takes one more. */
const numberCells = 4;

/** A line of a lock that is a date is read as one, too. */
const withDate = (line: DifferenceLine, spans: readonly Span[]): readonly Span[] => {
  const date = dateInLine(line.text);
  return date === null ? spans : [...spans, span(`  ${date}`, 'accent')];
};

/** The text in pieces, of which the first has less room. */
const breakAt = (text: string, first: number, cells: number): readonly string[] => {
  if (widthOf(text) <= first) return [text];
  const head = takeCells(text, first);
  return [head, ...breakText(text.slice(head.length), cells)];
};

/** Spans in rows of so many cells: what does not fit goes on in the next, so that hashes stay whole. */
const inRows = (spans: readonly Span[], cells: number): readonly Line[] => {
  const rows: Span[][] = [[]];
  let left = cells;
  for (const part of spans)
    for (const [at, text] of breakAt(part.text, left, cells).entries()) {
      if (at > 0) {
        rows.push([]);
        left = cells;
      }
      rows.at(-1)?.push({ ...part, text });
      left -= widthOf(text);
    }
  return rows;
};

/** Nothing of a lock that changes stands nearer to the edge than four blanks; each level is one blank here. */
const outdented = (line: DifferenceLine): DifferenceLine => ({
  ...line,
  text: line.text.replace(/^ {4}( *)/, (_, deeper: string) => ' '.repeat(deeper.length / 2)),
});

/** A line with its number, in as many rows as it needs. */
const rowsOfLine = (
  line: DifferenceLine,
  other: DifferenceLine | null,
  { number, cells, search }: { number: number | null; cells: number; search: string },
): readonly Line[] => {
  const counterpart = other === null ? null : outdented(other);
  const spans = withDate(line, spansOf(outdented(line), counterpart, search));
  const head: Line = [
    muted(`${String(number ?? '').padStart(numberCells)} `),
    span(`${signs[line.kind]} `, tones[line.kind]),
  ];
  const blank: Line = [span(' '.repeat(numberCells + 3))];
  return inRows(spans, cells - numberCells - 3).map((row, at) => [
    ...(at === 0 ? head : blank),
    ...row,
  ]);
};

const titleLine = (kind: 'heading' | 'folded', text: string, cells: number): Line =>
  kind === 'folded'
    ? [muted(`${' '.repeat(numberCells)} ${glyph.folded} ${cut(text, cells - numberCells - 3)}`)]
    : [strong(cut(text, cells), 'accent')];

const unifiedLines = (row: UnifiedRow, cells: number, search: string): readonly Line[] => {
  if (row.kind !== 'line') return [titleLine(row.kind, row.text, cells)];
  const { line, other } = row;
  return rowsOfLine(line, other, { number: line.newLine ?? line.oldLine, cells, search });
};

const sideBySideLines = (row: DifferenceRow, cells: number, search: string): readonly Line[] => {
  if (row.kind !== 'pair') return [titleLine(row.kind, row.text, cells)];
  const { old, now } = row;
  const side = Math.floor((cells - 1) / 2);
  const left =
    old === null ? [] : rowsOfLine(old, now, { number: old.oldLine, cells: side, search });
  const right =
    now === null ? [] : rowsOfLine(now, old, { number: now.newLine, cells: side, search });
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, at): Line => [
      ...fitLine(left[at] ?? [], side),
      span(' '),
      ...fitLine(right[at] ?? [], side),
    ],
  );
};

/** Only the rows that are seen are made: a lock has a hundred thousand lines. */
const differenceLines = (
  pane: DifferenceOverlay,
  cells: number,
  room: number,
  search = '',
): readonly Line[] => {
  const { rows, top, layout } = pane;
  const lines =
    layout === 'unified'
      ? unifiedOnce(rows)
          .slice(top, top + room)
          .flatMap((row) => unifiedLines(row, cells, search))
      : rows.slice(top, top + room).flatMap((row) => sideBySideLines(row, cells, search));
  return lines.slice(0, room);
};

/** The line difference of a file, highlighted where lines differ. */
export const DifferencePane = ({ pane }: { readonly pane: DifferenceOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const find = useApp(({ ui }) => ui.find);
  const room = height - 2;
  const length = pane.layout === 'unified' ? unifiedOnce(pane.rows).length : pane.rows.length;
  const place = length > room ? `   ${pane.top + 1} of ${length}` : '';
  const layouts = pane.layout === 'unified' ? 'Tab side by side' : 'Tab one column';
  const hint =
    findWords(pane, find) ||
    (columns < 100
      ? ''
      : `   ${layouts}, ${keyName('next-hit')} next change, ${keyName('fold-hashes')} ${pane.isFolded ? 'unfolds' : 'folds'} hashes`);
  return (
    <Lines
      lines={framed(
        `${pane.title}${place}${hint}`,
        differenceLines(pane, columns - 6, room, find.text),
        columns,
      )}
      height={height}
    />
  );
};
