import { memoLast } from '../model/memo.ts';
import { type Tone, wrapText } from '../model/words/line.ts';
import type { TonedText } from './overlay.ts';

/** A row of a pane that is read: a whole line, or a part of one that is longer than the pane is wide. */
interface PaneRow {
  readonly text: string;
  readonly tone: Tone;
  /** Index of the line that it is of. */
  readonly line: number;
}

/** Lines as the rows that they take in a window of so many columns. */
export const paneRowsOf = memoLast(
  (lines: readonly TonedText[], columns: number): readonly PaneRow[] =>
    lines.flatMap(({ text, tone }, line) =>
      wrapText(text, columns - 6).map((row): PaneRow => ({ text: row, tone, line })),
    ),
);
