import { expect, test } from 'vitest';
import { type Line, lineWidth, span, widthOf } from '../../../source/model/words/line.ts';
import { changesSection } from '../../../source/screen/host/changes-section.ts';
import {
  hostPage,
  pagePosition,
  pageTop,
  scrollPage,
} from '../../../source/screen/host/host-page.ts';
import { hostPane } from '../../../source/screen/host/host-pane.ts';
import { fillSections } from '../../../source/screen/host/pane-sections.ts';
import { historySection } from '../../../source/screen/host/past-sections.ts';
import { keyName } from '../../../source/screen/key-names.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { HostOutcomeStatus, RunSummary } from '../../../source/state/run.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import {
  entryOf,
  expectedOf,
  factsOf,
  hostOf,
  noon,
  stateOf,
  systemPath,
} from '../../fixtures/states.ts';

const textOf = (line: Line | undefined): string => line?.map(({ text }) => text).join('') ?? '';

const day = 86_400_000;

const run = (
  id: string,
  goal: RunSummary['goal'],
  ageDays: number,
  status: HostOutcomeStatus,
  reason: string | null = null,
): RunSummary => ({
  id,
  goal,
  startedAt: noon - ageDays * day,
  hosts: ['nas'],
  ending: {
    at: noon - ageDays * day + 60_000,
    result: {
      ok: true,
      exitCode: 0,
      hosts: { nas: { status, from: null, to: null, generation: null, reason } },
      commit: null,
      build: null,
      summary: '',
    },
  },
});

const nas: HostState = hostOf('nas', {
  entry: entryOf('nas', {
    address: '192.0.2.9',
    tags: ['server'],
    policy: 'ask',
    critical: ['immich.service', 'sshd.service'],
  }),
  facts: factsOf('nas', {
    activeUnits: ['sshd.service'],
    failedUnits: ['nzbget.service'],
    load: [1.5, 1.25, 1],
    space: [
      { mount: '/', freeBytes: 25 * 1024 ** 3, totalBytes: 100 * 1024 ** 3 },
      { mount: '/boot', freeBytes: 50 * 1024 ** 2, totalBytes: 1024 ** 3 },
    ],
    listens: [22, 443],
    activations: [
      {
        at: noon - 9 * day,
        by: 'ada@p620',
        run: 'r1',
        from: systemPath('nas', '3900'),
        to: systemPath('nas', '3980'),
        lock: '1a2b3c4d5e6f',
        result: 'committed',
      },
      {
        at: noon - 2 * day,
        by: 'ben@desk',
        run: 'r2',
        from: systemPath('nas', '3980'),
        to: systemPath('nas', '4100'),
        lock: null,
        result: 'reverted',
      },
    ],
  }),
});

const app: AppState = {
  ...initialState,
  history: [
    run('r3', 'verify', 1, 'unhealthy', 'nzbget.service failed'),
    run('r2', 'deploy', 2, 'rolledBack', 'no contact'),
    run('r1', 'deploy', 9, 'succeeded'),
  ],
  packages: {
    nas: {
      kind: 'compared',
      difference: {
        old: systemPath('nas', '3980'),
        new: systemPath('nas', '4193'),
        sizeDelta: 14 * 1024 ** 2,
        changes: ['linux', 'mesa', 'vim', 'git', 'curl', 'openssl'].map((name) => ({
          name,
          kind: 'upgraded',
          old: ['1.0'],
          new: ['1.1'],
          major: name === 'openssl',
          sizeDelta: 0,
        })),
      },
    },
  },
};

const paneOf = (host: HostState, columns: number, rows: number, state = app): readonly string[] =>
  hostPane(host, state, { columns, rows, now: noon }).map((line) => textOf(line).trimEnd());

