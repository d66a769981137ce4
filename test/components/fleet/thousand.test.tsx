import { afterEach, expect, test, vi } from 'vitest';
import { fleetColumns } from '../../../source/components/fleet/columns.ts';
import { type FleetRow, fleetRowsOf } from '../../../source/screen/rows/fleet.ts';
import type { UiEvent } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { entryOf, factsOf, hostOf, noon, systemPath } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

const names = Array.from({ length: 1_000 }, (_, index) => `host${String(index).padStart(4, '0')}`);

const thousand: AppState = {
  ...initialState,
  flakePath: '/fleet',
  fleet: { kind: 'listed' },
  hostNames: names,
  hosts: Object.fromEntries(names.map((name) => [name, hostOf(name)])),
};

const down: UiEvent = { type: 'moved', by: 1, unit: 'row' };

let screen: DrawnScreen | undefined;

afterEach(() => {
  screen?.close();
  screen = undefined;
  vi.restoreAllMocks();
});

/** How often a row of a host was made into words. */
const watchRows = () => {
  const [column] = fleetColumns;
  if (column === undefined) throw new Error('the fleet has no column');
  return vi.spyOn(column, 'cell');
};

test('of a thousand hosts only the rows that are visible are made', async () => {
  const made = watchRows();
  screen = draw(thousand, { columns: 120, rows: 40 });
  await screen.rows();
  expect(made.mock.calls.length).toBeGreaterThan(10);
  expect(made.mock.calls.length).toBeLessThanOrEqual(40);
});

test('an event of one host makes its row again and no other, and none where it is not visible', async () => {
  screen = draw(thousand, { columns: 120, rows: 40 });
  await screen.rows();
  const made = watchRows();
  const probing = (host: string): AppEvent => ({ type: 'host-probing', at: noon, host });
  screen.store.dispatch([probing('host0003')]);
  await screen.rows();
  expect(made.mock.calls.map(([shown]) => shown.host)).toEqual([
    screen.store.getState().app.hosts['host0003'],
  ]);
  made.mockClear();
  screen.store.dispatch([probing('host0900')]);
  await screen.rows();
  expect(made).not.toHaveBeenCalled();
});

test('a key that moves the cursor makes the two rows that it concerns', async () => {
  screen = draw(thousand, { columns: 120, rows: 40, events: [down, down] });
  await screen.rows();
  const made = watchRows();
  await screen.after(down);
  expect(made.mock.calls).toHaveLength(2);
});

test('j writes at most a kilobyte on average, also where it scrolls', async () => {
  screen = draw(thousand, { columns: 120, rows: 40, events: [down] });
  await screen.rows();
  const presses = 60;
  const sizes: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    const before = screen.terminal.written().length;
    await screen.after(down);
    sizes.push(Buffer.byteLength(screen.terminal.written().slice(before)));
  }
  expect(sizes.reduce((sum, size) => sum + size, 0) / presses).toBeLessThanOrEqual(1_000);
});

/** Facts that differ from host to host, as those of real ones do. */
const variedFacts = (name: string, index: number): HostState => {
  const number = 20 + (index % 400);
  const path = systemPath(name, String(4_000 + (index % 97)));
  return hostOf(name, {
    entry: entryOf(name, {
      critical: ['sshd.service', 'grafana.service'],
      tags: ['rack', `r${index % 40}`],
    }),
    facts: factsOf(name, {
      at: noon - (index % 50) * 1_000,
      latencyMs: 5 + (index % 200),
      uptimeSeconds: 10_000 * (index + 1),
      current: path,
      booted: path,
      profile: path,
      activeUnits: ['sshd.service', 'grafana.service'],
      kernel: `6.18.${index % 30}`,
      generations: [
        {
          number,
          path,
          at: noon - index * 3_600_000,
          nixosVersion: null,
          revision: null,
          kernel: null,
        },
      ],
      load: [(index % 70) / 10, (index % 50) / 10, (index % 30) / 10],
      space: ['/', '/nix', '/boot'].map((mount, place) => ({
        mount,
        freeBytes: 1e9 * (1 + ((index * 7 + place) % 90)),
        totalBytes: 1e11,
      })),
    }),
  });
};

const varied: AppState = {
  ...thousand,
  hosts: Object.fromEntries(names.map((name, index) => [name, variedFacts(name, index)])),
};

test('j writes at most a kilobyte on average where each host has other facts in its pane', async () => {
  screen = draw(varied, { columns: 120, rows: 40, events: [down] });
  await screen.rows();
  const presses = 60;
  const before = screen.terminal.written().length;
  for (let press = 0; press < presses; press += 1) await screen.after(down);
  const bytes = Buffer.byteLength(screen.terminal.written().slice(before));
  expect(bytes / presses).toBeLessThanOrEqual(1_000);
});

/** How often the app asked for a host by its name. */
const watchHosts = (app: AppState): { readonly app: AppState; readonly asked: () => number } => {
  let asked = 0;
  const hosts = new Proxy(app.hosts, {
    get: (all, name) => {
      if (typeof name === 'string' && name.startsWith('host')) asked += 1;
      return Reflect.get(all, name);
    },
  });
  return { app: { ...app, hosts }, asked: () => asked };
};

const keys = (count: number): readonly UiEvent[] => Array.from({ length: count }, () => down);

