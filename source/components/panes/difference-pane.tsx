import type { ReactNode } from 'react';
import {
  fitLine,
  fitRight,
  type Line,
  muted,
  type Span,
  span,
  type Tone,
} from '../../model/words/line.ts';
import { isHit } from '../../model/words/log.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import {
  changedPart,
  type DifferenceLine,
  type DifferenceRow,
  type UnifiedRow,
} from '../../screen/difference-rows.ts';
import { bodyRows } from '../../screen/layout.ts';
import type { DifferenceOverlay } from '../../screen/overlay.ts';
import { findWords } from '../../screen/reducer/find.ts';
import { unifiedOnce } from '../../screen/reducer/overlay.ts';
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

const numberCells = 6;

const unifiedLine = (row: UnifiedRow, search: string): Line => {
  if (row.kind === 'heading') return [span(row.text, 'accent')];
  const { line, other } = row;
  const number = line.newLine ?? line.oldLine;
  return [
    muted(`${fitRight(String(number ?? ''), numberCells)} `),
    span(`${signs[line.kind]} `, tones[line.kind]),
    ...spansOf(line, other, search),
  ];
};

const half = (
  line: DifferenceLine | null,
  other: DifferenceLine | null,
  number: number | null,
  cells: number,
  search: string,
): Line =>
  fitLine(
    line === null
      ? [span('')]
      : [
          muted(`${fitRight(String(number ?? ''), numberCells)} `),
          span(`${signs[line.kind]} `, tones[line.kind]),
          ...spansOf(line, other, search),
        ],
    cells,
  );

const sideBySideLine = (row: DifferenceRow, cells: number, search: string): Line => {
  if (row.kind === 'heading') return [span(row.text, 'accent')];
  const { old, now } = row;
  const side = Math.floor((cells - 1) / 2);
  return [
    ...half(old, now, old?.oldLine ?? null, side, search),
    span(' '),
    ...half(now, old, now?.newLine ?? null, side, search),
  ];
};

/** Only the rows that are seen are made: a lock has a hundred thousand lines. */
const differenceLines = (
  pane: DifferenceOverlay,
  cells: number,
  room: number,
  search = '',
): readonly Line[] =>
  pane.layout === 'unified'
    ? unifiedOnce(pane.rows)
        .slice(pane.top, pane.top + room)
        .map((row) => unifiedLine(row, search))
    : pane.rows.slice(pane.top, pane.top + room).map((row) => sideBySideLine(row, cells, search));

/** The line difference of a file, highlighted where lines differ. */
export const DifferencePane = ({ pane }: { readonly pane: DifferenceOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const find = useApp(({ ui }) => ui.find);
  const room = height - 2;
  const length = pane.layout === 'unified' ? unifiedOnce(pane.rows).length : pane.rows.length;
  const place = length > room ? `   ${pane.top + 1} of ${length}` : '';
  const layouts = pane.layout === 'unified' ? 'Tab side by side' : 'Tab one column';
  const hint = findWords(pane, find) || `   ${layouts}, n next change`;
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
