import type { ReactNode } from 'react';
import { showDuration, showTime } from '../../model/words/format-time.ts';
import {
  cutLine,
  fitRight,
  fitText,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { windowStart } from '../../screen/layout.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { commandPlace, shownCommands } from '../../screen/reducer/commands.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import { splitCommand } from '../../screen/texts/command-parts.ts';
import type { CommandRecord } from '../../state/events.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { useApp } from '../base/use-app.ts';

type CommandsOverlay = Extract<Overlay, { kind: 'commands' }>;

const isWell = (ending: string): boolean => ending === 'done' || ending === '';

const hostCells = (commands: readonly CommandRecord[]): number =>
  Math.min(14, Math.max(0, ...commands.map(({ host }) => host?.length ?? 0)));

/** Sign, when, how long, host, what it did; its options dimmed behind it, but for the call of ssh, which Enter shows. */
const rowLine = (record: CommandRecord, isSelected: boolean, host: number): Line => {
  const { what, options } = splitCommand(record);
  const head: Line = [
    span(isSelected ? glyph.selected : ' ', 'accent'),
    isWell(record.ending) ? span(` ${glyph.proven} `, 'good') : span(` ${glyph.failed} `, 'bad'),
    muted(`${showTime(record.startedAt)} ${fitRight(showDuration(record.tookMs), 8)}  `),
    ...(host === 0 ? [] : [muted(`${fitText(record.host ?? '', host)}  `)]),
    isSelected ? strong(what) : span(what),
    ...(isWell(record.ending) ? [] : [span(`  ${record.ending}`, 'bad')]),
  ];
  return [...head, muted(options === '' || options === record.line ? '' : `   ${options}`)];
};

const headLine = (host: number): Line => [
  muted(
    `    ${fitText('AT, UTC', 8)} ${fitRight('TOOK', 8)}  ${host === 0 ? '' : `${fitText('HOST', host)}  `}WHAT RAN`,
  ),
];

/** The whole line as it can be pasted into a shell. */
const wholeLines = (record: CommandRecord, cells: number): readonly Line[] => [
  [muted(glyph.rule.repeat(cells))],
  [
    strong(record.host === null ? 'on this machine' : `for ${record.host}`),
    muted(`   ${showTime(record.startedAt)} UTC   `),
    span(record.ending, isWell(record.ending) ? 'plain' : 'bad'),
  ],
  ...wrapText(splitCommand(record).what, cells).map((text): Line => [strong(text)]),
  [muted('called as')],
  ...wrapText(record.line, cells).map((text): Line => [span(text)]),
];

/** Commands as they ran, the newest at the end. */
const commandsLines = (
  list: CommandsOverlay,
  all: readonly CommandRecord[],
  filter: string,
  columns: number,
  height: number,
): readonly Line[] => {
  const commands = shownCommands(all, filter);
  const cells = columns - 6;
  const place = commandPlace(commands, list.cursor);
  const selected = commands[place];
  const whole =
    selected === undefined || !list.unfolded
      ? []
      : wholeLines(selected, cells).slice(0, Math.max(3, height - 6));
  const room = Math.max(1, height - 3 - whole.length);
  const start = windowStart(place, commands.length, room);
  const host = hostCells(commands);
  const rows = commands
    .slice(start, start + room)
    .map((record) => rowLine(record, record === selected, host))
    .map((line) => (lineWidth(line) > cells ? cutLine(line, cells) : line));
  return framed(
    `Commands that ran   ${commands.length === 0 ? '' : `${place + 1} of ${commands.length}`}${filter === '' ? '' : `   filter: ${filter}`}`,
    rows.length === 0
      ? [
          [
            muted(
              filter === '' || all.length === 0
                ? 'No command has run yet.'
                : `None of the ${counted(all.length, 'command')} has ${filter}. ${keyName('back')} shows all.`,
            ),
          ],
        ]
      : [headLine(host), ...rows, ...whole],
    columns,
  );
};

export const CommandsPane = ({ list }: { readonly list: CommandsOverlay }): ReactNode => {
  const commands = useApp(({ app }) => app.commands);
  const filter = useApp(({ ui }) => ui.find.text);
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  return <Lines lines={commandsLines(list, commands, filter, columns, height)} height={height} />;
};
