import { afterEach, expect, test } from 'vitest';
import { packageLine } from '../../../source/components/lock/packages-view.tsx';
import type { PackageChange } from '../../../source/model/packages/packages.ts';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, stateOf } from '../../fixtures/states.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

let screen: DrawnScreen | undefined;

afterEach(() => {
  screen?.close();
  screen = undefined;
});

const change = (name: string, old: string, now: string, more: Partial<PackageChange> = {}) => ({
  name,
  kind: 'upgraded' as const,
  old: [old],
  new: [now],
  major: false,
  sizeDelta: 18_000_000,
  ...more,
});

const app: AppState = {
  ...stateOf(fourHosts),
  packages: {
    p620: {
      kind: 'compared',
      difference: {
        old: '/nix/store/a-old',
        new: '/nix/store/b-new',
        changes: [
          change('mesa', '26.1.1', '26.1.2'),
          change('firefox', '151.0.2', '152.0.1', { major: true }),
          change('nvidia-x11', '580.119.02-6.18.14', '580.119.02-6.18.24'),
          change('prometheus', '3', '2', { kind: 'downgraded', major: true }),
          ...['a', 'b', 'c', 'd'].map((name) => change(name, '1', '1', { kind: 'rebuilt' })),
        ],
        sizeDelta: 1024,
      },
    },
  },
};

const rowsAt = async (columns: number, rows: number): Promise<readonly string[]> => {
  screen = draw(app, { columns, rows });
  return await screen.after({ type: 'showed', screen: { kind: 'view', view: 'packages' } });
};

test.each([
  80, 100, 120, 200,
])('at %i columns versions are whole, and a major one is its own word', async (columns) => {
  const rows = await rowsAt(columns, 40);
  const row = (name: string): string => rows.find((one) => one.includes(` ${name} `)) ?? '';
  expect(row('firefox')).toMatch(/! firefox +major +151\.0\.2 → 152\.0\.1 +\+17\.1 MiB/);
  expect(row('prometheus')).toMatch(/downgraded +3 → 2, major/);
  expect(row('rebuilt:')).toContain('rebuilt: a, b, c, d');
  if (columns >= 100)
    expect(row('nvidia-x11')).toContain('580.119.02-6.18.14 → 580.119.02-6.18.24');
  const title = rows.find((one) => one.includes('VERSIONS')) ?? '';
  expect(title.indexOf('VERSIONS')).toBe(row('firefox').indexOf('151.0.2'));
  expect(title.trimEnd().length).toBe(row('mesa').trimEnd().length);
});

test('hosts that were not compared are one row, and a low window has no titles', async () => {
  const rows = await rowsAt(80, 20);
  expect(rows.join('\n')).toMatch(/· razer +not compared yet/);
  expect(rows.join('\n')).toMatch(/· p510 +runs what the flake says/);
  expect(rows.join('\n')).not.toContain('VERSIONS');
});

test('of thousands of packages that were only built again those that have room are named', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `package-${at}`);
  const changes = names.map((name) => change(name, '1', '1', { kind: 'rebuilt' }));
  const many: AppState = {
    ...app,
    packages: {
      p620: {
        kind: 'compared',
        difference: { old: '/nix/store/a-o', new: '/nix/store/b-n', changes, sizeDelta: 1 },
      },
    },
  };
  screen = draw(many, { columns: 100, rows: 30 });
  const rows = await screen.after({ type: 'showed', screen: { kind: 'view', view: 'packages' } });
  const at = rows.findIndex((row) => row.includes('rebuilt: package-0, package-1, '));
  const [first = '', second = ''] = rows.slice(at, at + 2);
  expect(`${first}${second}`).toMatch(/and 29\d\d more; .+ rebuilt lists each/);
  expect(first.length).toBeLessThanOrEqual(100);
  expect(rows[at + 2]).toContain('not compared yet');
});

test('a row that is said alone has its name and its versions whole', () => {
  const long = change('python3.13-very-long-name', `1.${'0'.repeat(40)}`, `2.${'0'.repeat(40)}`);
  const line = packageLine({ kind: 'change', id: 'x', hosts: ['p620'], change: long }, 400);
  const text = line.map((part) => part.text).join('');
  expect(text).toContain('python3.13-very-long-name ');
  expect(text).toContain(`2.${'0'.repeat(40)}`);
});

test('a host has the size of its closure before and after, and all of them their sum', async () => {
  const difference = {
    old: '/nix/store/a-o',
    new: '/nix/store/b-n',
    changes: [change('mesa', '26.1.1', '26.1.2')],
    sizeDelta: 18 * 2 ** 20,
    closure: { old: 2 ** 31, new: 2 ** 31 + 18 * 2 ** 20 },
  };
  const other = { ...difference, changes: [change('zlib', '1', '2')], sizeDelta: -(2 ** 20) };
  const sized: AppState = {
    ...app,
    packages: {
      p620: { kind: 'compared', difference },
      razer: { kind: 'compared', difference: other },
    },
  };
  screen = draw(sized, { columns: 100, rows: 30 });
  const rows = await screen.after({ type: 'showed', screen: { kind: 'view', view: 'packages' } });
  expect(rows.join('\n')).toContain('closures of 2 hosts together +17 MiB');
  expect(rows.find((row) => row.includes(' p620 '))).toContain('2.00 GiB → 2.01 GiB, +18 MiB');
});
