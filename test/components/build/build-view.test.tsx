import { expect, test } from 'vitest';
import type { PlanSummary } from '../../../source/model/build/plan.ts';
import { noProgress, type RunningActivity } from '../../../source/model/build/progress.ts';
import { nextSlots } from '../../../source/model/build/slots.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import { reduceRun } from '../../../source/state/reducer/run.ts';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, hostOf, noon, stateOf } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';

const cause: TestCause = {
  id: 'x',
  class: 'evaluation',
  step: 'evaluate',
  hosts: ['p620', 'samsung'],
  what: 'value is a string while a list was expected',
  place: { file: 'modules/common.nix', line: 12, column: 3 },
  derivation: null,
  tail: [],
  remedies: [],
};

const noPlan: PlanSummary = {
  builds: 0,
  fetches: 0,
  downloadBytes: null,
  unpackedBytes: null,
  shared: 0,
  compiles: [],
  workMs: null,
  estimated: 0,
  on: null,
};

const minute = 60_000;

const activity = (more: Partial<RunningActivity>): RunningActivity => ({
  kind: 'build',
  name: 'linux-6.18.24',
  derivation: '/nix/store/linux.drv',
  phase: 'buildPhase',
  since: noon - 3 * minute,
  lastHeardAt: noon - 1_000,
  machine: null,
  percent: null,
  ...more,
});

const state = (activities: readonly RunningActivity[]): AppState => {
  const hosts = fourHosts.map((host) => ({
    ...host,
    progress:
      host.entry.name === 'razer'
        ? { ...noProgress, builds: { expected: 67, running: 1, done: 41, failed: 0 }, activities }
        : null,
  }));
  return {
    ...stateOf(hosts),
    causes: [cause],
    run: { kind: 'active', id: 'x', goal: 'test', hosts: ['razer'], since: noon },
    runProgress: {
      ...noProgress,
      builds: { expected: 67, running: 1, done: 41, failed: 0 },
      activities,
      bytesPerSecond: 5 * 1024 ** 2,
    },
    slots: nextSlots([], { activities }, noon),
  };
};

