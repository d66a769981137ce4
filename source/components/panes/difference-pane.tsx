import type { ReactNode } from 'react';
import { memoByObject } from '../../model/memo.ts';
import {
  cut,
  fitLine,
  joinFitting,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  strong,
  type Tone,
  widthOf,
} from '../../model/words/line.ts';
import { isHit } from '../../model/words/log.ts';
import { type WholeRow, wholeRows } from '../../model/words/whole-words.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import {
  changedPart,
  type DifferenceHeading,
  type DifferenceLine,
  type DifferenceRow,
  dateInLine,
  type UnifiedRow,
} from '../../screen/difference-rows.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import type { DifferenceOverlay } from '../../screen/overlay.ts';
import { findWords } from '../../screen/reducer/find.ts';
import { changeInSight, differenceLength, unifiedOnce } from '../../screen/reducer/overlay.ts';
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

/** Of a line: those of its number, a blank, and its sign. */
const headCells = (digits: number): number => digits + 2;

/** What a line is drawn with. */
interface Drawn {
  /** Of the largest number of a line. */
  readonly digits: number;
  readonly cells: number;
  readonly search: string;
}

/** A line of a lock that is a date is read as one, too. */
const withDate = (line: DifferenceLine, spans: readonly Span[]): readonly Span[] => {
  const date = dateInLine(line.text);
  return date === null ? spans : [...spans, span(`  ${date}`, 'accent')];
};

/** The part of spans that stands between two places of their text. */
const between = (spans: readonly Span[], from: number, to: number): Line => {
  let start = 0;
  return spans.flatMap((part): Line => {
    const text = part.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += part.text.length;
    return text === '' ? [] : [{ ...part, text }];
  });
};

/** Spans in rows: the first without its indent, as its number stands before it. */
const inRows = (spans: readonly Span[], { digits, cells }: Drawn): readonly Line[] => {
  const head = headCells(digits);
  const text = spans.map((part) => part.text).join('');
  if (widthOf(text) <= cells - head) return [spans];
  let at = 0;
  const indent = text.length - text.trimStart().length;
  const [first, ...rest] = wholeRows(text.slice(indent), { cells, indent: head + indent });
  const rowOf = (row: WholeRow | undefined, blanks: number): Line => {
    const from = text.indexOf(row?.text ?? '', at);
    at = from + (row?.text.length ?? 0);
    return [span(' '.repeat(blanks)), ...between(spans, from, at)];
  };
  // A first word that needs the cells of the number leaves that a row of its own.
  return first !== undefined && first.indent < head
    ? [[], ...[first, ...rest].map((row) => rowOf(row, row.indent))]
    : [rowOf(first, indent), ...rest.map((row) => rowOf(row, row.indent))];
};

/** A line of a lock with a revision, from its quote to its comma. */
const revisionLine = 50;

/**
 * Nothing of a lock that changes stands nearer to the edge than four blanks. Each level is one blank here, or none where a
 * revision would have no room for it.
 */
const outdented = (line: DifferenceLine, { digits, cells }: Drawn): DifferenceLine => {
  const level = cells - headCells(digits) < revisionLine + 2 ? 0 : 1;
  return {
    ...line,
    text: line.text.replace(/^ {4}( *)/, (_, deeper: string) =>
      ' '.repeat((level * deeper.length) / 2),
    ),
  };
};

/** A line with its number, in as many rows as it needs. */
const rowsOfLine = (
  line: DifferenceLine,
  other: DifferenceLine | null,
  number: number | null,
  drawn: Drawn,
): readonly Line[] => {
  const counterpart = other === null ? null : outdented(other, drawn);
  const spans = withDate(line, spansOf(outdented(line, drawn), counterpart, drawn.search));
  const head: Line = [
    muted(`${String(number ?? '').padStart(drawn.digits)} `),
    span(signs[line.kind], tones[line.kind]),
  ];
  return inRows(spans, drawn).map((row, at) => (at === 0 ? [...head, ...row] : row));
};

/** `2026-11-20 → 2026-11-29` without the years where they are the same. */
const withoutYears = (dates: string): string => {
  const years = dates.match(/\d{4}(?=-)/g) ?? [];
  return new Set(years).size === 1 ? dates.replaceAll(/\d{4}-/g, '') : dates;
};

