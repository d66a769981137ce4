import type { ReactNode } from 'react';
import { bodyRows } from '../model/layout.ts';
import { type Line, wrapText } from '../model/line.ts';
import type { Overlay, TonedText } from '../model/overlay.ts';
import { findWords } from '../model/ui-find.ts';
import { framed } from './dialog.tsx';
import { Lines } from './line-text.tsx';
import { highlight } from './search-hits.ts';
import { useApp } from './use-app.ts';

type TextOverlay = Extract<Overlay, { kind: 'text' }>;

const textLines = (
  texts: readonly TonedText[],
  top: number,
  cells: number,
  room: number,
  search: string,
): readonly Line[] =>
  texts
    .slice(top, top + room)
    .flatMap(({ text, tone }) => wrapText(text, cells).map((line) => highlight(line, search, tone)))
    .slice(0, room);

export const TextPane = ({ pane }: { readonly pane: TextOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const find = useApp(({ ui }) => ui.find);
  const room = height - 2;
  const lines = textLines(pane.lines, pane.top, columns - 6, room, find.text);
  const title =
    pane.lines.length > room
      ? `${pane.title}   ${pane.top + 1} of ${pane.lines.length}`
      : pane.title;
  return (
    <Lines lines={framed(`${title}${findWords(pane, find)}`, lines, columns)} height={height} />
  );
};
