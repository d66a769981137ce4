import { expect, test } from 'vitest';
import { hostPane } from '../../../source/components/fleet/host-pane.ts';
import { fillSections } from '../../../source/components/fleet/pane-sections.ts';
import { type Line, lineWidth, span } from '../../../source/model/words/line.ts';
import type { HostOutcomeStatus, RunSummary } from '../../../source/state/run.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { entryOf, factsOf, hostOf, noon, systemPath } from '../../fixtures/states.ts';

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
      " runs       g241 of 11-14   26.05.3980 (3980000)",
      " would run  26.05.4193 (4193000)   not built",
      " changes    kernel 1.0 → 1.1   6 packages   +14 MiB   major: openssl",
      "            openssl 1.0 → 1.1   linux 1.0 → 1.1   mesa 1.0 → 1.1   curl 1.0 → 1.1   git 1.0 → 1.1",
      "            vim 1.0 → 1.1",
      " units      ! nzbget  failed",
      "            ✗ immich  not running, critical",
      "            ✓ 1 of 2 critical run: sshd",
      " load       1.50 1.25 1.00   up 1 d",
      " disks      /     ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░ 75 % used, 25 GiB of 100 GiB free",
      "            /boot ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░ 95 % used, 50 MiB of 1 GiB free",
      " history    ✓✗!  3 runs, the newest last",
      "            ! 11-22 06:00  verify: unhealthy, nzbget.service failed",
      "            ✗ 11-21 06:00  deploy: rolled back, no contact",
      "            ✓ 11-14 06:00  deploy: well",
      " ports      22 443",
      " asked      1 m ago, answered in 12 ms, root by root",
      " deployed   ✗ a deploy ended with "reverted" 2 d ago by ben@desk",
      "            ✓ 9 d ago by ada@p620 from lock 1a2b3c4d",
      " boots      the same, by systemd-boot",
      " kernel     6.18.19   Nix 2.26.3",
      " generation g241  11-14  26.05.3980  kernel 6.18.19  runs, booted",
      "            g240  11-13  26.05.3900  kernel 6.18.19",
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

test('what does not fit says how many lines it is, and that Enter shows them', () => {
  expect(paneOf(nas, 80, 8).at(-1)).toMatch(/↓\d+ Enter$/);
  expect(paneOf(nas, 80, 60).join('\n')).not.toContain('Enter');
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
    run('r1', 'deploy', 9, 'succeeded'),
  ];
  const deployed = (host: HostState): readonly string[] => {
    const lines = paneOf(host, 110, 60, { ...app, history });
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
