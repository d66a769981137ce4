import { afterEach, expect, test, vi } from 'vitest';
import { fleetColumns } from '../../../source/components/fleet/columns.ts';
import type { UiEvent } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { type AppState, initialState } from '../../../source/state/state.ts';
import { hostOf, noon } from '../../fixtures/states.ts';
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
