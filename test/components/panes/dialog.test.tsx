import { afterEach, expect, test } from 'vitest';
import type { Menu } from '../../../source/screen/overlay.ts';
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

const drawn = (overlay: Menu, columns: number, rows: number): DrawnScreen => {
  const screen = draw(runbookState, { columns, rows, events: [{ type: 'opened', overlay }] });
  open.push(screen);
  return screen;
};

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
