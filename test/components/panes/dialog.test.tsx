import { afterEach, expect, test } from 'vitest';
import type { Confirmation, Menu } from '../../../source/screen/overlay.ts';
import {
  confirmationLayout,
  withAges,
} from '../../../source/screen/reducer/confirmation-layout.ts';
import { menuLayout } from '../../../source/screen/reducer/menu-layout.ts';
import { overlayRows } from '../../../source/screen/reducer/overlay-rows.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

const open: DrawnScreen[] = [];

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

const sentence = (name: string, words: number): string =>
  `${name} ${Array.from({ length: words }, (_, index) => `${name}${index}`).join(' ')} ${name}-end`;

const menu = (note: readonly string[], details: readonly string[]): Menu => ({
  kind: 'menu',
  title: 'test failed: what next?',
  note: note.map((text) => ({ text, tone: 'bad' })),
  items: details.map((detail, index) => ({
    id: String(index),
    label: `way ${index}`,
    detail,
    wish: { kind: 'quit' },
    refused: index === 1 ? detail : null,
  })),
  cursor: null,
  careful: false,
  openedAt: noon - 1_000,
});

const drawn = (overlay: Confirmation | Menu, columns: number, rows: number): DrawnScreen => {
  const screen = draw(runbookState, { columns, rows, events: [{ type: 'opened', overlay }] });
  open.push(screen);
  return screen;
};

const confirmation = (lines: number, choices: number): Confirmation => ({
  kind: 'confirm',
  title: 'Deploy',
  body: Array.from({ length: lines }, (_, index) => ({
    text: sentence(`b${index}`, 12),
    tone: 'plain',
  })),
  commands: ['nix copy --to ssh://p620 /nix/store/x'],
  choices: Array.from({ length: choices }, (_, index) => ({
    label: `Choice number ${index}`,
    wish: null,
    guarded: index > 0,
  })),
  focus: 0,
  required: { kind: 'count', count: 3 },
  typed: '',
  top: 0,
  openedAt: noon - 1_000,
});

/** Rows between the edges of the frame. */
const rowsInside = (rows: readonly string[]): number =>
  // The view above a menu may have frames of its own.
  rows
    .slice(rows.findLastIndex((row) => row.startsWith(' ┌')))
    .filter((row) => row.startsWith(' │')).length;

/** What stands inside of the frame, in one text. */
const readText = (rows: readonly string[]): string =>
  rows
    .filter((row) => row.startsWith(' │'))
    .map((row) => row.replaceAll('│', '').trim())
    .join(' ');

test('where there is room, what each choice does is read to its end', async () => {
  const rows = await drawn(menu(['why'], [sentence('a', 20), sentence('b', 20)]), 80, 24).rows();
  expect(readText(rows)).toContain('a-end');
  expect(readText(rows)).toContain('b-end');
});

test.each([
  [80, 24],
  [60, 16],
] as const)('at %ix%i everything that a menu says can be read, and no choice is out of reach', async (columns, rows) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const screen = drawn(
    menu(
      names.map((name) => sentence(`n${name}`, 12)),
      names.map((name) => sentence(name, 12)),
    ),
    columns,
    rows,
  );
  const seen: string[] = [readText(await screen.rows())];
  for (const _name of names)
    seen.push(readText(await screen.after({ type: 'moved', by: 1, unit: 'row' })));
  for (let page = 0; page < 40; page += 1)
    seen.push(readText(await screen.after({ type: 'moved', by: 1, unit: 'page' })));
  for (const name of names) {
    expect(seen.some((text) => text.includes(` ${name}-end`))).toBe(true);
    expect(seen.some((text) => text.includes(`n${name}-end`))).toBe(true);
  }
  for (const row of await screen.rows()) expect(row.length).toBeLessThanOrEqual(columns);
  expect((await screen.rows()).some((row) => row.startsWith(' └'))).toBe(true);
});

test('a text that is longer than its pane is read to its end', async () => {
  const screen = draw(runbookState, {
    columns: 60,
    rows: 16,
    events: [
      {
        type: 'opened',
        overlay: {
          kind: 'text',
          title: 'T',
          lines: [{ text: sentence('x', 150), tone: 'plain' }],
          top: 0,
        },
      },
    ],
  });
  open.push(screen);
  expect(readText(await screen.rows())).not.toContain('x-end');
  expect(readText(await screen.after({ type: 'jumped', to: 'last' }))).toContain('x-end');
});

