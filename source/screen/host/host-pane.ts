import type { Line } from '../../model/words/line.ts';
import { type FleetHost, isRemembered, nameOf } from '../../state/remembered.ts';
import { rememberedHostLines } from './details.ts';
import {
  endOfLog,
  headLines,
  type Known,
  sectionLines,
  toldOf,
  twoColumns,
} from './host-sections.ts';
import { asFarAsSeen } from './pane-sections.ts';

/** In fewer rows a key would write more than it says: beside a long list the most wanted lines are enough. */
const fewRows = 6;

/**
 * All that is known of the selected host, in so many rows at most: trouble and what is built now in
 * the whole width, then what it runs and how it is, and the end of its log where rows are left.
 */
export const hostPane = (
  host: FleetHost,
  known: Known,
  {
    columns,
    rows,
    now,
    rowsWithoutMessage = rows,
  }: {
    readonly columns: number;
    readonly rows: number;
    readonly now: number;
    /** The rows that the pane has while no message takes some of them. */
    readonly rowsWithoutMessage?: number;
  },
): readonly Line[] => {
  if (isRemembered(host)) return asFarAsSeen(rememberedHostLines(host, now), rows, columns);
  const head = headLines(host, columns, now);
  if (head.length >= rows) return asFarAsSeen(head, rows, columns);
  const isInTwo = columns >= twoColumns && rowsWithoutMessage >= fewRows;
  const told = toldOf(host, known, now);
  const lines = [...head, ...sectionLines(told, rows - head.length, columns, isInTwo)];
  return [...lines, ...endOfLog(known.logs[nameOf(host)], rows - lines.length)];
};
