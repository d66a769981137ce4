import { afterEach, describe, expect, test, vi } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { checkGroups } from '../../../source/model/board/board.ts';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import type { UiEvent, ViewName } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import {
  hostOf,
  manyHosts,
  noon,
  runbookState,
  stateOf,
  systemPath,
} from '../../fixtures/states.ts';
import { fc, runs } from '../../support/chance.ts';
import { type DrawnScreen, type DrawOptions, draw } from '../../support/screen-fixture.tsx';

// Colours are asserted from cells; chalk looks for a terminal when it is loaded.
vi.hoisted(() => {
  process.env['FORCE_COLOR'] = '3';
});

const open: DrawnScreen[] = [];

const drawn = (app: AppState, options?: DrawOptions): DrawnScreen => {
  const screen = draw(app, options);
  open.push(screen);
  return screen;
};

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

const show = (view: ViewName): UiEvent => ({ type: 'showed', screen: { kind: 'view', view } });

const rowWith = (rows: readonly string[], word: string): string =>
  rows.find((row) => row.includes(word)) ?? `no row has ${word}`;

const full: AppState = {
  ...runbookState,
  logs: { razer: appendLines(emptyLog, ['unpacking', 'error: boom', 'x'.repeat(300)]) },
  board: checkGroups.map((group, index) => ({
    id: `${group}.one`,
    group,
    label: `question of ${group}`,
    state: index === 1 ? 'red' : 'green',
    evidence: 'what was seen',
    remedy: index === 1 ? { text: 'Mend it.', command: 'git status' } : null,
    detail: [],
  })),
  history: [
    {
      id: 'run1',
      goal: 'deploy',
      startedAt: noon - 3_600_000,
      hosts: [],
      ending: null,
    },
  ],
};

describe('the fleet at 80x24', () => {
  test('each host has a row: sign and word, never a colour alone', async () => {
    const rows = await drawn(runbookState).rows();
    expect(rowWith(rows, 'p620 ')).toMatch(
      /▶ {2}p620 here .*g241 .*● 2 behind .*✓ built .*1 m 12 s.*✓ 2 of 2/,
    );
    expect(rowWith(rows, 'razer ')).toMatch(/⠋ building 41\/67 +1 m 35 s/);
    expect(rowWith(rows, 'p510 ')).toMatch(/✓ current .*! nzbget/);
    expect(rowWith(rows, 'samsung')).toMatch(/· asleep/);
  });

  test('the header says flake, branch, change, age and the next step', async () => {
    const rows = await drawn(runbookState).rows();
    expect(rows[0]).toMatch(/^ nixup {2}\/home\/ada\/fleet {2}main · flake.lock changed/);
    expect(rows[1]).toMatch(/● check ○ update .* m check$/);
    expect(rows[2]).toContain('1 alarm in the lock');
  });

  test('the last line shows the keys that matter here', async () => {
    const rows = await drawn(runbookState).rows();
    expect(rows[23]).toMatch(/t test {2}d deploy {2}r rollback .*\? help/);
  });

  test('the selected row has a background over its whole width', async () => {
    const screen = drawn(runbookState);
    await screen.rows();
    expect((await screen.terminal.cell(6, 0)).text).toBe('▶');
    expect((await screen.terminal.cell(6, 78)).background).not.toBeNull();
    expect((await screen.terminal.cell(7, 60)).background).toBeNull();
  });
});

test('without colours the selection is inverse and nothing has a colour', async () => {
  const screen = drawn(runbookState, { mono: true });
  await screen.rows();
  expect((await screen.terminal.cell(6, 20)).inverse).toBe(true);
  expect((await screen.terminal.cell(0, 1)).bold).toBe(true);
  const cells = await Promise.all(
    Array.from({ length: 24 * 80 }, (_, index) =>
      screen.terminal.cell(Math.floor(index / 80), index % 80),
    ),
  );
  expect(cells.filter((cell) => cell.coloured)).toEqual([]);
});

const views: readonly ViewName[] = ['fleet', 'lock', 'check', 'build', 'health', 'log', 'history'];