const rowsOf = async (activities: readonly RunningActivity[], columns = 120): Promise<string> => {
  const screen = draw(state(activities), {
    columns,
    rows: 36,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const rows = await screen.rows();
  screen.close();
  return rows.join('\n');
};

test('a failure names its hosts, its place and its reason below what runs', async () => {
  const text = await rowsOf([activity({})]);
  expect(text).toMatch(
    /✗ p620, samsung {2}modules\/common\.nix:12:3 {2}value is a string while a list was expected/,
  );
  expect(text.indexOf('✗ p620, samsung')).toBeGreaterThan(text.indexOf('linux-6.18.24'));
});

test('a build says phase, machine and what is left of its usual time', async () => {
  const text = await rowsOf([activity({ machine: 'p510', expectedMs: 9 * minute })]);
  expect(text).toMatch(/linux-6\.18\.24 .*buildPhase +3 m 00 s {2}about 6 m 00 s left {2}on p510/);
  const late = await rowsOf([activity({ expectedMs: 2 * minute })]);
  expect(late).toContain('usually 2 m 00 s');
  for (const expectedMs of [0, 400]) {
    const short = await rowsOf([activity({ expectedMs })]);
    expect(short).not.toContain('usually');
  }
});

test('a transfer says where from, how much and how fast', async () => {
  const text = await rowsOf([
    activity({
      kind: 'fetch',
      name: 'firefox-152',
      derivation: null,
      phase: null,
      machine: 'cache.nixos.org',
      since: noon - 11_000,
      bytes: 50 * 1024 ** 2,
      bytesExpected: 100 * 1024 ** 2,
      percent: 50,
    }),
  ]);
  expect(text).toMatch(
    /firefox-152 .*fetching .* {2}50 % of 100 MiB {2}5 MiB\/s {2}from cache\.nixos\.org/,
  );
});

test('a silent build and the reason of a wait are said', async () => {
  const text = await rowsOf([
    activity({ since: noon - 40 * minute, lastHeardAt: noon - 30 * minute }),
    activity({
      kind: 'wait',
      derivation: null,
      name: "waiting for lock on '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-mesa-26.1'",
    }),
  ]);
  expect(text).toContain('! silent for 30 m 00 s');
  expect(text).toContain('and 1 waiting for a lock or a machine');
});

test('how far the whole is stands at the top, above every row', async () => {
  const { length } = (await rowsOf([activity({})])).split('\n');
  const rows = (await rowsOf([activity({})], 80)).split('\n');
  expect(length).toBe(36);
  const place = rows.findIndex((row) => /^ Build/.test(row));
  expect(rows[place + 1]).toMatch(/^ [▓░]{20}/);
});

test('where nothing had to be built no empty bar stands', async () => {
  const screen = draw(
    { ...state([]), run: { kind: 'none' }, runProgress: noProgress },
    {
      columns: 80,
      rows: 24,
      events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
    },
  );
  const rows = await screen.rows();
  screen.close();
  const place = rows.findIndex((row) => /^ Build/.test(row));
  expect(rows[place + 1]).toBe(' nothing was built');
});

test.each([
  'deploy',
  'verify',
  'bisect',
] as const)('the totals of the last test stay, with their age, while and after a %s builds nothing', async (goal) => {
  const at = noon - 10 * minute;
  const build = { built: 45, failed: 0, fetched: 9 };
  const result = { ok: true, exitCode: 0, hosts: {}, commit: null, build, summary: '' };
  const tested = reduceRun(
    { ...state([]), run: { kind: 'active', id: 'x', goal: 'test', hosts: [], since: at - 24_000 } },
    { type: 'result', at, run: 'x', ...result },
  );
  const begun = reduceRun(tested, {
    type: 'run-started',
    at: noon - 5 * minute,
    run: 'y',
    goal,
    hosts: ['razer'],
    tree: null,
    lock: null,
  });
  const during: AppState = { ...begun, runProgress: noProgress };
  const after = reduceRun(during, {
    type: 'result',
    at: noon - minute,
    run: 'y',
    ...result,
    build: null,
  });
  for (const app of [during, after]) {
    const screen = draw(app, {
      columns: 80,
      rows: 24,
      events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
    });
    const text = (await screen.rows()).join('\n');
    screen.close();
    expect(text).toContain(' last test  45 built, 9 paths fetched in 24 s, 10 m ago');
    expect(text).not.toMatch(/nothing was built|nothing to build/);
  }
});

test('on eighty columns a transfer says how far and how fast before where from', async () => {
  const text = await rowsOf(
    [
      activity({
        kind: 'fetch',
        name: 'firefox-152',
        derivation: null,
        phase: null,
        machine: 'cache.nixos.org',
        since: noon - 11_000,
        bytes: 50 * 1024 ** 2,
        bytesExpected: 100 * 1024 ** 2,
        percent: 50,
      }),
    ],
    80,
  );
  // What has no room is left out whole.
  expect(text).toMatch(/firefox-152 .*50 % of 100 MiB {2}5 MiB\/s *\n/);
});

test('the total of a test that failed counts the hosts and the causes', async () => {
  const build = { built: 45, failed: 5, fetched: 9 };
  const result = { ok: false, exitCode: 1, hosts: {}, commit: null, build, summary: '' };
  const app = reduceRun(state([activity({})]), { type: 'result', at: noon, run: 'x', ...result });
  const screen = draw(app, {
    columns: 80,
    rows: 24,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const text = (await screen.rows()).join('\n');
  screen.close();
  expect(text).toContain('45 built, 9 paths fetched in 0 s, 2 hosts failed from 1 cause');
});

test.each([80, 160])('at %i columns no row is wider than the window', async (columns) => {
  const text = await rowsOf([activity({ name: 'x'.repeat(90), machine: 'builder' })], columns);
  for (const row of text.split('\n')) expect(row.length).toBeLessThanOrEqual(columns);
});

test('the plan of a large fleet says how many hosts are not among it yet', async () => {
  const known = state([]);
  const waiting = Object.fromEntries(
    Object.entries(known.hosts).map(([name, host]) => [
      name,
      name === 'razer'
        ? host
        : { ...host, work: { kind: 'waiting' as const, why: 'for a build slot' } },
    ]),
  );
  const plan: PlanSummary = { ...noPlan, builds: 12 };
  const app: AppState = {
    ...known,
    hosts: waiting,
    plans: { '': plan, razer: plan },
    run: { kind: 'active', id: 'x', goal: 'test', hosts: known.hostNames, since: noon },
  };
  const screen = draw(app, {
    columns: 120,
    rows: 36,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  expect((await screen.rows()).join('\n')).toMatch(/plan {3}builds 67, and 3 hosts to plan/);
  screen.close();
});

test.each([
  [80, 24],
  [160, 50],
])('at %i by %i the last lines of what the cursor is on stand beside it', async (columns, rows) => {
  const app = {
    ...state([activity({})]),
    causes: [{ ...cause, tail: ['patching file sched.c', 'Hunk #3 FAILED at 7214.'] }],
    builderLogs: {
      '/nix/store/linux.drv': {
        lines: ['  CC  mm/memory.o', '  CC  fs/inode.o'],
        times: [noon, noon],
        dropped: 0,
      },
    },
  };
  const screen = draw(app, {
    columns,
    rows,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const onHost = await screen.after({ type: 'moved', by: 1, unit: 'row' });
  expect(onHost.join('\n')).toMatch(/── razer {2}linux-6\.18\.24 {2}buildPhase {2}3 m 00 s ─/);
  expect(onHost.join('\n')).toContain('CC  fs/inode.o');
  const onFailure = await screen.after({ type: 'jumped', to: 'last' });
  expect(onFailure.join('\n')).toContain('── p620, samsung ─');
  expect(onFailure.join('\n')).toContain('Hunk #3 FAILED at 7214.');
  screen.close();
});

test('a test that has ended says how long it took', async () => {
  const ended: AppState = {
    ...state([]),
    run: {
      kind: 'done',
      id: 'x',
      goal: 'test',
      at: noon,
      since: noon - 5 * minute,
      result: {
        ok: true,
        exitCode: 0,
        hosts: {},
        commit: null,
        build: { built: 41, failed: 0, fetched: 7 },
        summary: '',
      },
    },
  };
  const screen = draw(ended, {
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  expect((await screen.rows()).join('\n')).toContain(
    'total  41 built, 7 paths fetched in 5 m 00 s',
  );
  screen.close();
});

const many = (busy: readonly string[]): AppState => {
  const hosts = Array.from({ length: 12 }, (_, place) => {
    const name = `host${place + 1}`;
    return hostOf(name, {
      work: busy.includes(name)
        ? { kind: 'running', step: 'build', since: noon - 4_000, done: null, expected: null }
        : { kind: 'idle' },
    });
  });
  return {
    ...stateOf(hosts),
    run:
      busy.length === 0
        ? { kind: 'none' }
        : {
            kind: 'active',
            id: 'x',
            goal: 'test',
            hosts: hosts.map((one) => one.entry.name),
            since: noon,
          },
  };
};

test.each([
  ['fleet', 60, 16],
  ['fleet', 80, 20],
  ['build', 60, 16],
  ['build', 80, 20],
] as const)('in %s at %i by %i each host that is built is named on the screen, and no row moves for it', async (view, columns, rows) => {
  const drawn = async (busy: readonly string[]): Promise<readonly string[]> => {
    const screen = draw(many(busy), {
      columns,
      rows,
      events: [{ type: 'showed', screen: { kind: 'view', view } }],
    });
    const shown = await screen.rows();
    screen.close();
    return shown;
  };
  const places = (shown: readonly string[]): readonly (string | undefined)[] =>
    shown.map((row) => /^[ ▶]{2,3}(host\d+) /.exec(row)?.[1]);
  const early = await drawn(['host1', 'host9']);
  const late = await drawn(['host11', 'host12']);
  for (const [shown, names] of [
    [early, ['host1', 'host9']],
    [late, ['host11', 'host12']],
  ] as const)
    for (const name of names) expect(shown.join('\n')).toMatch(new RegExp(`${name} `));
  expect(places(late)).toEqual(places(early));
});

test('while nothing is built no row of the list is blank as long as hosts are hidden', async () => {
  const screen = draw(many([]), {
    columns: 60,
    rows: 16,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const shown = await screen.rows();
  screen.close();
  const first = shown.findIndex((row) => row.includes('host1 '));
  for (const row of shown.slice(first, 14)) expect(row).toMatch(/host\d/);
});

test('a failure is in sight while more runs than there are rows', async () => {
  const running = Array.from({ length: 30 }, (_, at) =>
    activity({ name: `package-${at}`, derivation: `/nix/store/${at}.drv` }),
  );
  const screen = draw(state(running), {
    columns: 80,
    rows: 24,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const text = (await screen.rows()).join('\n');
  screen.close();
  expect(text).toContain('✗ p620, samsung');
});

test('what only needed a build that failed is counted apart', async () => {
  const known = state([activity({})]);
  const failed = { expected: 67, running: 1, done: 41, failed: 5 };
  const app: AppState = {
    ...known,
    causes: [{ ...cause, derivation: '/nix/store/linux-rt.drv' }],
    runProgress: { ...noProgress, ...known.runProgress, builds: failed },
  };
  const screen = draw(app, {
    columns: 100,
    rows: 30,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const text = (await screen.rows()).join('\n');
  screen.close();
  expect(text).toContain('1 failed and 4 that need it');
});

test.each([
  [120, 40],
  [200, 60],
  [80, 60],
])('at %i by %i what was said for a host before fills the rows that its builder leaves', async (columns, rows) => {
  const earlier = Array.from({ length: 60 }, (_, at) => `earlier line ${at}`);
  const known = state([activity({})]);
  const app: AppState = {
    ...known,
    logs: {
      razer: {
        lines: [
          ...earlier,
          'linux-6.18.24> unpacking sources',
          'mesa-26.1.2> building',
          'linux-6.18.24> CC fs/inode.o',
        ],
        times: [],
        dropped: 0,
      },
    },
    builderLogs: {
      '/nix/store/linux.drv': { lines: ['CC fs/inode.o'], times: [noon], dropped: 0 },
    },
  };
  const screen = draw(app, {
    columns,
    rows,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const shown = await screen.after({ type: 'moved', by: 1, unit: 'row' });
  screen.close();
  expect(shown.filter((row) => row.includes('CC fs/inode.o'))).toHaveLength(1);
  const text = shown.join('\n');
  expect(text).toContain('earlier line 59');
  // The log of the host has the lines of all its builders: those of this one stand below, once.
  expect(text).toContain('mesa-26.1.2> building');
  expect(text).not.toContain('linux-6.18.24>');
  const rule = shown.findIndex((row) => row.includes('── razer'));
  const blank = shown.slice(rule, -2).filter((row) => row.trim() === '');
  expect(blank.length).toBeLessThanOrEqual(2);
});