test.each<readonly [string, readonly UiEvent[]]>([
  ['sorted by health', [{ type: 'column-chosen', by: -1 }]],
  [
    'sorted by name, turned round',
    [{ type: 'column-chosen', by: 1 }, { type: 'sorted' }, { type: 'jumped', to: 'first' }],
  ],
  [
    'filtered',
    [{ type: 'prompted', prompt: 'filter' }, { type: 'typed', text: '@r3' }, { type: 'submitted' }],
  ],
])('a thousand hosts that are %s: keys go over the hosts no more than before', async (_how, events) => {
  const made = watchRows();
  const { app, asked } = watchHosts(varied);
  screen = draw(app, { columns: 120, rows: 40, events });
  await screen.after(down);
  expect(made.mock.calls.length).toBeLessThanOrEqual(80);
  made.mockClear();
  const before = asked();
  await screen.after(...keys(5));
  // Twice the five rows, and what the pane and the visible rows look up: nothing for each of the thousand.
  expect(made.mock.calls.length).toBeLessThanOrEqual(10);
  expect(asked() - before).toBeLessThanOrEqual(300);
});

test('a thousand hosts are sorted whole, each once, and the row under the cursor stays', async () => {
  screen = draw(varied, { columns: 160, rows: 40, events: keys(300) });
  const selected = (rows: readonly string[]): string | undefined =>
    rows.find((row) => row.startsWith('▶'))?.slice(3, 11);
  const host = selected(await screen.rows());
  expect(host).toMatch(/^host\d+$/);
  for (let press = 0; press < 9; press += 1) {
    expect(selected(await screen.after({ type: 'column-chosen', by: 1 }))).toBe(host);
    const { app, ui } = screen.store.getState();
    const shown = fleetRowsOf(app, ui).flatMap((row) => (row.kind === 'host' ? [row.id] : []));
    expect(new Set(shown).size).toBe(1_000);
  }
});

test('a filter over a thousand hosts leaves those that match, and headings that fold count them', async () => {
  screen = draw(varied, { columns: 120, rows: 40 });
  await screen.after(
    { type: 'prompted', prompt: 'filter' },
    { type: 'typed', text: '@r3' },
    { type: 'submitted' },
    { type: 'jumped', to: 'first' },
  );
  const rowsNow = (): readonly FleetRow[] => {
    const { app, ui } = (screen ?? draw(varied)).store.getState();
    return fleetRowsOf(app, ui);
  };
  const hostsNow = (): number => rowsNow().filter(({ kind }) => kind === 'host').length;
  expect(hostsNow()).toBe(25);
  expect(rowsNow()[0]).toMatchObject({ kind: 'heading', count: 25, folded: false });
  const folded = await screen.after({ type: 'folded' });
  expect(hostsNow()).toBe(0);
  expect(rowsNow()[0]).toMatchObject({ kind: 'heading', count: 25, folded: true });
  expect(folded.some((row) => row.startsWith('▶ ▸ behind  25'))).toBe(true);
  const all = await screen.after({ type: 'backed' });
  expect(rowsNow()[0]).toMatchObject({ count: 1_000, folded: true });
  expect(all.some((row) => row.startsWith('▶ ▸ behind  1000'))).toBe(true);
});

test.each([
  [60, 16],
  [80, 24],
  [120, 40],
])('at %ix%i the rows above and below that are hidden are told whole', async (columns, rows) => {
  screen = draw(varied, { columns, rows, events: keys(500) });
  const title = (await screen.rows())[5] ?? '';
  const hidden = [...title.matchAll(/(\d+) above, (\d+) below|↑(\d+) ↓(\d+)/g)].flatMap((found) =>
    found.slice(1).filter((part) => part !== undefined),
  );
  const listed = (await screen.rows()).filter((row) => /^[▶ ] {2}host\d/.test(row)).length;
  expect(hidden).toHaveLength(2);
  // The heading of the group is a row as well.
  expect(hidden.reduce((sum, part) => sum + Number(part), 0) + listed).toBe(1_001);
});

test('the row under the cursor stays on its line while other hosts change their groups', async () => {
  screen = draw(thousand, {
    columns: 120,
    rows: 40,
    events: Array.from({ length: 200 }, () => down),
  });
  const lineOf = (rows: readonly string[]): number => rows.findIndex((row) => row.startsWith('▶'));
  const before = await screen.rows();
  const line = lineOf(before);
  screen.store.dispatch(
    names.slice(300, 360).map(
      (host): AppEvent => ({
        type: 'host-unprobed',
        at: noon,
        host,
        failure: { code: 'host-key-unknown', host, address: host },
      }),
    ),
  );
  const after = await screen.rows();
  expect(lineOf(after)).toBe(line);
  expect(after[line]).toBe(before[line]);
});

test('in the view of builds too only the rows that are visible are made', async () => {
  const asked = { count: 0 };
  const watched: AppState = {
    ...thousand,
    plans: new Proxy(thousand.plans, {
      getOwnPropertyDescriptor: (plans, name) => {
        if (typeof name === 'string' && name.startsWith('host')) asked.count += 1;
        return Reflect.getOwnPropertyDescriptor(plans, name);
      },
    }),
  };
  screen = draw(watched, { columns: 120, rows: 40 });
  await screen.after({ type: 'showed', screen: { kind: 'view', view: 'build' } });
  expect(asked.count).toBeGreaterThan(10);
  expect(asked.count).toBeLessThanOrEqual(80);
});
