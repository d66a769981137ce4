import { type SortColumn, sortColumns } from './ui.ts';

/** Cells of a column in windows of 60, 78, 96, 108, 140 and 180 columns or more; 0 leaves it out. */
export type Widths = readonly [number, number, number, number, number, number];

/** The columns of the fleet beside the name of the host, which takes what they leave. */
export const fleetWidths: Readonly<Record<Exclude<SortColumn, 'host'>, Widths>> = {
  generation: [0, 6, 6, 6, 6, 7],
  date: [0, 0, 0, 7, 7, 7],
  revision: [0, 0, 0, 9, 9, 9],
  position: [19, 19, 19, 20, 20, 26],
  changes: [0, 0, 0, 0, 24, 34],
  work: [24, 26, 34, 30, 28, 40],
  health: [3, 12, 14, 20, 20, 32],
};

export const widthIn = (
  [low, middle, roomy, wide, wider, widest]: Widths,
  columns: number,
): number => {
  if (columns >= 180) return widest;
  if (columns >= 140) return wider;
  if (columns >= 108) return wide;
  if (columns >= 96) return roomy;
  return columns >= 78 ? middle : low;
};

/** The columns that a window of this width has room for, from left to right. */
export const shownColumns = (columns: number): readonly SortColumn[] =>
  sortColumns.filter((name) => name === 'host' || widthIn(fleetWidths[name], columns) > 0);
