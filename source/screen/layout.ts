/** The smallest window that the screen is drawn for. */
export const smallest = { columns: 60, rows: 16 } as const;

/**
 * The largest: of a window that is larger the rest stays empty. A terminal may tell any
 * size for a moment, and each cell of it costs time that keys wait for.
 */
export const largest = { columns: 1_000, rows: 300 } as const;

export const isTooSmall = (size: { readonly columns: number; readonly rows: number }): boolean =>
  size.columns < smallest.columns || size.rows < smallest.rows;

/** Header: title, steps, counts, views, rule. */
export const headerRows = 5;

/** Footer: message, keys. */
export const footerRows = 2;

/** Rows between header and footer. */
export const bodyRows = (rows: number): number => Math.max(1, rows - headerRows - footerRows);

/** Lines of a log that are visible: its title takes one. */
export const logRows = (rows: number): number => bodyRows(rows) - 1;

/** Rows inside a dialog or a pane of text. */
export const paneRows = (rows: number): number => Math.max(1, bodyRows(rows) - 2);

/** First visible row so that the cursor stands in the middle where it can: nothing to remember, nothing jumps twice. */
export const windowStart = (cursor: number, length: number, height: number): number =>
  Math.max(0, Math.min(cursor - Math.floor(height / 2), length - height));

/** Fewer rows of details say too little to be worth a line between. */
const fewestDetails = 5;

/** Rows of the details below the fleet: what its rows leave; none when the window is low. */
export const detailRows = (rows: number, hosts: number, zoomed: boolean): number => {
  if (zoomed) return 0;
  // Titles and the rule between take one row each.
  const free = bodyRows(rows) - 2;
  const list = Math.min(hosts, Math.max(4, free - fewestDetails));
  const details = free - list;
  return details < fewestDetails ? 0 : Math.min(details, 16);
};

export type FleetColumn = 'generation' | 'date' | 'revision' | 'position' | 'work' | 'health';

export interface ColumnWidth {
  readonly column: FleetColumn;
  readonly cells: number;
}

/**
 * Columns of the fleet by width. They leave in this order: health detail (the
 * column shrinks to its sign), generation date and revision, position detail.
 */
export const fleetColumns = (columns: number): readonly ColumnWidth[] => {
  if (columns >= 140)
    return [
      { column: 'generation', cells: 6 },
      { column: 'date', cells: 7 },
      { column: 'revision', cells: 9 },
      { column: 'position', cells: 22 },
      { column: 'work', cells: 44 },
      { column: 'health', cells: 28 },
    ];
  if (columns >= 108)
    return [
      { column: 'generation', cells: 6 },
      { column: 'date', cells: 7 },
      { column: 'revision', cells: 9 },
      { column: 'position', cells: 19 },
      { column: 'work', cells: 30 },
      { column: 'health', cells: 20 },
    ];
  if (columns >= 78)
    return [
      { column: 'generation', cells: 6 },
      { column: 'position', cells: 18 },
      { column: 'work', cells: 26 },
      { column: 'health', cells: 12 },
    ];
  return [
    { column: 'generation', cells: 5 },
    { column: 'position', cells: 18 },
    { column: 'work', cells: 19 },
    { column: 'health', cells: 3 },
  ];
};

/** Cells of the host's name: what the other columns leave. Sign, mark and a blank come before it. */
export const nameCells = (columns: number): number =>
  columns - 3 - fleetColumns(columns).reduce((sum, { cells }) => sum + cells, 0);
