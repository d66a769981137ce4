import { memoByObject } from '../../model/memo.ts';
import type { CommitPlace, TextOverlay, TonedText } from '../overlay.ts';
import { paneRowsOf } from '../pane-rows.ts';
import type { Ui } from '../ui.ts';
import { overlayRoom } from './overlay-rows.ts';

/** Indices of the lines that tell of a commit. */
const commitLinesIn = memoByObject((lines: readonly TonedText[]): readonly number[] =>
  lines.flatMap(({ commit }, at) => (commit === undefined ? [] : [at])),
);

/** Index of the line under the cursor; null where the text lists no commits. */
export const cursorLine = ({ lines, cursor }: TextOverlay): number | null => {
  const places = commitLinesIn(lines);
  return places.find((at) => lines[at]?.commit?.revision === cursor) ?? places[0] ?? null;
};

/** The commit under the cursor of a text that lists some. */
export const commitOfText = (pane: TextOverlay): CommitPlace | undefined => {
  const line = cursorLine(pane);
  return line === null ? undefined : pane.lines[line]?.commit;
};

/** The cursor on a line, where that tells of a commit, and as far scrolled as shows all of it. */
export const toTextLine = (ui: Ui, pane: TextOverlay, line: number): TextOverlay => {
  const cursor = pane.lines[line]?.commit?.revision;
  if (cursor === undefined) return pane;
  const rows = paneRowsOf(pane.lines, ui.columns);
  const first = rows.findIndex((row) => row.line === line);
  const last = rows.findLastIndex((row) => row.line === line);
  // The name of the input above its first commit stays in sight.
  const above = Math.max(0, first - 1);
  const top = Math.max(Math.min(pane.top, above), last - overlayRoom(ui) + 1);
  return { ...pane, cursor, top };
};

/** So many commits on; null where there is none further this way, or none at all. */
export const moveInText = (ui: Ui, pane: TextOverlay, by: number): TextOverlay | null => {
  const places = commitLinesIn(pane.lines);
  const at = places.indexOf(cursorLine(pane) ?? -1);
  const to = places[Math.max(0, Math.min(at + by, places.length - 1))];
  return to === undefined || to === places[at] ? null : toTextLine(ui, pane, to);
};
