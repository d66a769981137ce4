import type { ReactNode } from 'react';
import type { CommandRecord } from '../model/events.ts';
import { showDuration } from '../model/format-time.ts';
import { bodyRows } from '../model/layout.ts';
import { fitRight, type Line, muted, span, wrapText } from '../model/line.ts';
import type { Overlay, TonedText } from '../model/ui.ts';
import { framed } from './dialog.tsx';
import { Lines } from './line-text.tsx';
import { useApp } from './use-app.ts';

type TextOverlay = Extract<Overlay, { kind: 'text' }>;

const textLines = (
  texts: readonly TonedText[],
  top: number,
  cells: number,
  room: number,
): readonly Line[] =>
  texts
    .slice(top, top + room)
    .flatMap(({ text, tone }) => wrapText(text, cells).map((line): Line => [span(line, tone)]))
    .slice(0, room);

export const TextPane = ({ pane }: { readonly pane: TextOverlay }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const room = height - 2;
  const lines = textLines(pane.lines, pane.top, columns - 6, room);
  const title =
    pane.lines.length > room
      ? `${pane.title}   ${pane.top + 1} of ${pane.lines.length}`
      : pane.title;
  return <Lines lines={framed(title, lines, columns)} height={height} />;
};

const commandLine = (record: CommandRecord): Line => [
  muted(fitRight(showDuration(record.tookMs), 9)),
  span(record.ending === '' || record.ending === 'ok' ? '  ' : ` ${record.ending} `, 'warn'),
  muted(record.host === null ? '' : `${record.host}: `),
  span(record.line),
];

/** Commands as they ran, the newest at the end. */
export const CommandsPane = ({ back }: { readonly back: number }): ReactNode => {
  const commands = useApp(({ app }) => app.commands);
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const room = height - 2;
  const end = Math.max(Math.min(room, commands.length), commands.length - back);
  const visible = commands.slice(Math.max(0, end - room), end);
  const lines: readonly Line[] =
    visible.length === 0 ? [[muted('No command has run yet.')]] : visible.map(commandLine);
  return (
    <Lines
      lines={framed(`Commands that ran   ${commands.length}`, lines, columns)}
      height={height}
    />
  );
};
