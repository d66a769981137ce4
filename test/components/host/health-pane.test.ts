import { expect, test } from 'vitest';
import { healthPane } from '../../../source/components/host/health-pane.ts';
import { hostHealthLines } from '../../../source/components/host/health-view.tsx';
import { type JudgedMetric, watchVerdict, whyUnknown } from '../../../source/model/watch/report.ts';
import { type Line, lineWidth } from '../../../source/model/words/line.ts';
import { healthBesideChecks } from '../../../source/screen/host/health-sections.ts';
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
  row === undefined
    ? []
    : healthPane(row, { watched: [], beside: [] }, { columns, rows, now: today, trends });

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

test('a row of several metrics has all of them in its pane, in columns', () => {
  const { p510 } = hosts;
  if (p510?.watch === undefined) throw new Error('the demo watches p510');
  const metrics = p510.watch.metrics.map(
    (one): JudgedMetric =>
      one.verdict.kind === 'as-before'
        ? {
            ...one,
            verdict: {
              kind: 'early',
              leaning: 'as-before',
              why: 'few-days',
              compared: one.verdict.compared,
            },
          }
        : one,
  );
  const rows = healthRowsOf({ ...p510, watch: { ...p510.watch, metrics } });
  const row = rows.find((one) => one.kind === 'metric' && (one.line.all ?? []).length > 1);
  const text = textOf(paneOf(row, 120, 40));
  expect(text).toMatch(/METRIC +SINCE +DAYS BEFORE +VERDICT/);
  for (const title of ['load per core', 'memory', 'network errors', 'waits for disks'])
    expect(text).toMatch(new RegExp(`^ +${title} +[\\d.]+.* ○ early$`, 'm'));
  expect(text).not.toMatch(/^ +CPU /m);
});

test('a host without any metric says so in the pane too, and not of one metric', () => {
  const row = rowsOf('razer').find(({ kind }) => kind === 'metric');
  const text = textOf(paneOf(row));
  expect(text).toContain('metrics: Prometheus has no metrics of this host');
  expect(text).not.toContain('CPU:');
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

test('once the watch was asked no host says that it was not, and each that is unknown says why', () => {
  // Nothing was deployed by this nixup: there is nothing after which the hosts could be compared.
  expect(stage.state().history.some(({ goal }) => goal === 'deploy')).toBe(false);
  for (const name of stage.deployables()) {
    const host = hosts[name];
    if (host === undefined) throw new Error(`the demo has no ${name}`);
    const asked = textOf(
      healthPane(
        { kind: 'host', id: name, host },
        { watched: hostHealthLines(host, 120, today).slice(1), beside: [] },
        { columns: 120, rows: 40, now: today, trends },
      ),
    );
    expect(asked, name).not.toContain('Not compared with the days before yet');
    if (host.watch !== undefined && watchVerdict(host.watch) === 'unknown')
      expect(asked, name).toContain(whyUnknown(host.watch).slice(0, 40));
    const { watch: _, ...before } = host;
    expect(textOf(paneOf({ kind: 'host', id: name, host: before }, 120, 40)), name).toContain(
      'Not compared with the days before yet',
    );
  }
});