for (const view of views)
  test(`the view ${view} has only ASCII signs with --ascii`, async () => {
    const rows = await drawn(full, { ascii: true, events: [show(view)] }).rows();
    expect(rows.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
  });

for (const [columns, rows] of [
  [60, 16],
  [80, 24],
  [120, 40],
  [160, 50],
] as const)
  for (const view of views)
    test(`the view ${view} fills ${columns}x${rows} and never more`, async () => {
      const screen = drawn(full, { columns, rows, events: [show(view)] });
      const shown = await screen.rows();
      expect(shown[0]).toMatch(/^ nixup/);
      expect(shown[rows - 1]).toContain('? help');
      // A frame that is higher than the window makes Ink clear the terminal.
      expect(screen.terminal.written()).not.toContain('\u001b[2J');
    });

test('with much room each host is a card', async () => {
  const rows = await drawn(runbookState, { columns: 160, rows: 50 }).rows();
  expect(rowWith(rows, 'p620 here')).toMatch(
    /▶─ p620 here @server ─+┐ ┌─ razer @laptop @nvidia ─+┐ ┌─ p510 ask ─+┐/,
  );
});

test('below 60x16 one line says so, and the screen comes back', async () => {
  const screen = drawn(runbookState, { columns: 50, rows: 10 });
  expect((await screen.rows()).filter((row) => row !== '')).toEqual([
    'Too small, needs 60x16. q leaves.',
  ]);
  screen.resize(80, 24);
  expect(rowWith(await screen.rows(), 'razer')).toContain('building');
});

test('1000 hosts are grouped by trouble and only the visible ones are drawn', async () => {
  const screen = drawn(stateOf(manyHosts(1_000)));
  const rows = await screen.rows();
  expect(rows[6]).toMatch(/failed {2}200 {3}build failed$/);
  expect(rows[2]).toMatch(/200 failed · 200 working/);
  expect(screen.terminal.written().match(/host\d{4}/g)?.length).toBeLessThan(40);
});

test('the lock shows alarms first, commits, and why', async () => {
  const rows = await drawn(runbookState, { events: [show('lock')] }).rows();
  expect(rows[5]).toMatch(/2 changed · 1 alarm · 1 unchanged/);
  expect(rows[6]).toMatch(/INPUT +CHANGE +DATE +COMMITS$/);
  expect(rows[7]).toMatch(/▶ ! agenix/);
  expect(rowWith(rows, 'nixpkgs  ')).toMatch(/64c08a7 → d6524aa .*.*1,204/);
  expect(rows.join('\n')).toContain('owner-changed: comes from another owner than before');
});

test('the check board groups questions and shows what mends the red one', async () => {
  const screen = drawn(full, { events: [show('check')] });
  const rows = await screen.rows();
  expect(rowWith(rows, 'question of lock')).toMatch(/▶ +✗ failed/);
  expect(rows.join('\n')).toContain('$ git status');
});

test('a control sequence in a foreign name reaches no terminal', async () => {
  const host = hostOf('razer', { entry: { ...hostOf('razer').entry, tags: ['\u001b[7Dgone'] } });
  const screen = drawn(stateOf([host]));
  expect(rowWith(await screen.rows(), 'razer')).toContain('@?[7Dgone');
});

test('a long line of a log is scrolled or wrapped, and the search is inverse', async () => {
  const screen = drawn(full, { events: [{ type: 'log-opened', host: 'razer' }] });
  expect(rowWith(await screen.rows(), 'xxx').length).toBeLessThanOrEqual(80);
  const wrapped = await screen.after({ type: 'wrapped' });
  expect(wrapped.filter((row) => row.includes('xxx'))).toHaveLength(4);
  const found = await screen.after(
    { type: 'prompted', prompt: 'search' },
    { type: 'typed', text: 'boom' },
    { type: 'submitted' },
  );
  expect(found[5]).toContain('PAUSED');
  const row = found.findIndex((one) => one.includes('error: boom'));
  expect((await screen.terminal.cell(row, 3 + 'error: '.length)).inverse).toBe(true);
});

test('a confirmation keeps No in focus and its choices in sight, however long it is', async () => {
  const screen = drawn(runbookState, { columns: 60, rows: 16 });
  const rows = await screen.after({
    type: 'opened',
    overlay: {
      kind: 'confirm',
      title: 'Deploy to 2 hosts',
      body: Array.from({ length: 30 }, (_, index) => ({ text: `line ${index}`, tone: 'plain' })),
      commands: ['p620: nix copy'],
      choices: [
        { label: 'No', wish: null, guarded: false },
        { label: 'Deploy', wish: { kind: 'push' }, guarded: true },
      ],
      focus: 0,
      required: { kind: 'count', count: 2 },
      typed: '',
      top: 0,
      openedAt: noon - 1_000,
    },
  });
  expect(rowWith(rows, 'No')).toContain('▶ No');
  expect(rowWith(rows, 'type 2')).toContain('type 2 to do it');
  expect(rowWith(rows, 'more lines')).toContain('↓');
});

test('the fleet explains itself while it is read and when it cannot be', async () => {
  const listing = await drawn(stateOf([], { fleet: { kind: 'listing' } })).rows();
  expect(listing.join('\n')).toContain('Reading the hosts of the flake');
  const failed = await drawn(
    stateOf([], {
      fleet: { kind: 'failed', failure: { code: 'program-missing', program: 'nix' } },
    }),
  ).rows();
  expect(failed.join('\n')).toContain('nix shell nixpkgs#nix');
});

const anyEvent: fc.Arbitrary<UiEvent> = fc.oneof(
  fc.constantFrom<UiEvent>(
    { type: 'moved', by: 1, unit: 'row' },
    { type: 'moved', by: -1, unit: 'page' },
    { type: 'jumped', to: 'last' },
    { type: 'marked' },
    { type: 'cycled', by: 1 },
    { type: 'zoomed' },
    { type: 'sorted' },
    { type: 'log-opened', host: 'razer' },
    { type: 'wrapped' },
    { type: 'opened', overlay: { kind: 'help', filter: '', cursor: null } },
    { type: 'backed' },
  ),
  fc.record({
    type: fc.constant('resized' as const),
    columns: fc.integer({ min: 40, max: 130 }),
    rows: fc.integer({ min: 10, max: 45 }),
  }),
);

test('after any storm of keys and sizes the screen is what a fresh one would draw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 25 }), async (events) => {
      const screen = draw(full);
      try {
        await screen.rows();
        for (const event of events)
          if (event.type === 'resized') screen.resize(event.columns, event.rows);
          else screen.store.dispatchUi(event);
        const { columns, rows } = screen.store.getState().ui;
        const stormy = await screen.rows();
        const fresh = draw(full, { columns, rows });
        fresh.store.setState(screen.store.getState());
        const calm = await fresh.rows();
        fresh.close();
        expect(stormy).toEqual(calm);
      } finally {
        screen.close();
      }
    }),
    { numRuns: runs(20) },
  );
});

