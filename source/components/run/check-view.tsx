import { Box } from 'ink';
import type { ReactNode } from 'react';
import {
  ageOfAnswer,
  type CheckRow,
  type CheckState,
  checkGroups,
  countStates,
} from '../../model/board/board.ts';
import type { RememberedBoard } from '../../model/remembered/fleet.ts';
import { linkRows } from '../../model/words/addresses.ts';
import { showAge } from '../../model/words/format-time.ts';
import {
  fitLine,
  fitText,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { frameAt, glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { checkRows, cursorPlace } from '../../screen/rows/lists.ts';
import { checkDetails, checkWords, lastAnswerAt } from '../../screen/texts/check-details.ts';
import { checkGuide } from '../../screen/texts/empty-views.ts';
import type { Ui } from '../../screen/ui.ts';
import { earlierBoard, shownBoard } from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeRoom, type ListRow, ListRows } from '../base/list-rows.tsx';
import { guided, said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';

const signOf = (state: CheckState, now: number): Span => {
  switch (state) {
    case 'green':
      return span(glyph.proven, 'good');
    case 'red':
      return span(glyph.failed, 'bad');
    case 'warning':
      return span(glyph.look, 'warn');
    case 'not-set-up':
      return muted(glyph.absent);
    case 'checking':
      return span(frameAt(now), 'busy');
  }
};

/** A row as it was answered earlier, dimmed. */
const dimmed = (line: Line): Line => line.map(({ text }) => muted(text));

/** Cells of the columns before the evidence, which has what they leave. */
interface RowWidths {
  /** 0 leaves the word of the state out: the sign before it says the same. */
  readonly state: number;
  readonly label: number;
}

const wideRow: RowWidths = { state: 11, label: 24 };

/** In a narrow window the names take what they need, and the evidence the rest. */
export const rowWidths = (rows: readonly CheckRow[], columns: number): RowWidths => ({
  state: columns < 78 ? 0 : wideRow.state,
  label: Math.min(
    columns < 78 ? 18 : wideRow.label,
    rows.reduce((most, { label }) => Math.max(most, widthOf(label)), 0),
  ),
});

const rowLine = (row: CheckRow, now: number, { state, label }: RowWidths): Line => [
  span(' '),
  signOf(row.state, now),
  span(
    ` ${state === 0 ? '' : fitText(checkWords[row.state], state)}`,
    row.state === 'red' ? 'bad' : 'muted',
  ),
  span(fitText(row.label, label)),
  muted(' '),
  span(row.evidence, row.state === 'green' || row.state === 'not-set-up' ? 'muted' : 'plain'),
];

/** A row of so many cells, with the age of an old answer at its end: the evidence is cut for it. */
export const agedLine = (
  row: CheckRow,
  now: number,
  cells: number,
  widths: RowWidths = wideRow,
): Line => {
  const age = ageOfAnswer(row, now);
  const line = rowLine(row, row.state === 'checking' ? now : 0, widths);
  if (age === null) return line;
  const aside = ` ${showAge(age)} ago`;
  return [...fitLine(line, cells - widthOf(aside)), muted(aside)];
};

const listRows = (
  rows: readonly CheckRow[],
  now: number,
  { cells, widths }: { readonly cells: number; readonly widths: RowWidths },
  isEarlier: boolean,
): readonly ListRow[] =>
  rows.flatMap((row, index): readonly ListRow[] => [
    ...(rows[index - 1]?.group === row.group ? [] : [{ id: null, line: [strong(row.group)] }]),
    {
      id: row.id,
      line: () => {
        const line = agedLine(row, now, cells, widths);
        return isEarlier ? dimmed(line) : line;
      },
    },
  ]);

/** What the row under the cursor does not say, in so many rows; the last one tells what is left out. */
const detailLines = (
  row: CheckRow,
  host: HostState | undefined,
  {
    now,
    cells,
    widths,
    columns,
    height,
  }: {
    readonly now: number;
    readonly cells: number;
    readonly widths: RowWidths;
    readonly columns: number;
    readonly height: number;
  },
): readonly Line[] => {
  const isCut = lineWidth(rowLine(row, 0, widths)) > cells;
  const lines = checkDetails(row, { isCut, host }, now).flatMap(({ text, tone }) =>
    linkRows(
      text,
      wrapText(text, columns - 4).map((part): Line => [span(`  ${part}`, tone)]),
    ),
  );
  return lines.length <= height
    ? lines
    : [
        ...lines.slice(0, height - 1),
        [muted(`  ${counted(lines.length - height + 1, 'more line')}; Enter shows all of it`)],
      ];
};

/** How many rows there are of each state, and how old a board of an earlier start is. */
export const checkTitle = (
  board: readonly CheckRow[],
  earlier: RememberedBoard | null,
  { columns, now }: Pick<Ui, 'columns' | 'now'>,
): Line => {
  const counts = countStates(board);
  const at = lastAnswerAt(board);
  return titled(
    'Check',
    [
      [span(`${counts.red} failed`, counts.red === 0 ? 'muted' : 'bad')],
      ...(earlier === null && at !== null && counts.checking === 0
        ? [[muted(`checked ${showAge(Math.max(0, now - at))} ago`)]]
        : []),
      [muted(counted(counts.warning, 'warning'))],
      [muted(`${counts.green} passed`)],
      ...(counts.checking === 0 ? [] : [[span(`${counts.checking} running`, 'busy')]]),
      [muted(`${counts['not-set-up']} not set up`)],
      ...(earlier === null
        ? []
        : [[muted(`as of ${showAge(now - earlier.at)} ago; ${keyName('check')} runs all checks`)]]),
    ],
    columns,
  );
};

/** Why there is no row. */
export const emptyCheckLines = (
  isUnasked: boolean,
  filter: string,
  columns: number,
): readonly Line[] => [
  [strong(' Check')],
  ...said(
    isUnasked
      ? `No checks run yet. ${keyName('check')} runs all checks; they change nothing.`
      : `No check matches "${filter}". ${keyName('back')} shows all again.`,
    columns,
  ),
];

/** The board of checks: evidence for each, and what mends the selected one. */
export const CheckView = (): ReactNode => {
  const board = useApp(({ app }) => shownBoard(app));
  const earlier = useApp(({ app }) => earlierBoard(app));
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = useBodyRows();
  const { filter } = ui.lists.check;
  const rows = checkRows(board, filter);
  const place = useApp(({ app, ui: shown }) => cursorPlace(app, shown, 'check'));
  const selected = rows[place];
  const host = useApp(({ app }) => app.hosts[selected?.label ?? '']);
  if (selected === undefined)
    return (
      <Lines
        lines={[
          ...emptyCheckLines(board.length === 0, filter, columns),
          ...(board.length === 0 ? guided(checkGuide(), columns) : []),
        ]}
        height={height}
      />
    );
  // The list leaves what it does not need.
  const free = height - 1 - rows.length - new Set(rows.map(({ group }) => group)).size;
  const below = height >= 12 ? Math.max(5, Math.min(16, free)) : 0;
  const listHeight = height - 1 - below;
  // Selection and mark stand before a row, the number of hidden ones behind it.
  const cells = columns - 2 - edgeRoom(rows.length + checkGroups.length, listHeight);
  const widths = rowWidths(board, columns);
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={checkTitle(board, earlier, ui)} />
      <ListRows
        list="check"
        rows={listRows(rows, ui.now, { cells, widths }, earlier !== null)}
        selected={selected.id}
        columns={columns}
        height={listHeight}
      />
      {below === 0 ? null : (
        <>
          <LineText line={[muted(glyph.rule.repeat(columns))]} />
          <Lines
            lines={detailLines(selected, host, {
              now: ui.now,
              cells,
              widths,
              columns,
              height: below - 1,
            })}
            height={below - 1}
          />
        </>
      )}
    </Box>
  );
};