test('the pane of a host has its units, disks as bars, load, kernel, deploys with their result, packages and history', () => {
  expect(paneOf(nas, 110, 40)).toMatchInlineSnapshot(`
    [
      " nas   192.0.2.9   tags server   ask",
      " runs       g241 of 11-14   26.05.3980                  units      ! nzbget  failed",
      " would run  26.05.4193   not built                                 ✗ immich  not running, critical",
      " changes    kernel 1.0 → 1.1   6 packages   +14 MiB                ✓ 1 of 2 critical run: sshd",
      "            major: openssl                              load       1.50 1.25 1.00   up 1 d",
      "            openssl 1.0 → 1.1   linux 1.0 → 1.1         disks      /     ▓▓▓▓▓▓▓▓░░ 75 %  25 GiB free",
      "            mesa 1.0 → 1.1   curl 1.0 → 1.1                        /boot ▓▓▓▓▓▓▓▓▓▓ 95 %  50 MiB free",
      "            git 1.0 → 1.1   vim 1.0 → 1.1               history    ✓✗!  3 runs, the newest last",
      " deployed   ✗ a deploy ended with "reverted" 2 d ago               ! 11-22 06:00  verify: unhealthy,",
      "              by ben@desk                                            nzbget.service failed",
      "            ✓ 9 d ago by ada@p620 from lock 1a2b3c4d               ✗ 11-21 06:00  deploy: rolled back, no",
      " boots      the same, by systemd-boot                                contact",
      " kernel     6.18.19   Nix 2.26.3                                   ✓ 11-14 06:00  deploy: well",
      " generation g241  11-14  runs, booted  26.05.3980       ports      22 443",
      "            g240  11-13                26.05.3900       asked      1 m ago, answered in 12 ms, root by root",
      " commit     a1b2c3d",
    ]
  `);
});

test.each([
  [60, 5],
  [80, 5],
  [100, 11],
  [120, 21],
  [160, 14],
  [200, 30],
])('in %i columns it fills %i rows as long as there is something to say, and is never wider', (columns, rows) => {
  const lines = hostPane(nas, app, { columns, rows, now: noon });
  const all = hostPane(nas, app, { columns, rows: 100, now: noon });
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(lines.length).toBeGreaterThanOrEqual(Math.min(rows, columns < 100 ? all.length : 11));
  for (const line of [...lines, ...all]) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
});

test.each([
  100, 120, 160,
])('in %i columns neither what is said of a host nor a message turns two columns into one', (columns) => {
  const bare = hostOf('nas', { facts: factsOf('nas') });
  const isInTwo = (host: HostState, rows: number): boolean =>
    hostPane(host, app, { columns, rows, now: noon, rowsWithoutMessage: 12 }).some((line) =>
      /^ runs .* units /.test(textOf(line)),
    );
  for (const rows of [12, 9, 5]) {
    expect(isInTwo(bare, rows)).toBe(true);
    expect(isInTwo(nas, rows)).toBe(true);
  }
});

test('what a generation is to its host is whole in two columns', () => {
  for (const columns of [100, 120, 200])
    expect(paneOf(nas, columns, 30).join('\n')).toMatch(
      /g241 {2}11-14 {2}runs, booted {2}26\.05\.3980/,
    );
});

test('the page of a host has all that its pane has, and scrolls to its last line', () => {
  const state = { ...stateOf([nas]), history: app.history, packages: app.packages };
  const words = (lines: readonly Line[]): ReadonlySet<string> =>
    new Set(lines.flatMap((line) => textOf(line).match(/[\w:-]+/g) ?? []));
  for (const [columns, rows] of [
    [60, 8],
    [80, 16],
    [120, 32],
  ] as const) {
    const page = hostPage(nas, state, { columns, rows, now: noon });
    const missing = [...words(hostPane(nas, state, { columns, rows: 60, now: noon }))].filter(
      // Its name stands in the row of the tabs.
      (word) => word !== 'nas' && !words(page).has(word),
    );
    expect(missing).toEqual([]);
    const ui: Ui = {
      ...initialUi,
      columns,
      now: noon,
      screen: { kind: 'host', host: 'nas', tab: 'facts' },
    };
    const end = scrollPage(state, ui, 1_000, rows + 1);
    expect(pageTop(end, page.length, rows)).toBe(Math.max(0, page.length - rows));
    expect(pageTop(scrollPage(state, end, -1_000, rows + 1), page.length, rows)).toBe(0);
  }
});

test('what does not fit says how many lines it is, and that Enter shows them', () => {
  expect(paneOf(nas, 80, 8).at(-1)).toMatch(/↓\d+ Enter$/);
  expect(paneOf(nas, 80, 60).join('\n')).not.toContain('Enter');
});