const run = (id: string, exitCode: number) => ({
  id,
  goal: 'deploy' as const,
  startedAt: noon,
  hosts: [],
  ending: {
    at: noon + 1_000,
    result: {
      ok: exitCode === 0,
      exitCode,
      hosts: {},
      commit: null,
      build: null,
      summary: `ended with ${exitCode}`,
    },
  },
});

test('a list that goes on says how many rows are above and below', async () => {
  const history = Array.from({ length: 100 }, (_, index) => run(`r${index}`, 100 + index));
  const screen = drawn({ ...runbookState, history }, { events: [show('history')] });
  const before = await screen.rows();
  expect(rowWith(before, 'ended with 109 ')).toMatch(/↓90$/);
  const after = await screen.after({ type: 'jumped', to: 'last' });
  expect(rowWith(after, 'ended with 190 ')).toMatch(/↑90$/);
  expect(after.join('\n')).not.toContain('↓');
});

test('a run that left hosts pending or something unhealthy is no failed run', async () => {
  const screen = drawn(
    { ...runbookState, history: [0, 1, 4, 5].map((code) => run(`r${code}`, code)) },
    { events: [show('history')] },
  );
  const rows = await screen.rows();
  expect(rowWith(rows, 'ended with 0')).toContain('✓');
  expect(rowWith(rows, 'ended with 1')).toContain('✗');
  expect(rowWith(rows, 'ended with 4')).toContain('!');
  expect(rowWith(rows, 'ended with 5')).toContain('!');
});

