import { afterEach, expect, test } from 'vitest';
import { messageEditor } from '../../../source/screen/dialogs/confirm-commit.ts';
import { runbookState } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

const open: DrawnScreen[] = [];

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

const drawn = (message: string, columns: number, rows: number): DrawnScreen => {
  const overlay = messageEditor({
    message,
    kept: null,
    keptIn: null,
    paths: ['flake.lock'],
    others: { kind: 'none' },
    branch: 'main',
    commands: [],
    obstacle: null,
  });
  const screen = draw(runbookState, { columns, rows, events: [{ type: 'opened', overlay }] });
  open.push(screen);
  return screen;
};

const inside = (rows: readonly string[]): readonly string[] =>
  rows.filter((row) => row.startsWith(' │')).map((row) => row.slice(3, -3).trimEnd());

test('the lengths that git and forges expect are told, and what is longer is named', async () => {
  const fine = inside(await drawn('subject\n\nbody', 80, 24).rows());
  expect(fine.slice(0, 3)).toEqual(['subject', '', 'body']);
  expect(fine.at(-1)).toBe('first line 7 of 72 · line 1 of 3, column 1');
  const long = inside(await drawn(`${'s'.repeat(80)}\nbody\n${'漢'.repeat(40)}`, 120, 24).rows());
  expect(long.at(-1)).toBe(
    'first line 80 of 72 · line 2 is usually empty · line 3 is over 72 · line 1 of 3, column 1',
  );
});

test('a wide window shows where 72 columns end', async () => {
  const rows = inside(await drawn('subject\n\nbody', 120, 24).rows());
  expect(rows[0]?.indexOf('│')).toBe(72);
  expect(rows[2]?.indexOf('│')).toBe(72);
});

test.each([
  [60, 16],
  [80, 24],
  [160, 50],
])('at %ix%i every word of a long message is reached, and no row is wider than the window', async (columns, rows) => {
  const message = Array.from(
    { length: 20 },
    (_, line) => `w${line} ${'漢字 e\u0301 👩‍💻 word '.repeat(6)}w${line}-end`,
  ).join('\n');
  const screen = drawn(message, columns, rows);
  const seen: string[] = [...inside(await screen.rows())];
  for (let page = 0; page < 20; page += 1)
    seen.push(...inside(await screen.after({ type: 'edited', edit: { kind: 'rows', by: 5 } })));
  for (let line = 0; line < 20; line += 1)
    expect(seen.some((row) => row.includes(`w${line}-end`))).toBe(true);
  for (const row of await screen.rows()) expect(row.length).toBeLessThanOrEqual(columns);
});
