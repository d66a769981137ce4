import { afterEach, expect, test } from 'vitest';
import type { ListName, Screen, UiEvent } from '../../../source/screen/ui.ts';
import { listOf, viewNames } from '../../../source/screen/ui.ts';
import { runbookState } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

let screen: DrawnScreen | undefined;

afterEach(() => {
  screen?.close();
  screen = undefined;
});

const long = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
const told: UiEvent = { type: 'told', text: long, tone: 'bad', at: 0 };

const tell = (at: number): UiEvent => ({ ...told, at });

const isMessage = (row: string): boolean => /word\d/.test(row);

const screens: readonly Screen[] = [
  ...viewNames.map((view): Screen => ({ kind: 'view', view })),
  { kind: 'host', host: 'p620', tab: 'facts' },
  { kind: 'host', host: 'p620', tab: 'generations' },
];

const nameOf = (shown: Screen): string =>
  shown.kind === 'view' ? shown.view : `host ${shown.tab}`;

/** The ids of lists do not stand on the screen; the sign of the cursor does. */
const cursorRow = (rows: readonly string[]): number => rows.findIndex((row) => row.startsWith('▶'));

test.each(
  screens.map((shown) => [nameOf(shown), shown] as const),
)('a long message takes rows of its own in %s, and the cursor at its end stays in sight', async (_name, shown) => {
  screen = draw(runbookState, { columns: 80, rows: 24 });
  await screen.after({ type: 'showed', screen: shown });
  const before = await screen.after({ type: 'jumped', to: 'last' });
  const now = screen.store.getState().ui.now;
  const after = await screen.after(tell(now));
  const messages = after.filter(isMessage);
  expect(messages.length).toBeGreaterThan(2);
  // The rows of the message stand together above the keys, none of them in a row of the view.
  const first = after.findIndex(isMessage);
  expect(after.slice(first, first + messages.length)).toEqual(messages);
  expect(first + messages.length).toBe(23);
  expect(after[23]).toBe(before[23]);
  const list: ListName | undefined = listOf(shown);
  if (list === undefined || cursorRow(before) < 0) return;
  expect(cursorRow(after)).toBeGreaterThan(0);
  expect(cursorRow(after)).toBeLessThan(first);
});

test('a row of the fleet that a message would have covered is scrolled to, and stays where it is after the message', async () => {
  screen = draw(runbookState, { columns: 80, rows: 16 });
  await screen.after({ type: 'zoomed' });
  const before = await screen.after({ type: 'jumped', to: 'last' });
  const name = before[cursorRow(before)]?.slice(3, 10);
  const now = screen.store.getState().ui.now;
  const during = await screen.after(tell(now));
  expect(during[cursorRow(during)]?.slice(3, 10)).toBe(name);
  const after = await screen.after({ type: 'ticked', at: now + 600_000 });
  expect(after.some(isMessage)).toBe(false);
  expect(after[cursorRow(after)]?.slice(3, 10)).toBe(name);
});