test('what turns in rows turns in step, from one clock; the whole has a spinner of its own', async () => {
  const running: AppState = {
    ...runbookState,
    run: { kind: 'active', id: 'r1', goal: 'test', hosts: [], since: noon - 4_000 },
    stages: { ...runbookState.stages, test: { kind: 'running', since: noon - 4_000 } },
  };
  const screen = drawn(running);
  for (const at of [noon, noon + 300, noon + 1_700]) {
    const rows = await screen.after({ type: 'ticked', at });
    const whole = rows.findIndex((row) => row.includes('test 0:'));
    expect(rows[whole]).toMatch(/[\u2801-\u28ff] test 0:/u);
    const others = rows.filter((_, index) => index !== whole);
    const frames = others.join('\n').match(/[\u2801-\u28ff]/gu) ?? [];
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(new Set(frames).size).toBe(1);
  }
});

describe('what a deploy would change', () => {
  const compared: AppState = {
    ...stateOf([hostOf('nas', { work: { kind: 'idle' } })]),
    packages: {
      nas: {
        kind: 'compared',
        difference: {
          old: systemPath('nas', '3980'),
          new: systemPath('nas', '4193'),
          sizeDelta: 1024,
          changes: [
            {
              name: 'linux',
              kind: 'upgraded',
              old: ['6.18.19'],
              new: ['6.18.24'],
              major: false,
              sizeDelta: 1024,
            },
          ],
        },
      },
    },
  };

  test('stands in the row while nothing is done, and in full below it', async () => {
    const rows = await drawn(compared).rows();
    expect(rowWith(rows, '▶')).toContain('kernel, 1 package');
    expect(rows.join('\n')).toContain('changes    kernel 6.18.19 → 6.18.24   1 package');
  });

  test('stands on its card, with generation, date and revision', async () => {
    const rows = await drawn(compared, { columns: 160, rows: 50 }).rows();
    expect(rowWith(rows, '│ runs')).toMatch(/g\d+ {2}\d\d-\d\d {2}[0-9a-f]{7}/);
    expect(rowWith(rows, '│ changes')).toContain('kernel, 1 package');
  });
});

test('a long line of a confirmation stays indented below its host', async () => {
  const screen = drawn(runbookState);
  const rows = await screen.after({
    type: 'opened',
    overlay: {
      kind: 'confirm',
      title: 'Deploy to razer',
      body: [
        { text: 'razer g188 → new', tone: 'plain' },
        { text: `   restarts ${'syncthing '.repeat(12)}`, tone: 'plain' },
      ],
      commands: [],
      choices: [{ label: 'No', wish: null, guarded: false }],
      focus: 0,
      required: { kind: 'nothing' },
      typed: '',
      top: 0,
      openedAt: noon,
    },
  });
  const indented = rows.filter((row) => row.includes('syncthing'));
  expect(indented.length).toBeGreaterThan(1);
  for (const row of indented) expect(row).toMatch(/^ │ {4}\w/);
});

test.each([
  [80, 24],
  [120, 36],
])('a text scrolls to its very last line at %i by %i, broken lines too', async (columns, rows) => {
  const lines = Array.from({ length: 200 }, (_, index) => ({
    text: `line ${index} ${index % 9 === 0 ? 'word '.repeat(60) : ''}end${index}`,
    tone: 'plain' as const,
  }));
  const screen = drawn(runbookState, { columns, rows });
  await screen.after({ type: 'opened', overlay: { kind: 'text', title: 'T', lines, top: 0 } });
  const last = await screen.after({ type: 'jumped', to: 'last' });
  expect(last.join('\n')).toContain('end199');
});

test('help says what a key does also while it does nothing, and why below the list', async () => {
  const app = {
    ...runbookState,
    run: { kind: 'active', id: 'r1', goal: 'test', hosts: [], since: noon - 4_000 },
  } as const;
  const rows = await drawn(app, { columns: 120, rows: 40 }).after({
    type: 'opened',
    overlay: { kind: 'help', filter: 'deploy', cursor: 'deploy' },
  });
  const { help = '' } = actionTable.find(({ id }) => id === 'deploy') ?? {};
  expect(rowWith(rows, '▶')).toContain(`not now · ${help.slice(0, 30)}`);
  expect(rows.join('\n')).toContain('Not now: a test is running');
});
