/** Cells in columns, two spaces between them, the last one as long as it is. */
export const alignRows = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = [];
  for (const cells of rows)
    cells.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