test('a system that the host keeps as a generation is not told as one to build first', () => {
  const back = hostOf('nas', { expectation: expectedOf('nas', '3900', null) });
  const line = paneOf(back, 90, 40, initialState).find((row) => row.startsWith(' would run'));
  expect(line).toMatch(/26\.05\.3900.* its g240$/);
});

test('a watch without an answer of the metrics has no sign of proof in the history of a host', () => {
  const history = [run('r1', 'watch', 1, 'unchanged', 'not known: its metrics')];
  const text = paneOf(nas, 90, 60, { ...app, history }).join('\n');
  expect(text).toContain('? 11-22 06:00  watch: units as before, not known: its metrics');
  expect(text).toContain('history    ?  1 run');
});

test('the kernel of a host is the one that runs, with the one that a restart brings', () => {
  const switched = hostOf('nas', {
    facts: factsOf('nas', { kernel: '6.18.24', bootedKernel: '6.18.19', rebootNeeded: true }),
  });
  expect(paneOf(switched, 90, 40, initialState)).toContain(
    ' kernel     6.18.19 runs, 6.18.24 after a restart   Nix 2.26.3',
  );
});

test('what a host did not say is named as not known, with the reason', () => {
  const dumb = hostOf('nas', {
    facts: factsOf('nas', { load: null, space: [], uptimeSeconds: null, kernel: null }),
  });
  const lines = paneOf(dumb, 90, 40, initialState);
  expect(lines).toContain(' load       not known: the host did not say   up since not known');
  expect(lines).toContain(' disks      not known: the host did not say');
  expect(lines).toContain(' kernel     not known   Nix 2.26.3');
  expect(lines).toContain(' deployed   no deploy by nixup is recorded');
  expect(lines).toContain(' history    no run with it is recorded yet');
  const silent = hostOf('nas', { facts: null, probe: { kind: 'never' } });
  expect(paneOf(silent, 90, 40, initialState)).toContain(
    ' Units, disks, load and kernel are not known: it has not answered yet.',
  );
});

test('a deploy and a rollback that the journal alone has stand under deployed, and none is told twice', () => {
  const history: readonly RunSummary[] = [
    { ...run('r5', 'rollback', 0.5, 'rolledBack'), by: 'ada@p620' },
    run('r4', 'deploy', 1, 'unhealthy'),
    run('r3', 'verify', 1, 'succeeded'),
    // A run without a deploy, or one that ended before it: it built the system, and has no generation of it.
    run('r2', 'run', 2, 'succeeded'),
    run('r1', 'deploy', 9, 'succeeded'),
  ];
  const deployed = (host: HostState): readonly string[] => {
    const lines = paneOf(host, 90, 60, { ...app, history });
    const from = lines.findIndex((line) => line.startsWith(' deployed'));
    return lines.slice(
      from,
      lines.findIndex((line) => line.startsWith(' boots')),
    );
  };
  expect(deployed(hostOf('nas', { facts: factsOf('nas') }))).toEqual([
    ' deployed   ✓ 11 h ago by ada@p620, rollback: rolled back',
    '            ✗ 23 h ago, deploy: unhealthy',
    '            ✓ 8 d ago, deploy: well',
  ]);
  expect(deployed(nas).filter((line) => line.includes('9 d ago'))).toEqual([
    '            ✓ 9 d ago by ada@p620 from lock 1a2b3c4d',
  ]);
  expect(deployed(nas)).toHaveLength(4);
  const twice = hostOf('nas', {
    facts: factsOf('nas', {
      activations: [1, 2].map((minutes) => ({
        at: noon - 9 * 86_400_000 - minutes * 60_000,
        by: 'ada@p620',
        run: `r${minutes}`,
        from: '/nix/store/a-old',
        to: '/nix/store/b-new',
        lock: null,
        result: 'committed',
      })),
    }),
  });
  expect(deployed(twice).filter((line) => line.includes('9 d ago'))).toEqual([
    expect.stringMatching(/✓ 11-\d\d \d\d:\d9, 9 d ago by ada@p620$/),
    expect.stringMatching(/✓ 11-\d\d \d\d:\d8, 9 d ago by ada@p620$/),
  ]);
});

test('rows that are left have the end of its log', () => {
  const logs = {
    nas: { lines: Array.from({ length: 50 }, (_, at) => `line ${at}`), dropped: 0, times: [] },
  };
  const lines = paneOf(nas, 120, 60, { ...app, logs });
  expect(lines).toHaveLength(60);
  expect(lines.at(-1)).toBe('            line 49');
});

