import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ScreenState } from '../../source/store.ts';
import { draw } from '../support/screen-fixture.tsx';
import type { Cell } from '../support/terminal.ts';
import { inWindow, type Play, playViews, viewsOfPlay } from './play.ts';

/** The windows in which each view is drawn: the pane that people have, wide ones, and one that is higher than wide. */
const sizes: readonly (readonly [columns: number, rows: number])[] = [
  [80, 24],
  [120, 40],
  [200, 60],
  [80, 60],
];

/** Of these the looks of the letters are kept as well: marks, alarms, bars and what is selected. */
const withLooks: readonly string[] = ['fleet', 'lock', 'difference', 'building', 'confirm-deploy'];

let play: Play;
beforeAll(async () => {
  play = await playViews();
  // The sign of what works turns by it: here it stands.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterAll(() => vi.useRealTimers());

const colourWords = (colour: Cell['foreground']): string =>
  Array.isArray(colour) ? colour.join(' ') : String(colour);

/** A letter for each look, below the text in which it stands, and what the letters mean. */
const looksOf = (cells: readonly Cell[], columns: number): readonly string[] => {
  const letters = new Map<string, string>();
  const letterOf = (cell: Cell): string => {
    const isBlank = cell.text.trim() === '';
    if (
      (isBlank || cell.foreground === null) &&
      cell.background === null &&
      !cell.inverse &&
      !cell.bold
    )
      return ' ';
    const words = [
      ...(isBlank ? [] : [`on ${colourWords(cell.foreground)}`]),
      ...(cell.background === null ? [] : [`behind ${colourWords(cell.background)}`]),
      ...(cell.bold && !isBlank ? ['bold'] : []),
      ...(cell.inverse ? ['inverse'] : []),
    ].join(', ');
    if (words === '') return ' ';
    const letter = letters.get(words) ?? String.fromCharCode(0x61 + letters.size);
    letters.set(words, letter);
    return letter;
  };
  const rows = Array.from({ length: cells.length / columns }, (_, row) =>
    cells
      .slice(row * columns, (row + 1) * columns)
      .map(letterOf)
      .join('')
      .trimEnd(),
  );
  return [...rows, ...[...letters].map(([words, letter]) => `${letter}: ${words}`)];
};

const drawn = async (
  view: ScreenState,
  [columns, rows]: readonly [number, number],
  hasLooks: boolean,
): Promise<string> => {
  const { app, ui } = inWindow(view, columns, rows);
  const screen = draw(app, { columns, rows, ui });
  const lines = await screen.rows();
  const looks = hasLooks ? looksOf(await screen.terminal.cells(), columns) : [];
  screen.close();
  return [`══ ${columns}×${rows}`, ...lines, ...looks].join('\n');
};

test.each(
  viewsOfPlay,
)('%s looks as it did at 80×24, 120×40, 200×60 and 80×60 (vitest -u keeps a new look)', async (name) => {
  const view = play.views.get(name);
  if (view === undefined) throw new Error(`${name} was not played`);
  const texts: string[] = [];
  for (const size of sizes)
    texts.push(
      await drawn(view, size, withLooks.includes(name) && size[0] === 80 && size[1] === 24),
    );
  await expect(`${texts.join('\n')}\n`).toMatchFileSnapshot(`drawn/${name}.txt`);
});
