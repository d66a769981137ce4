import { Box } from 'ink';
import type { ReactNode } from 'react';
import { whatChanges } from '../../model/packages/what-changes.ts';
import { showRevision } from '../../model/words/format.ts';
import { showShortDate } from '../../model/words/format-time.ts';
import { fitLine, fitText, type Line, muted, span, strong } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { bodyRows } from '../../screen/layout.ts';
import type { FleetRow } from '../../screen/rows/fleet.ts';
import { healthWords, positionWords, type Status, workWords } from '../../screen/texts/host.ts';
import type { Ui } from '../../screen/ui.ts';
import type { HostState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { useApp } from '../base/use-app.ts';
import { hostDetailLines } from '../host/details.ts';

const cardRows = 7;

const cardColumns = (columns: number): number => (columns >= 150 ? 3 : 2);

/** Cards need few hosts and much room: all of them and the details must fit. */
export const hasRoomForCards = (ui: Ui, hosts: number): boolean => {
  if (ui.columns < 120 || hosts === 0 || ui.zoomed || ui.sort !== 'auto') return false;
  const rows = Math.ceil(hosts / cardColumns(ui.columns));
  return hosts <= 12 && rows * cardRows + 12 <= bodyRows(ui.rows);
};

const statusLine = (label: string, status: Status, cells: number): Line => [
  muted(fitText(label, 10)),
  span(fitText(`${status.sign} ${status.words}`, cells - 10 - status.aside.length), status.tone),
  muted(status.aside),
];

const cardLines = (
  host: HostState,
  isSelected: boolean,
  isMarked: boolean,
  cells: number,
  now: number,
  changes: string,
): readonly Line[] => {
  const inner = cells - 4;
  const title = ` ${isMarked ? `${glyph.marked} ` : ''}${host.entry.name}${host.entry.here ? ' (here)' : ''} `;
  const bar = glyph.rule.repeat(Math.max(0, cells - title.length - 3));
  const edge = isSelected ? 'accent' : 'muted';
  const generation = host.facts?.generations.findLast((one) => one.path === host.facts?.current);
  const revision = host.facts?.revision ?? null;
  const work = workWords(host, now);
  const body: readonly Line[] = [
    [
      muted(fitText('runs', 10)),
      ...(generation === undefined
        ? [muted(host.facts === null ? 'not known yet' : 'no generation of its profile')]
        : [
            span(`g${generation.number}  ${showShortDate(generation.at)}`),
            muted(revision === null ? '' : `  ${showRevision(revision)}`),
          ]),
    ],
    statusLine('position', positionWords(host, now), inner),
    work.sign === ''
      ? [muted(fitText('changes', 10)), muted(changes)]
      : statusLine('work', work, inner),
    statusLine('health', healthWords(host), inner),
  ];
  return [
    [
      span(`${isSelected ? glyph.selected : glyph.topLeft}${glyph.rule}`, edge),
      isSelected ? strong(title, 'accent') : strong(title),
      span(`${bar}${glyph.topRight}`, edge),
    ],
    ...body.map(
      (line): Line => [
        span(`${glyph.side} `, edge),
        ...fitLine(line, inner),
        span(` ${glyph.side}`, edge),
      ],
    ),
    [span(`${glyph.bottomLeft}${glyph.rule.repeat(cells - 2)}${glyph.bottomRight}`, edge)],
  ];
};

/** Few hosts and much room: a card for each, the details of the selected one below. */
export const HostCards = ({
  rows,
  index,
  marked,
}: {
  readonly rows: readonly FleetRow[];
  readonly index: number;
  readonly marked: ReadonlySet<string>;
}): ReactNode => {
  const hosts = useApp(({ app }) => app.hosts);
  const packages = useApp(({ app }) => app.packages);
  const now = useApp(({ ui }) => ui.now);
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const across = cardColumns(columns);
  const cells = Math.floor((columns - across - 1) / across);
  const cards = rows.flatMap((row, place) => {
    const host = hosts[row.id];
    return host === undefined
      ? []
      : [
          cardLines(
            host,
            place === index,
            marked.has(row.id),
            cells,
            now,
            whatChanges(packages[row.id]).short,
          ),
        ];
  });
  const bands = Array.from({ length: Math.ceil(cards.length / across) }, (_, band) =>
    cards.slice(band * across, (band + 1) * across),
  );
  const lines = bands.flatMap((band): readonly Line[] => [
    ...Array.from(
      { length: 6 },
      (_, row): Line => band.flatMap((card): Line => [span(' '), ...(card[row] ?? [])]),
    ),
    [span(' ')],
  ]);
  const selected = rows[index];
  const host = selected === undefined ? undefined : hosts[selected.id];
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <Lines lines={lines} height={lines.length} />
      <LineText line={[muted(glyph.rule.repeat(columns))]} />
      <Lines
        lines={
          host === undefined ? [] : hostDetailLines(host, columns, now, packages[host.entry.name])
        }
        height={height - lines.length - 1}
      />
    </Box>
  );
};
