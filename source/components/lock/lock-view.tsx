import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fitLine, type Line, muted, widthOf } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { lockRowsOf } from '../../screen/rows/lock.ts';
import {
  detailsTop,
  lockDetailLines,
  lockPanes,
  selectedLockRow,
} from '../../screen/texts/lock-panes.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeOf, edgeRoom, ListRows } from '../base/list-rows.tsx';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { lockListRows, lockTitles } from './rows.ts';
import { emptyLockLines, lockTitleLine } from './title.ts';

/** The lines from `top` on, with how many more there are at their right end. */
const windowOf = (
  lines: readonly Line[],
  top: number,
  height: number,
  columns: number,
): readonly Line[] => {
  const start = Math.max(0, Math.min(top, lines.length - height));
  return lines.slice(start, start + height).map((line, offset) => {
    const edge = edgeOf(offset, { start, height, length: lines.length });
    return edge === '' ? line : [...fitLine(line, columns - widthOf(edge)), muted(edge)];
  });
};

/** Changed inputs, alarms first; the selected one in full at the side, or below when narrow. */
export const LockView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const { filter } = ui.lists.lock;
  const height = useBodyRows();
  const selected = selectedLockRow(app, ui);
  const minute = Math.floor(ui.now / 60_000) * 60_000;
  if (selected === undefined)
    return (
      <Lines
        lines={[lockTitleLine(app, ui.now, columns), ...emptyLockLines(app.lock, filter, columns)]}
        height={height}
      />
    );
  const { list, details } = lockPanes(ui, app, height);
  const rows = lockRowsOf(app, ui);
  // The heading between changes and other inputs is a row, too.
  const room = list.columns - 2 - edgeRoom(rows.length + 1, list.rows);
  const shown =
    details === null
      ? []
      : windowOf(
          lockDetailLines(app, ui, details.columns),
          detailsTop(app, ui),
          details.rows,
          details.columns,
        );
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={lockTitleLine(app, minute, columns)} />
      <Box height={list.titles + list.rows} overflowY="hidden">
        <Box width={list.columns} overflow="hidden" flexDirection="column">
          {list.titles === 0 ? null : (
            <LineText line={lockTitles(rows[0], room)} columns={list.columns} />
          )}
          <ListRows
            list="lock"
            rows={lockListRows(app, rows, room, minute)}
            selected={selected.id}
            marked={new Set(markedIds(app, ui, 'lock'))}
            columns={list.columns}
            height={list.rows}
          />
        </Box>
        {details?.at === 'side' ? (
          <Box width={details.columns} overflow="hidden" flexDirection="column">
            <Lines lines={shown} height={details.rows} columns={details.columns} />
          </Box>
        ) : null}
      </Box>
      {details?.at === 'below' ? (
        <>
          <LineText line={[muted(glyph.rule.repeat(columns))]} />
          <Lines lines={shown} height={details.rows} />
        </>
      ) : null}
    </Box>
  );
};
