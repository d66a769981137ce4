import type { ReactNode } from 'react';
import { type Line, span } from '../../model/words/line.ts';
import { isHit } from '../../model/words/log.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { TextOverlay } from '../../screen/overlay.ts';
import { paneRowsOf } from '../../screen/pane-rows.ts';
import { findWords } from '../../screen/reducer/find.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import { cursorLine } from '../../screen/reducer/text-cursor.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { highlight } from '../base/search-hits.ts';
import { useApp } from '../base/use-app.ts';

/** The row under the cursor is bold, and has its sign instead of its first blank. */
const selectedRow = (row: Line, isFirst: boolean): Line => {
  const [head, ...others] = row.map((part) => ({ ...part, bold: true }));
  if (head === undefined) return row;
  return isFirst && head.text.startsWith(' ')
    ? [span(glyph.selected, 'accent'), { ...head, text: head.text.slice(1) }, ...others]
    : [head, ...others];
};

export const TextPane = ({ pane }: { readonly pane: TextOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const find = useApp(({ ui }) => ui.find);
  const room = height - 2;
  const rows = paneRowsOf(pane.lines, columns);
  // A window that became larger shows the end of the text at its last row.
  const top = Math.max(0, Math.min(pane.top, rows.length - room));
  const selected = cursorLine(pane);
  const lines = rows.slice(top, top + room).map(({ text, tone, shown, line }, at): Line => {
    const words = isHit(text, find.text) ? highlight(text, find.text, tone) : shown;
    if (line !== selected) return words;
    const isFirst = rows[top + at - 1]?.line !== line;
    return selectedRow(words, isFirst);
  });
  const title =
    rows.length > room
      ? `${pane.title}   ${top + 1} to ${Math.min(rows.length, top + room)} of ${rows.length}`
      : pane.title;
  return (
    <Lines lines={framed(`${title}${findWords(pane, find)}`, lines, columns)} height={height} />
  );
};
