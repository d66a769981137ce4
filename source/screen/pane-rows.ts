import { memoLast } from '../model/memo.ts';
import { linkRows, linkTo } from '../model/words/addresses.ts';
import { type Line, span, type Tone, wrapHanging } from '../model/words/line.ts';
import type { TonedText } from './overlay.ts';

/** A row of a pane that is read: a whole line, or a part of one that is longer than the pane is wide. */
interface PaneRow {
  readonly text: string;
  readonly tone: Tone;
  /** The same, with the addresses in it. */
  readonly shown: Line;
  /** Index of the line that it is of. */
  readonly line: number;
}

/** Lines as the rows that they take in a window of so many columns. */
export const paneRowsOf = memoLast(
  (lines: readonly TonedText[], columns: number): readonly PaneRow[] =>
    lines.flatMap(({ text, tone, link, hang = 0 }, line) => {
      const rows = wrapHanging(text, columns - 6, hang);
      const shown = linkRows(
        text,
        rows.map((row) => [linkTo(span(row, tone), link)]),
      );
      return rows.map(
        (row, at): PaneRow => ({ text: row, tone, shown: shown[at] ?? [span(row, tone)], line }),
      );
    }),
);
