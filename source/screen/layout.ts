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
