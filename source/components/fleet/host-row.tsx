import { memo, type ReactNode } from 'react';
import type { Generation } from '../../model/host/host.ts';
import { showRevision } from '../../model/words/format.ts';
import { showShortDate } from '../../model/words/format-time.ts';
import {
  cut,
  fitText,
  type Line,
  muted,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { type FleetColumn, fleetColumns, nameCells } from '../../screen/layout.ts';
import { healthWords, positionWords, type Status, workWords } from '../../screen/texts/host.ts';
import type { HostState } from '../../state/state.ts';
import { LineText } from '../base/line-text.tsx';

const runningGeneration = (host: HostState): Generation | undefined =>
  host.facts?.generations.findLast((generation) => generation.path === host.facts?.current);

/** A status in its column: sign and words to the left, how long to the right. */
const statusSpans = (status: Status, cells: number): Line => {
  if (status.sign === '') return [span(' '.repeat(cells))];
  const room = cells - 1;
  const aside = status.aside === '' || room < widthOf(status.aside) + 10 ? '' : status.aside;
  const words = fitText(`${status.sign} ${status.words}`, room - widthOf(aside));
  return [span(words, status.tone), muted(`${aside} `)];
};

const cellSpans = (
  host: HostState,
  column: FleetColumn,
  cells: number,
  now: number,
  changes: string,
): Line => {
  const generation = runningGeneration(host);
  switch (column) {
    case 'generation':
      return [span(fitText(generation === undefined ? '' : `g${generation.number}`, cells))];
    case 'date':
      return [muted(fitText(generation === undefined ? '' : showShortDate(generation.at), cells))];
    case 'revision': {
      const revision = host.facts?.revision ?? null;
      // A plus stands for a tree that was not committed, as there is no room for the word.
      const shown = revision === null ? '' : showRevision(revision).replace('-dirty', '+');
      return [muted(`${fitText(shown, cells - 1)} `)];
    }
    case 'position':
      return statusSpans(positionWords(host, now), cells);
    case 'work': {
      const work = workWords(host, now);
      // While nothing is done with it: what there would be to do.
      return work.sign === ''
        ? [muted(fitText(changes, cells - 1)), span(' ')]
        : statusSpans(work, cells);
    }
    case 'health': {
      const status = healthWords(host);
      return cells < 8
        ? [span(fitText(status.sign, cells), status.tone)]
        : [span(fitText(`${status.sign} ${status.words}`, cells), status.tone)];
    }
  }
};

const nameSpans = (host: HostState, cells: number): readonly Span[] => {
  const { name, here, tags, policy } = host.entry;
  const extra = [
    ...(here ? ['here'] : []),
    ...(policy === 'auto' ? [] : [policy]),
    ...tags.map((tag) => `@${tag}`),
  ];
  const shown = cut(name, cells - 1);
  let room = cells - widthOf(shown);
  let aside = '';
  for (const word of extra) {
    if (widthOf(word) + 2 > room) break;
    aside += ` ${word}`;
    room -= widthOf(word) + 1;
  }
  return [strong(shown), muted(aside + ' '.repeat(Math.max(0, room)))];
};

/** One host as exactly one row of cells. */
const hostLine = (
  host: HostState,
  isSelected: boolean,
  isMarked: boolean,
  columns: number,
  now: number,
  changes = '',
): Line => [
  span(isSelected ? glyph.selected : ' ', 'accent'),
  span(isMarked ? glyph.marked : ' ', 'accent'),
  span(' '),
  ...nameSpans(host, nameCells(columns)),
  ...fleetColumns(columns).flatMap(({ column, cells }) =>
    cellSpans(host, column, cells, now, changes),
  ),
];

const titles: Readonly<Record<FleetColumn, string>> = {
  generation: 'RUNS',
  date: '',
  revision: '',
  position: 'POSITION',
  work: 'WORK, CHANGES',
  health: 'HEALTH',
};

/** A column that is narrower than its title shares the room of the one before it. */
export const fleetTitles = (columns: number, above = 0, below = 0): Line => {
  const words = fleetColumns(columns)
    .map(({ column, cells }) =>
      fitText(widthOf(titles[column]) > cells ? '' : titles[column], cells),
    )
    .join('');
  const last = fleetColumns(columns).at(-1);
  const health = titles.health;
  // Rows beyond the window are counted here: no cell at the end of a row is free.
  const hidden = [
    ...(above === 0 ? [] : [`${glyph.up}${above}`]),
    ...(below === 0 ? [] : [`${glyph.down}${below}`]),
  ];
  const line = `   ${fitText(['HOST', ...hidden].join(' '), nameCells(columns))}${words}`;
  return [
    muted(
      last === undefined || last.cells >= widthOf(health)
        ? line
        : `${line.slice(0, columns - widthOf(health))}${health}`,
    ),
  ];
};

/** A row that is drawn again only when its host, its marks or (while it moves) the time changes. */
export const HostRow = memo(function HostRow({
  host,
  isSelected,
  isMarked,
  columns,
  now,
  changes,
}: {
  readonly host: HostState;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly columns: number;
  readonly now: number;
  /** What a deploy would change, in a few words. */
  readonly changes: string;
}): ReactNode {
  return (
    <LineText
      line={hostLine(host, isSelected, isMarked, columns, now, changes)}
      selected={isSelected}
    />
  );
});
