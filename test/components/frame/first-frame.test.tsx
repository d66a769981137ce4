import { expect, test, vi } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { themeOf, untold } from '../../../source/components/base/theme.ts';
import { firstFrame } from '../../../source/components/frame/first-frame.ts';
import { countsClock, stateCounts } from '../../../source/components/frame/header-lines.ts';
import { onlyNamed } from '../../../source/model/remembered/host.ts';
import { countRemembered, shownFleet, toRemember } from '../../../source/state/remembered.ts';
import { type AppState, initialState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';
import { createTerminal, type TestTerminal } from '../../support/terminal.ts';

vi.hoisted(() => {
  process.env['FORCE_COLOR'] = '3';
});

const demo: AppState = { ...initialState, demo: true };

const known = toRemember(runbookState, {
  flake: '/home/a/fleet',
  head: null,
  at: noon - 5 * 3_600_000,
});

/** As an earlier start left it, five hours ago. */
const remembering: AppState = { ...initialState, remembered: known };

/** The same with a thousand hosts of that kind. */
const thousand: AppState = {
  ...initialState,
  remembered: known && {
    ...known,
    hosts: Array.from({ length: 1_000 }, (_, index) => ({
      ...(known.hosts[index % 4] ?? onlyNamed('')),
      name: `host${index}`,
    })),
  },
};

const written = (columns: number, rows: number, opening: AppState = demo): TestTerminal => {
  const terminal = createTerminal(columns, rows);
  terminal.stdout.write(
    firstFrame(
      opening,
      { columns, rows, now: noon },
      { theme: themeOf('auto', 24, untold), ascii: false, links: null, table: actionTable },
    ),
  );
  return terminal;
};

const states: readonly (readonly [string, AppState])[] = [
  ['nothing', demo],
  ['four hosts', remembering],
  ['a thousand hosts', thousand],
];

for (const [what, opening] of states)
  for (const [columns, rows] of [
    [60, 16],
    [80, 24],
    [120, 40],
    [160, 50],
  ] as const)
    test(`what is written before React at ${columns}x${rows} is what Ink draws over it, where ${what} is known`, async () => {
      const first = await written(columns, rows, opening).screen();
      const screen = draw(opening, { columns, rows });
      const drawn = await screen.rows();
      screen.close();
      // The spinner may have moved on.
      const still = (row: string): string => row.replace(/[\u2800-\u28ff]/u, '*');
      expect(first.map(still)).toEqual(drawn.map(still));
    });

test('the age in the counts goes with the clock, and changes only when it reads differently', () => {
  const { oldest } = countRemembered(shownFleet(remembering).hosts);
  if (oldest === null) throw new Error('the fixture remembers hosts');
  const countsAt = (now: number): string =>
    stateCounts(remembering, countsClock(remembering, now), 120)
      .map(({ text }) => text)
      .join('');
  expect(countsAt(oldest)).toContain('as of 0 s ago');
  expect(countsAt(oldest + 4_900)).toContain('as of 4 s ago');
  expect(countsAt(oldest + 185_000)).toContain('as of 3 m ago');
  expect(countsClock(remembering, oldest + 185_000)).toBe(
    countsClock(remembering, oldest + 200_000),
  );
});

test('what is remembered is dimmed, and says how old it is', async () => {
  const terminal = written(120, 30, remembering);
  const rows = await terminal.screen();
  expect(rows.join('\n')).toMatchInlineSnapshot(`
    " nixup  /home/a/fleet  reading git                                              nixpkgs nixos-26.05 · 1 d old   4 hosts
     ● check ○ update ○ review ○ test ○ deploy ○ verify ○ commit ○ watch                                            m check
     1 alarm in the lock to review · 2 to deploy · 1 current · 1 asleep · as of 1 m ago                 ⠋ opening the flake
     1 Fleet  2 Lock 2  3 Packages  4 Build  5 Health  6 Log  7 History  8 Check
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       HOST                     RUNS  DATE   COMMIT   POSITION            WORK, CHANGES                 HEALTH
    ▶  p620 here @server        g241  11-14  a1b2c3d  ● 2 behind HEAD     not known                     ✓ 2 of 2 critical
       razer @laptop @nvidia    g241  11-14  a1b2c3d  ● 2 behind HEAD     not known                     ✓ healthy
       p510 ask                 g241  11-14  a1b2c3d  ✓ current   1 m ago no change                     ! nzbget
       samsung                  ?     -      -        · asleep    0 s ago not known                     ? unknown
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     p620   tags server
     ran        g241 of 11-14   NixOS 26.05.3980   kernel 6.18.19
     as of      1 m ago, 2026-11-23 05:59
     Not asked yet since nixup was started.














     t test  d deploy  r rollback  L log  Enter host  space mark  / filter  u update  V verify  s sort  : actions  ? help"
  `);
  const row = rows.findIndex((text) => text.includes('razer'));
  for (const column of [3, 40, 70])
    expect((await terminal.cell(row, column)).foreground).toEqual([0xa8, 0xa8, 0xa8]);
});

test('the row under the cursor stands out as it will', async () => {
  const terminal = written(120, 30, remembering);
  const row = (await terminal.screen()).findIndex((text) => text.includes('▶'));
  const cell = await terminal.cell(row, 4);
  expect([cell.bold, cell.background === null]).toEqual([true, false]);
});

test('the first frame has the weights of the screen', async () => {
  const terminal = written(80, 24);
  expect((await terminal.cell(0, 1)).bold).toBe(true);
  expect((await terminal.cell(3, 1)).inverse).toBe(true);
  expect((await terminal.cell(4, 0)).coloured).toBe(true);
});

test('a window that is too small stays empty until the screen says so', async () => {
  expect((await written(50, 10).screen()).filter((row) => row !== '')).toEqual([]);
});
