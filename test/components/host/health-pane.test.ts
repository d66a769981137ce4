import { expect, test } from 'vitest';
import { healthPane } from '../../../source/components/host/health-pane.ts';
import { type Line, lineWidth } from '../../../source/model/words/line.ts';
import { healthBesideChecks } from '../../../source/screen/host/host-pane.ts';
import { type HealthRow, healthRowsOf } from '../../../source/screen/rows/health.ts';
import { openStage, today } from '../../support/play.ts';

const stage = await openStage();
await stage.engine.health.watch(stage.deployables());
await stage.engine.health.trends(stage.deployables(), { metric: 'cpu', window: '24h' });
const { hosts, trends } = stage.state();

const rowsOf = (name: string): readonly HealthRow[] => {
  const host = hosts[name];
  return host === undefined ? [] : healthRowsOf(host);
};

const paneOf = (row: HealthRow | undefined, columns = 80, rows = 12): readonly Line[] =>
  row === undefined ? [] : healthPane(row, [], { columns, rows, now: today, trends });

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join('')).join('\n');

test('a metric under the cursor has its numbers and its query without a key', () => {
  const row = rowsOf('p620').find(
    (one) => one.kind === 'metric' && one.line.judged.verdict.kind !== 'unknown',
  );
  const text = textOf(paneOf(row, 120, 14));
  expect(text).toContain('days before');
  expect(text).toContain('Asked of Prometheus:');
});

test('a unit under the cursor says what more there is, and the legend names the bars', () => {
  const text = textOf(paneOf(rowsOf('p510').find(({ kind }) => kind === 'unit')));
  expect(text).toMatch(/^── p510 ─/);
  expect(text).toContain('nzbget');
  expect(text).toContain('its status, journal and unit file');
  expect(text.split('\n').at(-1)).toContain('nothing measured');
});

test.each([
  60, 80, 120,
])('the pane has exactly its rows, and none is wider than %i columns', (columns) => {
  for (const name of ['p510', 'p620', 'samsung'])
    for (const row of rowsOf(name)) {
      const lines = paneOf(row, columns, 7);
      expect(lines).toHaveLength(7);
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    }
});

test('a host that is well has its critical units and its disks below its verdict', () => {
  const nas = hosts['nas'];
  const text = nas === undefined ? '' : textOf(healthBesideChecks(nas, stage.state(), 80));
  expect(text).toContain('2 of 2 critical run: postgresql, samba-smbd');
  expect(text).toMatch(/disks\s+\/ .*76 % used/);
});
