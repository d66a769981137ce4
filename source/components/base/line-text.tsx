import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { cutLine, isSameLine, type Line } from '../../model/words/line.ts';
import { toAscii } from '../../screen/glyphs.ts';
import { drawable } from './drawable.ts';
import { useLook } from './look.tsx';
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
  const { theme, ascii } = useLook();
  const all = useApp(({ ui }) => ui.columns);
  const drawn = cutLine(line.map(drawable), columns ?? all).map((part, index) => {
    const { color, dim } = theme.tones[part.tone ?? 'plain'];
    return (
      <Text
        // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
        key={index}
        bold={part.bold === true}
        inverse={part.inverse === true}
        dimColor={dim === true && !selected}
        {...(color === undefined ? {} : { color })}
      >
        {ascii ? toAscii(part.text) : part.text}
      </Text>
    );
  });
  if (!selected) return <Text wrap="truncate-end">{drawn}</Text>;
  return theme.selection === null ? (
    <Text wrap="truncate-end" inverse>
      {drawn}
    </Text>
  ) : (
    <Text
      wrap="truncate-end"
      bold
      color={theme.selection.color}
      backgroundColor={theme.selection.backgroundColor}
    >
      {drawn}
    </Text>
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
