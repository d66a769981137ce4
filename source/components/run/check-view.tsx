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
import { showAge } from '../../model/words/format-time.ts';
import {
  fitLine,
  fitText,
  type Line,
  muted,
  type Span,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { frameAt, glyph } from '../../screen/glyphs.ts';
import { checkRows, cursorPlace } from '../../screen/rows/lists.ts';
import { withAge } from '../../screen/texts/panes.ts';
import type { Ui } from '../../screen/ui.ts';
import { earlierBoard, shownBoard } from '../../state/remembered.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeRoom, type ListRow, ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
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

const words: Readonly<Record<CheckState, string>> = {
  green: 'passed',
  red: 'failed',
  warning: 'warning',
  'not-set-up': 'not set up',
  checking: 'running',
};

/** A row as it was answered earlier, dimmed. */
const dimmed = (line: Line): Line => line.map(({ text }) => muted(text));

const rowLine = (row: CheckRow, now: number): Line => [
  span(' '),
  signOf(row.state, now),
  span(` ${fitText(words[row.state], 11)}`, row.state === 'red' ? 'bad' : 'muted'),
  span(fitText(row.label, 24)),
  muted(' '),
  span(row.evidence, row.state === 'green' || row.state === 'not-set-up' ? 'muted' : 'plain'),
];

/** A row of so many cells, with the age of an old answer at its end: the evidence is cut for it. */
export const agedLine = (row: CheckRow, now: number, cells: number): Line => {
  const age = ageOfAnswer(row, now);
  const line = rowLine(row, row.state === 'checking' ? now : 0);
  if (age === null) return line;
  const aside = ` ${showAge(age)} ago`;
  return [...fitLine(line, cells - widthOf(aside)), muted(aside)];
};

const listRows = (
  rows: readonly CheckRow[],
  now: number,
  cells: number,
  isEarlier: boolean,
): readonly ListRow[] =>
  rows.flatMap((row, index): readonly ListRow[] => [
    ...(rows[index - 1]?.group === row.group ? [] : [{ id: null, line: [strong(row.group)] }]),
    {
      id: row.id,
      line: () => (isEarlier ? dimmed(agedLine(row, now, cells)) : agedLine(row, now, cells)),
    },
  ]);

const remedyLines = (row: CheckRow, now: number, columns: number): readonly Line[] => {
  const wrap = (text: string, tone: Span['tone']): readonly Line[] =>
    wrapText(text, columns - 4).map((line) => [span(`  ${line}`, tone ?? 'plain')]);
  return [
    ...wrap(withAge(row, now), 'plain'),
    ...(row.remedy === null || row.remedy.text === '' ? [] : wrap(row.remedy.text, 'plain')),
    ...(row.remedy?.command == null ? [] : wrap(`$ ${row.remedy.command}`, 'accent')),
  ];
};

/** How many rows there are of each state, and how old a board of an earlier start is. */
const titleLine = (
  board: readonly CheckRow[],
  earlier: RememberedBoard | null,
  { columns, now }: Pick<Ui, 'columns' | 'now'>,
): Line => {
  const counts = countStates(board);
  return titled(
    'Check',
    [
      [span(`${counts.red} failed`, counts.red === 0 ? 'muted' : 'bad')],
      [muted(counted(counts.warning, 'warning'))],
      [muted(`${counts.green} passed`)],
      ...(counts.checking === 0 ? [] : [[span(`${counts.checking} running`, 'busy')]]),
      [muted(`${counts['not-set-up']} not set up`)],
      ...(earlier === null
        ? []
        : [[muted(`as of ${showAge(now - earlier.at)} ago; C runs all checks`)]]),
    ],
    columns,
  );
};

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
  if (selected === undefined)
    return (
      <Lines
        lines={[
          [strong(' Check')],
          ...said(
            board.length === 0
              ? 'No checks run yet. C runs all checks; they change nothing.'
              : `No check matches "${filter}". Esc shows all again.`,
            columns,
          ),
        ]}
        height={height}
      />
    );
  const below = height >= 12 ? 5 : 0;
  const listHeight = height - 1 - below;
  // Selection and mark stand before a row, the number of hidden ones behind it.
  const cells = columns - 2 - edgeRoom(rows.length + checkGroups.length, listHeight);
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={titleLine(board, earlier, ui)} />
      <ListRows
        list="check"
        rows={listRows(rows, ui.now, cells, earlier !== null)}
        selected={selected.id}
        columns={columns}
        height={listHeight}
      />
      {below === 0 ? null : (
        <>
          <LineText line={[muted(glyph.rule.repeat(columns))]} />
          <Lines lines={remedyLines(selected, ui.now, columns)} height={below - 1} />
        </>
      )}
    </Box>
  );
};
