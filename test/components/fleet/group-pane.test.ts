import { beforeAll, expect, test } from 'vitest';
import { actionTable, nameKeysOf } from '../../../source/actions/table.ts';
import { groupPane } from '../../../source/components/fleet/group-pane.ts';
import { lineWidth } from '../../../source/model/words/line.ts';
import { type FleetRow, fleetRowsOf } from '../../../source/screen/rows/fleet.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { hostOf, noon } from '../../fixtures/states.ts';

beforeAll(() => {
  nameKeysOf(actionTable);
});

const behind = Array.from({ length: 700 }, (_, index) => hostOf(`host${index}`));

const silent = (name: string, detail: 'timeout' | 'no route'): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure:
        detail === 'timeout'
          ? { code: 'host-timeout', host: name, afterMs: 25_000 }
          : { code: 'host-unreachable', host: name, detail: 'No route to host' },
      at: noon,
    },
  });

const failed = (name: string, step: 'build' | 'activate'): HostState =>
  hostOf(name, {
    work: { kind: 'failed', step, reason: 'no', remedy: 'mend it', at: noon },
  });

const hosts: readonly HostState[] = [
  ...behind,
  ...Array.from({ length: 300 }, (_, index) => silent(`far${index}`, 'no route')),
  silent('slow', 'timeout'),
  failed('one', 'build'),
  failed('two', 'build'),
  failed('three', 'activate'),
];

const app: AppState = {
  ...initialState,
  fleet: { kind: 'listed' },
  hostNames: hosts.map(({ entry }) => entry.name),
  hosts: Object.fromEntries(hosts.map((host) => [host.entry.name, host])),
};

const uiAt = (id: string, change: Partial<Ui['lists']['fleet']> = {}): Ui => ({
  ...initialUi,
  columns: 80,
  now: noon,
  lists: { ...initialUi.lists, fleet: { ...initialUi.lists.fleet, cursor: id, ...change } },
});

const paneOf = (state: AppState, ui: Ui, rows: number): readonly string[] => {
  const row = fleetRowsOf(state, ui).find(
    (one): one is Extract<FleetRow, { kind: 'heading' }> =>
      one.kind === 'heading' && one.id === ui.lists.fleet.cursor,
  );
  if (row === undefined) throw new Error(`no heading ${ui.lists.fleet.cursor ?? ''}`);
  const lines = groupPane(row, state, ui, rows);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(ui.columns);
  expect(lines.length).toBeLessThanOrEqual(rows);
  return lines.map((line) => line.map(({ text }) => text).join(''));
};

const flat = (lines: readonly string[]): string => lines.join(' ').replaceAll(/\s+/g, ' ');

test('below a heading stand how many hosts it has, why they are there, and what the keys do to all', () => {
  const text = flat(paneOf(app, uiAt('#failed'), 12));
  expect(text).toContain('failed · 3 hosts');
  expect(text).toContain('2 build failed · 1 activate failed');
  expect(text).toContain('For all 3: t test · d deploy');
  expect(text).toContain('hosts one, two, three');
});

test('of many hosts as many are named as have room, and the others are counted', () => {
  const rows = paneOf(app, uiAt('#behind'), 8);
  expect(rows).toHaveLength(8);
  const [, named = '', more] = flat(rows).match(/ hosts ((?:host\d+,? )+)and (\d+) more$/) ?? [];
  expect(named.trim().split(', ').length + Number(more)).toBe(700);
  expect(flat(rows)).toContain('For all 700:');
});

test('where hosts are marked, the pane says that the keys act on those', () => {
  const text = flat(paneOf(app, uiAt('#failed', { marks: ['host1', 'host2'] }), 12));
  expect(text).toContain('They act on the 2 marked hosts, not on these 3.');
  expect(text).not.toContain('For all');
});

test('the keys change nothing where nixup only reads', () => {
  expect(flat(paneOf({ ...app, readOnly: true }, uiAt('#failed'), 12))).toContain(
    'Read-only: no key changes anything.',
  );
});

test('the pane counts only the hosts that the filter shows, and is cut where it is low', () => {
  expect(flat(paneOf(app, uiAt('#failed', { filter: '!one' }), 12))).toContain('failed · 2 hosts');
  expect(paneOf(app, uiAt('#behind'), 2)).toHaveLength(2);
});
