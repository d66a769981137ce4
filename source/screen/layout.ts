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
const footerRows = 2;

/** Rows between header and footer, where a message has one row. */
export const bodyRows = (rows: number): number => Math.max(1, rows - headerRows - footerRows);

/** First visible row so that the cursor stands in the middle where it can: nothing to remember, nothing jumps twice. */
export const windowStart = (cursor: number, length: number, height: number): number =>
  Math.max(0, Math.min(cursor - Math.floor(height / 2), length - height));

/** What of a list was visible, and where its cursor was. */
export interface ListWindow {
  /** The row under the cursor. */
  readonly id: string | undefined;
  readonly index: number;
  /** The first visible row. */
  readonly start: number;
}

/** Rows that stay visible above and below the cursor where there are some. */
const edgeRows = 2;

/**
 * What of a list is visible next. A cursor that moves leaves the rows where they are, until it comes
 * near the edge; then it stands in the middle again, so that most keys change two rows of the
 * screen. Rows that come and go above the cursor leave its row where it is.
 */
export const nextWindow = (
  before: ListWindow | null,
  { id, index }: Omit<ListWindow, 'start'>,
  length: number,
  height: number,
): ListWindow => {
  const middle = { id, index, start: windowStart(index, length, height) };
  if (before === null) return middle;
  const kept = before.id === id ? before.start + index - before.index : before.start;
  const start = Math.max(0, Math.min(kept, length - height));
  const edge = Math.min(edgeRows, Math.floor((height - 1) / 2));
  const isNearStart = index < start + edge && start > 0;
  const isNearEnd = index > start + height - 1 - edge && start + height < length;
  // Its row did not move on the screen: nothing else shall. In a window that became lower it stays in sight.
  if (before.id === id)
    return { id, index, start: Math.max(index - height + 1, Math.min(start, index)) };
  return isNearStart || isNearEnd ? middle : { id, index, start };
};

/**
 * The first visible row so that no row is seen in part: one that is wrapped begins with its first line, and the
 * selected one is seen to its last, where the window has room for it. `isContinued` tells which rows go on with the
 * one above.
 */
export const wholeRowsStart = (
  { start, index }: Pick<ListWindow, 'start' | 'index'>,
  isContinued: (place: number) => boolean,
  height: number,
): number => {
  let last = index;
  while (isContinued(last + 1)) last += 1;
  let first = Math.min(index, Math.max(start, last - height + 1));
  while (first < index && isContinued(first)) first += 1;
  return first;
};

/** Fewer rows of details say too little to be worth a line between. */
const fewestDetails = 5;

/** What the details keep beside a list that is longer than the window. */
const keptDetails = (free: number): number =>
  Math.max(fewestDetails, Math.min(12, Math.floor(free / 6)));

/** Rows of the list, of the details below it, and of what explains the signs below them. */
interface FleetPanes {
  readonly list: number;
  readonly details: number;
  readonly hint: number;
}

/** Fewer rows of hosts are too few to spare some of them. */
const fewestHosts = 8;

/**
 * How the fleet shares the rows between header and footer. A message takes rows of what explains the signs,
 * then of the details: a list that fits stays whole.
 */
export const fleetPanes = ({
  rows,
  message,
  hosts,
  hint,
  zoomed,
}: {
  /** Of the window. */
  readonly rows: number;
  /** Rows that a message takes beyond its own. */
  readonly message: number;
  readonly hosts: number;
  readonly hint: number;
  readonly zoomed: boolean;
}): FleetPanes => {
  const whole = bodyRows(rows) - 1;
  const below = detailRows(rows, hosts, zoomed);
  const isBeside = below - hint >= 2;
  const isShown =
    !zoomed && (isBeside || whole - (below === 0 ? 0 : below + 1) - hint >= fewestHosts);
  const hinted = isShown ? hint : 0;
  // What explains the signs is at the bottom, and is covered first: it is read when nothing else is said.
  const covered = Math.min(hinted, message);
  const details = Math.max(0, below - (isBeside ? hinted : 0) - (message - covered));
  return {
    list: Math.max(1, whole - message - (hinted - covered) - (details === 0 ? 0 : details + 1)),
    details,
    hint: hinted - covered,
  };
};

/** Rows of the details below the fleet: what its rows leave; none when the window is low. */
export const detailRows = (rows: number, hosts: number, zoomed: boolean): number => {
  if (zoomed) return 0;
  // Titles and the rule between take one row each.
  const free = bodyRows(rows) - 2;
  const list = Math.min(hosts, Math.max(4, free - keptDetails(free)));
  const details = free - list;
  return details < fewestDetails ? 0 : details;
};