const sizes = [
  [60, 16],
  [80, 18],
  [80, 24],
  [120, 40],
] as const;

test.each(
  sizes,
)('at %ix%i a menu has as many rows as its layout, and its frame is closed', async (columns, height) => {
  for (const count of [0, 1, 4, 9])
    for (const words of [2, 30]) {
      const names = Array.from({ length: count }, (_, index) => `i${index}`);
      const shown = menu(
        names.map((name) => sentence(`n${name}`, words)),
        names.map((name) => sentence(name, words)),
      );
      const layout = menuLayout(
        shown,
        columns,
        overlayRows({ overlay: shown, columns, rows: height }),
      );
      const rows = await drawn(shown, columns, height).rows();
      expect(rowsInside(rows)).toBe(
        layout.noteRows + (layout.isApart ? 1 : 0) + layout.itemRows + layout.whole.length,
      );
      expect(rows.some((row) => row.startsWith(' └'))).toBe(true);
    }
});

test.each(
  sizes,
)('at %ix%i a confirmation has as many rows as its layout, and its frame is closed', async (columns, height) => {
  for (const lines of [1, 4, 40])
    for (const choices of [2, 5]) {
      const shown = confirmation(lines, choices);
      const layout = confirmationLayout(
        shown,
        columns,
        overlayRows({ overlay: shown, columns, rows: height }),
      );
      const rows = await drawn(shown, columns, height).rows();
      const read = Math.min(layout.body.length, layout.bodyRows);
      expect(rowsInside(rows)).toBe(read + 1 + 1 + layout.choices.length);
      expect(rows.some((row) => row.startsWith(' └'))).toBe(true);
    }
});

test('rows that would be empty give choices their whole text, wherever the cursor is', () => {
  const shown = menu(
    ['note'],
    [sentence('a', 150), sentence('b', 20), sentence('c', 1), sentence('d', 20)],
  );
  const at = (cursor: string | null) => menuLayout({ ...shown, cursor }, 80, 16);
  const rows = at(null).items;
  expect(rows.map(({ length }) => length)).toEqual([1, 2, 1, 2]);
  expect(rows[1]?.join(' ')).toContain('b-end');
  expect(at('0').items).toEqual(rows);
  expect(at('0').whole.join(' ')).toContain('a0 a1');
  // What is whole beside its name is not said again below.
  expect(at('3').whole.every((row) => row === '')).toBe(true);
});

test('a scrolled confirmation says how much is above and how much below', async () => {
  const rows = await drawn({ ...confirmation(12, 2), top: 3 }, 60, 20).rows();
  const shown = { ...confirmation(12, 2), top: 3 };
  const height = overlayRows({ overlay: shown, columns: 60, rows: 20 });
  const { overflow } = confirmationLayout(shown, 60, height);
  expect(readText(rows)).toContain(`↓ ${overflow - 3} more lines · ↑ 3 lines above`);
});

test('a menu that leaves room stands below its view, and the row under the cursor stays in sight', async () => {
  const rows = await drawn(menu([], ['one', 'two', 'three']), 100, 30).rows();
  const frame = rows.findIndex((row) => row.includes('┌─ test failed: what next?'));
  // Header, the view, the frame with its three choices, and the last two rows.
  expect(frame).toBe(30 - 2 - 5);
  expect(rows.slice(5, frame).some((row) => row.startsWith('▶'))).toBe(true);
  const low = await drawn(menu([], ['one', 'two', 'three']), 100, 18).rows();
  expect(low.findIndex((row) => row.includes('┌─ test failed: what next?'))).toBeLessThan(6);
});

test('an age in a question goes on while it is open', () => {
  const asked: Confirmation = {
    ...confirmation(0, 0),
    body: [
      { text: 'Built 19 s ago.', tone: 'plain', aged: { since: noon - 19_000, shown: '19 s' } },
    ],
  };
  const at = (later: number): string | undefined =>
    withAges(asked, Math.floor((noon + later) / 1_000)).body[0]?.text;
  expect(at(0)).toBe('Built 19 s ago.');
  expect(at(3_000)).toBe('Built 22 s ago.');
  expect(at(120_000)).toBe('Built 2 m ago.');
});
