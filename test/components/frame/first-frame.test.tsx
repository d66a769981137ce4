import { expect, test, vi } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { colourTheme } from '../../../source/components/base/theme.ts';
import { firstFrame } from '../../../source/components/frame/first-frame.ts';
import { initialState } from '../../../source/state/state.ts';
import { noon } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';
import { createTerminal, type TestTerminal } from '../../support/terminal.ts';

vi.hoisted(() => {
  process.env['FORCE_COLOR'] = '3';
});

const opening = { ...initialState, demo: true };

const written = (columns: number, rows: number): TestTerminal => {
  const terminal = createTerminal(columns, rows);
  terminal.stdout.write(
    firstFrame(
      opening,
      { columns, rows, now: noon },
      { theme: colourTheme, ascii: false, table: actionTable },
    ),
  );
  return terminal;
};

for (const [columns, rows] of [
  [60, 16],
  [80, 24],
  [160, 50],
] as const)
  test(`what is written before React at ${columns}x${rows} is what Ink draws over it`, async () => {
    const first = await written(columns, rows).screen();
    const screen = draw(opening, { columns, rows });
    const drawn = await screen.rows();
    screen.close();
    // The spinner may have moved on.
    const still = (row: string): string => row.replace(/[\u2800-\u28ff]/u, '*');
    expect(first.map(still)).toEqual(drawn.map(still));
  });

test('the first frame has the weights of the screen', async () => {
  const terminal = written(80, 24);
  expect((await terminal.cell(0, 1)).bold).toBe(true);
  expect((await terminal.cell(3, 1)).inverse).toBe(true);
  expect((await terminal.cell(4, 0)).dim).toBe(true);
});

test('a window that is too small stays empty until the screen says so', async () => {
  expect((await written(50, 10).screen()).filter((row) => row !== '')).toEqual([]);
});
