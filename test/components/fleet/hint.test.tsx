import { afterEach, expect, test } from 'vitest';
import { fleetPanes } from '../../../source/screen/layout.ts';
import { hintLines } from '../../../source/screen/texts/hint.ts';
import type { UiEvent } from '../../../source/screen/ui.ts';
import { hostOf, noon, runbookState, stateOf } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

let screen: DrawnScreen | undefined;

afterEach(() => {
  screen?.close();
  screen = undefined;
});

const hinted: UiEvent = { type: 'hinted' };

const hostRows = (rows: readonly string[]): readonly string[] =>
  rows.filter((row) =>
    runbookState.hostNames.some(
      (name) => row.slice(3).startsWith(`${name} `) || row.includes(`─ ${name} `),
    ),
  );

test.each([
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 50],
  [200, 60],
  [80, 60],
])('at %ix%i a new user reads what the signs are, and every row of a host stays', async (columns, rows) => {
  screen = draw(runbookState, { columns, rows });
  const before = await screen.rows();
  const after = await screen.after(hinted);
  const text = after.join('\n').replaceAll(/\s+/g, ' ');
  for (const words of [
    '● needs you',
    '○ not yet',
    'g241 generation 241',
    'here this machine',
    'ask asks before each deploy',
    '2 of 2 critical units run',
    'Esc hides this',
  ])
    expect(text).toContain(words);
  expect(hostRows(after)).toEqual(hostRows(before));
  expect(after.at(-1)).toBe(before.at(-1));
  expect(await screen.after({ type: 'backed' })).toEqual(before);
});

test('a filter and a run hide no host that the filter shows', async () => {
  const shown = ['web1', 'web2', 'web3', 'web4'];
  const fleet = stateOf([...shown, 'mail'].map((name) => hostOf(name)));
  const started = noon - 4_000;
  screen = draw(
    { ...fleet, run: { kind: 'active', id: 'r', goal: 'test', hosts: [], since: started } },
    {
      columns: 80,
      rows: 24,
      events: [
        { type: 'prompted', prompt: 'filter' },
        { type: 'typed', text: 'web' },
        { type: 'submitted' },
      ],
    },
  );
  const rows = await screen.rows();
  const named = shown.filter((name) => rows.some((row) => row.slice(3).startsWith(`${name} `)));
  expect(named).toEqual(shown);
  expect(rows.join('\n')).not.toMatch(/\d below/);
});

test('in a low window it has the row of messages while nothing else is said there', async () => {
  screen = draw(runbookState, { columns: 60, rows: 16 });
  const before = await screen.rows();
  const after = await screen.after(hinted);
  expect(after.at(-2)).toBe(' ● needs you  ○ not yet  g241 generation  2 of 2 critical');
  expect(after.slice(0, -2)).toEqual(before.slice(0, -2));
  const { now } = screen.store.getState().ui;
  const told = await screen.after({ type: 'told', text: 'copied', tone: 'plain', at: now });
  expect(told.at(-2)).toBe(' copied');
});

test('Esc puts it away last: what is open, marked or filtered goes first', async () => {
  screen = draw(runbookState, { columns: 80, rows: 24, events: [hinted, { type: 'marked' }] });
  await screen.after({ type: 'backed' });
  expect(screen.store.getState().ui).toMatchObject({
    hint: 'shown',
    lists: { fleet: { marks: [] } },
  });
  await screen.after({ type: 'backed' });
  expect(screen.store.getState().ui.hint).toBe('hidden');
});

test('selectors get the same lines each time, also where there are none', () => {
  const ui = { hint: 'hidden', columns: 80, rows: 24 } as const;
  const idle = runbookState;
  expect(hintLines(ui, idle)).toBe(hintLines({ ...ui }, idle));
  expect(hintLines({ ...ui, hint: 'shown' }, idle)).toBe(hintLines({ ...ui, hint: 'shown' }, idle));
});

test('once hosts are tested or deployed its rows are those of the host', () => {
  const ui = { hint: 'shown', columns: 80, rows: 24 } as const;
  const during = (goal: 'check' | 'test' | 'deploy') =>
    hintLines(ui, { run: { kind: 'active', id: 'r', goal, hosts: [], since: noon } }).length;
  expect(during('check')).toBeGreaterThan(0);
  expect([during('test'), during('deploy')]).toEqual([0, 0]);
});

test.each<
  readonly [
    what: string,
    rows: number,
    message: number,
    hosts: number,
    hint: number,
    expected: object,
  ]
>([
  ['a list that fits', 24, 0, 10, 0, { list: 10, details: 5, hint: 0 }],
  ['the hint is taken from the details', 24, 0, 10, 3, { list: 10, details: 2, hint: 3 }],
  ['a message too', 24, 1, 10, 0, { list: 10, details: 4, hint: 0 }],
  ['a list that is longer', 24, 0, 1_000, 3, { list: 10, details: 2, hint: 3 }],
  ['no room for details', 16, 1, 10, 0, { list: 7, details: 0, hint: 0 }],
  ['few hosts in a high window', 60, 0, 4, 0, { list: 4, details: 47, hint: 0 }],
  ['many hosts in a high window', 60, 0, 1_000, 0, { list: 43, details: 8, hint: 0 }],
])('%s: rows of list, details and hint', (_what, rows, message, hosts, hint, expected) => {
  const panes = fleetPanes({ rows, message, hosts, hint, zoomed: false });
  expect(panes).toEqual(expected);
  // Titles, and the rule above the details.
  expect(1 + panes.list + (panes.details === 0 ? 0 : 1 + panes.details) + panes.hint).toBe(
    rows - 7 - message,
  );
});
