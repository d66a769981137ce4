import { expect, test } from 'vitest';
import {
  asUnderline,
  createLinkTable,
  numberIn,
} from '../../../source/components/base/link-table.ts';
import { paintLine } from '../../../source/components/base/paint.ts';
import { themeOf, untold } from '../../../source/components/base/theme.ts';
import type { Overlay } from '../../../source/screen/overlay.ts';
import type { UiEvent } from '../../../source/screen/ui.ts';
import { runbookState } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

/** The address behind the first cell of a text on the screen. */
const linkBehind = async (screen: DrawnScreen, text: string): Promise<string | null> => {
  const rows = await screen.rows();
  const row = rows.findIndex((one) => one.includes(text));
  expect(row, rows.join('\n')).toBeGreaterThanOrEqual(0);
  return await screen.terminal.link(row, rows[row]?.indexOf(text) ?? -1);
};

const page = 'https://github.com/NixOS/nixpkgs/commit/4f2a9c0d1e2f';

const inLock: UiEvent = { type: 'showed', screen: { kind: 'view', view: 'lock' } };

const pane: Overlay = {
  kind: 'text',
  title: 'What may break',
  lines: [
    { text: 'commit 4f2a9c0: drops x', tone: 'plain', link: page },
    { text: `see ${page} and ${'more words '.repeat(9)}`, tone: 'muted' },
  ],
  top: 0,
};

test('a text that has an address leads there in a terminal that takes links', async () => {
  const screen = draw(runbookState, { links: true, events: [{ type: 'opened', overlay: pane }] });
  expect(await linkBehind(screen, 'commit 4f2a9c0')).toBe(page);
  expect(await linkBehind(screen, 'https://github.com')).toBe(page);
  expect(await linkBehind(screen, 'more words')).toBeNull();
  screen.close();
});

test.each([
  { links: false },
  { links: true },
])('the screen shows the same text with $links', async ({ links }) => {
  const events = [{ type: 'opened', overlay: pane }] as const;
  const [one, other] = [draw(runbookState, { links, events }), draw(runbookState, { events })];
  expect(await one.rows()).toEqual(await other.rows());
  one.close();
  other.close();
});

test('the name of an input leads to the page of its change', async () => {
  const screen = draw(runbookState, {
    columns: 120,
    rows: 40,
    links: true,
    events: [inLock],
  });
  const rows = await screen.rows();
  const { lock } = runbookState;
  const change =
    lock.kind === 'read' ? lock.changes.find((one) => one.compareUrl !== null) : undefined;
  if (change === undefined) throw new Error('no change has a page');
  const row = rows.findIndex((text, at) => at > 6 && text.includes(change.path));
  expect(await screen.terminal.link(row, rows[row]?.indexOf(change.path) ?? -1)).toBe(
    change.compareUrl,
  );
  screen.close();
});

/** What one key sends in the view of the lock. */
const bytesOfKey = async (links: boolean): Promise<number> => {
  const screen = draw(runbookState, { columns: 120, rows: 40, links, events: [inLock] });
  await screen.rows();
  const before = screen.terminal.written().length;
  await screen.after({ type: 'moved', by: 1, unit: 'row' });
  const bytes = screen.terminal.written().length - before;
  screen.close();
  return bytes;
};

test('links cost a key a few hundred bytes at most: each is told once', async () => {
  const [plain, linked] = [await bytesOfKey(false), await bytesOfKey(true)];
  expect(linked - plain).toBeLessThan(500);
});

test.each([
  'javascript:alert(1)',
  'https://a\u0007\u001b]0;owned\u0007',
  'https://me@host/',
])('no terminal is told the address %j', (link) => {
  const paint = { theme: themeOf('auto', 24, untold), ascii: false, links: createLinkTable() };
  const drawn = paintLine([{ text: 'a', link }], paint, { columns: 10, isSelected: false });
  expect(drawn).not.toContain('\u001b[58');
  expect(drawn).not.toContain(']8;');
});

test('a table of links is bounded: a number keeps its address or has none, and never another one', () => {
  const links = createLinkTable();
  const kept = links.numberOf('https://kept/');
  const first = links.numberOf('https://0/');
  const numbers = new Map<number, string>();
  for (let at = 1; at <= 70_000; at += 1) {
    const number = links.numberOf(`https://${at}/`);
    if (number !== null) numbers.set(number, `https://${at}/`);
    // What stands on the screen is used all the time.
    expect(links.numberOf('https://kept/')).toBe(kept);
  }
  expect(numbers.size).toBe(70_000);
  const told = [...numbers].flatMap(([number, address]) => {
    const now = links.addressOf(number);
    return now === undefined ? [] : [now === address];
  });
  expect(new Set(told)).toEqual(new Set([true]));
  expect(told.length).toBeGreaterThan(19_000);
  expect(told.length).toBeLessThanOrEqual(20_000);
  expect(links.addressOf(first ?? -1)).toBeUndefined();
  expect(links.addressOf(kept ?? -1)).toBe('https://kept/');
  // A forgotten address that is drawn again gets a number of its own.
  expect(links.addressOf(links.numberOf('https://0/') ?? -1)).toBe('https://0/');
});

test.each([
  0,
  255,
  256,
  65_536,
  2 ** 24 - 1,
])('the number %i is read back from what Ink is given', (number) => {
  const [, parameters = ''] = /\[([\d;]*)m/.exec(asUnderline('a', number)) ?? [];
  expect(numberIn(parameters)).toBe(number);
});
