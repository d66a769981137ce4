import type { LockChange } from '../../model/lock/change.ts';
import { changeLine } from '../../model/lock/lock-change-line.ts';
import { widthOf, wrapText } from '../../model/words/line.ts';

/** Cells of the columns of the lock; 0 where one has no room. A row begins with its sign, two cells. */
interface LockColumns {
  readonly name: number;
  /** What changed, or where an input stands that did not. */
  readonly what: number;
  readonly date: number;
  readonly moved: number;
  readonly commits: number;
}

/** From this width on dates have their year, and the row says how many days lie between them. */
const roomy = 104;

/** From this width on there are dates. */
const dated = 66;

export const lockColumns = (columns: number): LockColumns => {
  const name = Math.max(16, Math.min(28, Math.floor(columns / 4.6)));
  const date = columns >= roomy ? 25 : columns >= dated ? 15 : 0;
  const moved = columns >= roomy ? 8 : 0;
  const commits = 9;
  // The sign before the name, a blank after it, and two cells at the end.
  return { name, what: columns - 2 - name - 1 - date - moved - commits - 2, date, moved, commits };
};

/** The source of a re-pointed input, before and now, where its row has no room for both: never cut. */
export const sourceLines = (change: LockChange, columns: number): readonly string[] => {
  if (change.kind !== 'repointed') return [];
  const whole = changeLine(change);
  return widthOf(`repointed: ${whole}`) <= lockColumns(columns).what
    ? []
    : wrapText(whole, columns - 6);
};
