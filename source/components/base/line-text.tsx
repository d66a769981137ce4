import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { isSameLine, type Line } from '../../model/words/line.ts';
import { pressAt, useClicks } from './clicks.ts';
import { useLook } from './look.tsx';
import { paintLine } from './paint.ts';
import { useApp } from './use-app.ts';

interface Row {
  readonly line: Line;
  readonly selected?: boolean;
  /** The window's when absent. */
  readonly columns?: number;
}

/** A row that does not change is not drawn again: Ink lays out at every change of a text. */
const isSameRow = (before: Row, after: Row): boolean =>
  before.selected === after.selected &&
  before.columns === after.columns &&
  isSameLine(before.line, after.line);

/** One row of cells: flat, so that layout costs one node. */
export const LineText = memo(function LineText({
  line,
  selected = false,
  columns,
}: Row): ReactNode {
  const look = useLook();
  const all = useApp(({ ui }) => ui.columns);
  const clicked = useClicks((column) => pressAt(line, column));
  const text = (
    <Text wrap="truncate-end">
      {paintLine(line, look, { columns: columns ?? all, isSelected: selected })}
    </Text>
  );
  // A box of its own costs layout: only where it can be clicked.
  return line.some(({ press }) => press !== undefined) ? (
    <Box ref={clicked} flexShrink={0}>
      {text}
    </Box>
  ) : (
    text
  );
}, isSameRow);

/** Rows below each other, exactly as many as fit. */
export const Lines = ({
  lines,
  height,
  columns,
}: {
  readonly lines: readonly Line[];
  readonly height: number;
  readonly columns?: number;
}): ReactNode => (
  <Box flexDirection="column" height={height} overflowY="hidden">
    {lines.slice(0, height).map((line, index) => (
      <LineText
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        key={index}
        line={line}
        {...(columns === undefined ? {} : { columns })}
      />
    ))}
  </Box>
);