/** The input first; its alarms and dates before the numbers of the lines, which go where there is no room. */
const headingLine = ({ text, alarms, dates, lines }: DifferenceHeading, cells: number): Line => {
  const room = cells - 6;
  const withDates = (words: string): readonly Line[] => [
    ...(text === '' ? [] : [[strong(text, 'accent')]]),
    ...alarms.map((alarm): Line => [strong(`${glyph.look} ${alarm}`, 'warn')]),
    ...(words === '' ? [] : [[span(words, 'accent')]]),
  ];
  const separator = '   ';
  const widthOfAll = (parts: readonly Line[]): number =>
    parts.reduce((sum, part) => sum + lineWidth(part) + separator.length, -separator.length);
  const whole = withDates(dates);
  const parts = widthOfAll(whole) <= room ? whole : withDates(withoutYears(dates));
  const shown = joinFitting([...parts, [muted(lines)]], separator, room);
  // A name that is longer than the window is cut.
  const line = shown.length === 0 ? [strong(cut(text, room), 'accent')] : shown;
  return [span('@@ ', 'accent'), ...line, span(' @@', 'accent')];
};

const foldedLine = (text: string, { digits, cells }: Drawn): Line => [
  muted(`${' '.repeat(digits)} ${glyph.folded} ${cut(text, cells - digits - 3)}`),
];

const unifiedLines = (row: UnifiedRow, drawn: Drawn): readonly Line[] => {
  if (row.kind === 'heading') return [headingLine(row, drawn.cells)];
  if (row.kind === 'folded') return [foldedLine(row.text, drawn)];
  const { line, other } = row;
  return rowsOfLine(line, other, line.newLine ?? line.oldLine, drawn);
};

const sideBySideLines = (row: DifferenceRow, drawn: Drawn): readonly Line[] => {
  if (row.kind === 'heading') return [headingLine(row, drawn.cells)];
  if (row.kind === 'folded') return [foldedLine(row.text, drawn)];
  const { old, now } = row;
  const cells = Math.floor((drawn.cells - 1) / 2);
  const side = { ...drawn, cells };
  const left = old === null ? [] : rowsOfLine(old, now, old.oldLine, side);
  const right = now === null ? [] : rowsOfLine(now, old, now.newLine, side);
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, at): Line => [
      ...fitLine(left[at] ?? [], cells),
      span(' '),
      ...fitLine(right[at] ?? [], cells),
    ],
  );
};

/** Digits of the largest number of a line, three at least; found once, as a lock has thousands of lines. */
const digitsOf = memoByObject((rows: readonly DifferenceRow[]): number =>
  rows.reduce(
    (most, row) =>
      row.kind === 'pair'
        ? Math.max(
            most,
            String(row.old?.oldLine ?? '').length,
            String(row.now?.newLine ?? '').length,
          )
        : most,
    3,
  ),
);

/** Only the rows that are seen are made: a lock has a hundred thousand lines. */
const differenceLines = (
  pane: DifferenceOverlay,
  cells: number,
  room: number,
  search = '',
): readonly Line[] => {
  const { rows, top, layout } = pane;
  const drawn: Drawn = { digits: digitsOf(rows), cells, search };
  const lines =
    layout === 'unified'
      ? unifiedOnce(rows)
          .slice(top, top + room)
          .flatMap((row) => unifiedLines(row, drawn))
      : rows.slice(top, top + room).flatMap((row) => sideBySideLines(row, drawn));
  return lines.slice(0, room);
};

/** The line difference of a file, highlighted where lines differ. */
export const DifferencePane = ({ pane }: { readonly pane: DifferenceOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const find = useApp(({ ui }) => ui.find);
  const room = height - 2;
  const length = differenceLength(pane);
  const { place: change, count, input } = changeInSight(pane);
  const whose =
    change === 0
      ? ''
      : `   ${[`${change} of ${count}`, input].filter((one) => one !== '').join(' ')}`;
  const place = length > room ? `   line ${pane.top + 1} of ${length}` : '';
  const search = findWords(pane, find);
  const layouts = pane.layout === 'unified' ? 'Tab side by side' : 'Tab one column';
  const keys = `   ${layouts}, ${keyName('next-hit')} next change, ${keyName('fold-hashes')} ${pane.isFolded ? 'unfolds' : 'folds'} hashes`;
  const [file = ''] = pane.title.split(',');
  const titles = [
    ...(search === '' && columns >= 100 ? [`${pane.title}${whose}${place}${keys}`] : []),
    `${pane.title}${whose}${place}${search}`,
    `${file}${whose}${place}${search}`,
    `${file}${whose}${search}`,
  ];
  return (
    <Lines
      lines={framed(
        titles.find((title) => widthOf(title) <= columns - 10) ?? `${file}${search}`,
        differenceLines(pane, columns - 6, room, find.text),
        columns,
      )}
      height={height}
    />
  );
};