const lines = (label: string, count: number): readonly Line[] =>
  Array.from({ length: count }, (_, at) => [span(`${label}${at}`)]);

test('sections share the rows: each has one before any has two, and a long one says how it goes on', () => {
  const texts = (rows: number): readonly string[] =>
    fillSections([lines('a', 4), lines('b', 1), lines('c', 3)], rows, 20).map((line) =>
      textOf(line).replace(/ +/g, ' ').trimEnd(),
    );
  expect(texts(8)).toEqual(['a0', 'a1', 'a2', 'a3', 'b0', 'c0', 'c1', 'c2']);
  expect(texts(5)).toEqual(['a0', 'a1 ↓2', 'b0', 'c0', 'c1 ↓1']);
  expect(texts(2)).toEqual(['a0 ↓3', 'b0 ↓3 Enter']);
  expect(texts(0)).toEqual([]);
});

test('the way back of a deploy, which the host keeps as done, is told as a deploy that was rolled back', () => {
  const back = {
    at: noon - 60_000,
    by: 'ada@p620',
    run: 'r2',
    from: systemPath('nas', '4100'),
    to: systemPath('nas', '3980'),
    lock: null,
    result: 'committed',
  };
  const host: HostState = {
    ...nas,
    facts: nas.facts === null ? null : { ...nas.facts, activations: [back] },
  };
  expect(paneOf(host, 110, 40).find((line) => line.startsWith(' deployed'))).toMatch(
    /^ deployed +✗ 1 m ago by ada@p620, rolled back /,
  );
});

test('the page says what is wrong and what can be done first, and every title has lines below it', () => {
  const state = stateOf([nas]);
  for (const columns of [80, 120]) {
    const broken: HostState = {
      ...nas,
      work: {
        kind: 'rolledBack',
        from: null,
        to: '/nix/store/old',
        generation: 76,
        reason: 'boom',
        at: noon,
      },
    };
    const lines = hostPage(broken, state, { columns, rows: 20, now: noon }).map(textOf);
    const wrong = lines.findIndex((line) => line.includes('✗ rolled back: boom'));
    expect(wrong).toBeLessThan(2);
    expect(lines[wrong + 1]).toContain(` next       ${keyName('log')} its log`);
    expect(lines.findIndex((line) => line.startsWith('──'))).toBeGreaterThan(wrong + 1);
    const titles = lines.flatMap((line) => line.match(/── [A-Z][a-z]+(?: [a-z]+)*/g) ?? []);
    expect(titles).toEqual(expect.arrayContaining(['── System', '── Health', '── Machine']));
    expect(new Set(titles).size).toBe(titles.length);
    // In one column a title stands above its lines, never above another title.
    if (columns === 80)
      for (const [at, line] of lines.entries())
        if (line.startsWith('──')) expect(lines[at + 1]).toMatch(/^ /);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  }
});

test('the place in a page that is scrolled is told, and none where all of it is seen', () => {
  expect(pagePosition(0, 40, 17)).toBe('1 to 17 of 40');
  expect(pagePosition(23, 40, 17)).toBe('24 to 40 of 40');
  expect(pagePosition(0, 17, 17)).toBeNull();
});

test('the reason that a system is not built leaves once it is built', () => {
  const changes = (builtAt: number | null): string =>
    changesSection(
      hostOf('studio', { expectation: expectedOf('studio', '4193', builtAt) }),
      { kind: 'unknown', why: 'It is not built yet.', next: null, lacks: 'build' },
      80,
    )
      .map(textOf)
      .join(' ');
  expect(changes(null)).toContain('It is not built yet.');
  expect(changes(noon)).toContain('not compared yet; Packages compares it');
  expect(changes(noon)).not.toContain('It is not built yet.');
});

test('a run that failed names what did not build without the hash of its path', () => {
  const path = `/nix/store/${'a'.repeat(32)}-linux-rt-6.18.24.drv`;
  const failed = run('r4', 'test', 0, 'failed', `Cannot build '${path}'. It said: hunk FAILED`);
  const text = historySection(nas, [failed], 120).map(textOf).join(' ');
  expect(text).toContain('test: failed, Cannot build linux-rt-6.18.24.drv. It said: hunk FAILED');
});
