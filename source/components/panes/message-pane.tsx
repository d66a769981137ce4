import type { ReactNode } from 'react';
import { type Line, muted, type Span, span, strong } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { cursorRow, type TextArea, type TextRow, textRows } from '../../model/words/text-area.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { MessageEditor } from '../../screen/overlay.ts';
import {
  messageColumns,
  messageRoom,
  messageRows,
  messageTop,
} from '../../screen/reducer/message.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { useApp } from '../base/use-app.ts';

/** A row of the text; what goes beyond the usual width of a message stands out. */
const rowLine = (row: TextRow, at: number, hasCursor: boolean, room: number): Line => {
  const spans: Span[] = [];
  let run = '';
  let isOver = false;
  const end = (): void => {
    if (run !== '')
      spans.push(isOver ? span(run, 'warn') : row.line === 0 ? strong(run) : span(run));
    run = '';
  };
  for (const { start, column, cells, shown } of row.cells) {
    const over = column + cells > messageColumns;
    if (over !== isOver) end();
    isOver = over;
    if (hasCursor && start === at) {
      end();
      spans.push({ text: shown === '' ? ' ' : shown, inverse: true });
    } else run += shown;
  }
  end();
  const isAtEnd = hasCursor && at === row.end;
  if (isAtEnd) spans.push({ text: ' ', inverse: true });
  const width = row.cells.reduce((sum, { cells }) => sum + cells, isAtEnd ? 1 : 0);
  // Where the window is so wide that the frame does not show it.
  if (room > messageColumns + 2 && width <= messageColumns && (row.cells[0]?.column ?? 0) === 0)
    spans.push(span(' '.repeat(messageColumns - width)), muted(glyph.side));
  return spans;
};

/** Cells of each line. */
const lineWidths = (rows: readonly TextRow[]): readonly number[] => {
  const widths: number[] = [];
  for (const { line, cells } of rows) {
    const last = cells.at(-1);
    widths[line] = last === undefined ? (widths[line] ?? 0) : last.column + last.cells;
  }
  return widths;
};

/** Lengths as git and forges show them: the first line alone, an empty one, lines of 72. */
const lengths = (area: TextArea, rows: readonly TextRow[]): Line => {
  const widths = lineWidths(rows);
  const [first = 0, second = 0] = widths;
  const here = rows[cursorRow(rows, area.at)];
  const line = here?.line ?? 0;
  const column = here?.cells.find(({ end }) => end > area.at)?.column ?? widths[line] ?? 0;
  const long = widths.flatMap((width, index) =>
    index > 0 && width > messageColumns ? [index + 1] : [],
  );
  return [
    span(`first line ${first} of ${messageColumns}`, first > messageColumns ? 'warn' : 'muted'),
    ...(second > 0 ? [span(' · line 2 is usually empty', 'warn')] : []),
    ...(long.length === 0
      ? []
      : [
          span(
            ` · ${long.length === 1 ? `line ${long.join('')} is` : `${counted(long.length, 'line')} are`} over ${messageColumns}`,
            'warn',
          ),
        ]),
    muted(` · line ${line + 1} of ${widths.length}, column ${column + 1}`),
  ];
};

/** The message of a commit while it is edited. */
export const MessagePane = ({ editor }: { readonly editor: MessageEditor }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const seen = useApp(({ ui }) => messageRows(ui));
  const { area, plan } = editor;
  const room = messageRoom(columns);
  const rows = textRows(area.text, room);
  const cursor = cursorRow(rows, area.at);
  // The window may have another size since the last key.
  const top = messageTop(editor.top, cursor, rows.length, seen);
  const text = rows
    .slice(top, top + seen)
    .map((row, index) => rowLine(row, area.at, top + index === cursor, room));
  const blank = Array.from({ length: seen - text.length }, (): Line => []);
  const where = plan.branch === null ? '' : ` on ${plan.branch}`;
  const title =
    rows.length > seen
      ? `Message of the commit${where}   ${top + 1} to ${Math.min(rows.length, top + seen)} of ${rows.length}`
      : `Message of the commit${where}`;
  return (
    <Lines
      lines={framed(title, [...text, ...blank, lengths(area, rows)], columns)}
      height={height}
    />
  );
};
