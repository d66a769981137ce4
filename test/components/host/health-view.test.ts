import { expect, test } from 'vitest';
import { columnTitles, healthColumns } from '../../../source/components/host/health-columns.ts';
import { healthPane } from '../../../source/components/host/health-pane.ts';
import {
  headLine,
  healthLine,
  healthTextLines,
  hostHealthLines,
} from '../../../source/components/host/health-view.tsx';
import { trendTitle } from '../../../source/components/host/trend-cells.ts';
import { allUnknown, whyUnknown } from '../../../source/model/watch/report.ts';
import { type Line, lineWidth } from '../../../source/model/words/line.ts';
import { wordsOfRow } from '../../../source/screen/host/health-words.ts';
import { type HealthRow, healthRows, healthRowsOf } from '../../../source/screen/rows/health.ts';
import { targetHosts } from '../../../source/screen/rows/targets.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { HostState } from '../../../source/state/state.ts';
import { openStage, today } from '../../support/play.ts';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');

const stage = await openStage();
await stage.engine.health.watch(stage.deployables());
await stage.engine.health.trends(stage.deployables(), { metric: 'cpu', window: '24h' });
const { hosts, hostNames, trends } = stage.state();

/** A host of the demo by another name. */
const named = (like: string, name: string): HostState => {
  const host = hosts[like];
  if (host === undefined) throw new Error(`the demo has no ${like}`);
  return { ...host, entry: { ...host.entry, name } };
};

const long = 'a-workstation-upstairs';
const fleets = {
  'the demo': { names: hostNames, hosts },
  'a fleet with a long name': {
    names: [long, 'p620'],
    hosts: { ...hosts, [long]: named('p510', long) },
  },
};

const linesOf = (
  fleet: (typeof fleets)[keyof typeof fleets],
  columns: number,
  withTrends: boolean,
): readonly Line[] => {
  const rows = healthRows(fleet.names, fleet.hosts, '');
  const shown = withTrends ? trends : null;
  const cells = healthColumns(rows, columns - 3, today, shown);
  return rows
    .filter(({ kind }) => kind === 'host')
    .map((row) => healthLine(row, cells, { columns, now: today, trends: shown }));
};

test.each([
  60, 80, 120, 200,
])('no cell of a host but its reason is cut at %i columns', (columns) => {
  for (const [title, fleet] of Object.entries(fleets))
    for (const withTrends of [true, false])
      for (const line of linesOf(fleet, columns, withTrends)) {
        const cut = textOf(line).split('…');
        expect(cut.length, title).toBeLessThanOrEqual(2);
        if (cut.length === 2) expect(cut[0]).toMatch(/(?:worse|unknown) {2,}\S[^│▂]*$/);
        // The cursor and the mark stand before it.
        expect(lineWidth(line) + 2, title).toBeLessThanOrEqual(columns);
      }
});

test('where the server of the bars does not answer, the verdicts and their reasons stay, and why there are no bars', () => {
  if (trends === null) throw new Error('the demo has bars');
  const silent = { ...trends, hosts: {}, why: 'Prometheus does not answer: no answer within 8 s' };
  const rows = healthRows(hostNames, hosts, '');
  const cells = healthColumns(rows, 117, today, silent);
  const lines = rows.map((row) =>
    textOf(healthLine(row, cells, { columns: 120, now: today, trends: silent })),
  );
  expect(textOf(headLine(rows, cells, silent))).toMatch(/HOST +HEALTH +VERDICT +REASON/);
  expect(lines.join('\n')).toMatch(/p510 .*✗ worse/);
  expect(lines.join('\n')).toMatch(/router .*\? unknown +journal: it begins/);
  const [row] = rows;
  if (row === undefined) throw new Error('the demo has hosts');
  const pane = healthPane(
    row,
    { watched: [], beside: [] },
    { columns: 80, rows: 8, now: today, trends: silent },
  ).map(textOf);
  expect(pane.at(-1)).toBe('  CPU: Prometheus does not answer: no answer within 8 s');
  expect(pane).toHaveLength(8);
});

test('where room is short the bars get fewer, then leave, and the verdict stays', () => {
  const barsOf = (columns: number): number =>
    healthColumns(healthRows(hostNames, hosts, ''), columns - 3, today, trends).bars;
  expect(barsOf(120)).toBe(24);
  expect(barsOf(70)).toBeGreaterThan(8);
  expect(barsOf(70)).toBeLessThan(24);
  expect(barsOf(56)).toBe(0);
  const [, p510] = linesOf(fleets['the demo'], 56, true);
  expect(p510 === undefined ? '' : textOf(p510)).toMatch(/p510 .*✗ worse/);
});

test('what does not fit is whole in the health of the host', () => {
  const router = hosts['router'];
  const words =
    router === undefined
      ? ''
      : healthRowsOf(router)
          .flatMap((row) => healthTextLines(row, 80, today))
          .map((line) => textOf(line).trim())
          .join(' ');
  expect(words).toContain('journal: it begins');
  expect(words).toMatch(/or was never kept/);
});

test('the title says how high a full bar is, and that a verdict is of a time before the bars', () => {
  const titleOf = (window: '24h' | '7d'): string =>
    trends === null
      ? ''
      : trendTitle(
          {
            ...trends,
            window,
            span: { from: today - (window === '7d' ? 7 : 1) * 86_400_000, to: today },
          },
          Object.values(hosts).flatMap((host) => (host === undefined ? [] : [host])),
        )
          .map(textOf)
          .join(' · ');
  expect(titleOf('24h')).toBe(
    'CPU, 24 h, ▁▃▅▇█ 0 to 100 % · left of │ the days before · < > metric, + - time',
  );
  expect(titleOf('7d')).toMatch(/^CPU, 7 d, ▁▃▅▇█ 0 to 100 %/);
});

test('each host that is unknown says so in its row, and why beside that, or once below all', () => {
  const rows = healthRows(hostNames, hosts, '');
  const cells = healthColumns(rows, 117, today, trends);
  for (const host of ['razer', 'router', 'samsung', 'studio', 'vault']) {
    const [head = '', ...below] = rows
      .filter((row) =>
        row.kind === 'noted' && row.hosts !== undefined
          ? row.hosts.includes(host)
          : (row.kind === 'host' ? row.id : row.host) === host,
      )
      .map((row) => textOf(healthLine(row, cells, { columns: 120, now: today, trends })).trim());
    expect(head).toMatch(/\? unknown/);
    const why = (hosts[host]?.watch === undefined ? '' : whyUnknown(hosts[host].watch)).replace(
      /^metrics: /,
      '',
    );
    expect(
      [head, ...below].some((line) => line.includes(why.slice(0, 30))),
      why,
    ).toBe(true);
    expect(why).not.toBe('nothing was asked');
  }
});

test('the same reason of several hosts stands once, below all of them, and a key acts on each', () => {
  const rows = healthRows(hostNames, hosts, '');
  const said = rows.flatMap((row) => {
    if (row.kind === 'host') return [];
    const { words } = wordsOfRow(row);
    return words.includes('has no metrics of this host') ? [words] : [];
  });
  expect(said).toEqual([
    'razer, router, studio, vault: metrics: Prometheus has no metrics of this host',
  ]);
  const last = rows.at(-1);
  expect(last).toMatchObject({ kind: 'noted', hosts: ['razer', 'router', 'studio', 'vault'] });
  const ui: Ui = {
    ...initialUi,
    screen: { kind: 'view', view: 'health' },
    lists: {
      ...initialUi.lists,
      health: { ...initialUi.lists.health, cursor: last?.id ?? null },
    },
  };
  expect(targetHosts(stage.state(), ui)).toEqual(['razer', 'router', 'studio', 'vault']);
  // A filter that leaves one of them has the reason in the row of that one.
  expect(healthRows(hostNames, hosts, 'razer')).toMatchObject([
    { kind: 'host', reasons: ['Prometheus has no metrics of this host'] },
  ]);
});

test.each<[string, Parameters<typeof allUnknown>[0], RegExp]>([
  [
    'not configured',
    { kind: 'not-configured', host: 'sysstat is not on the host' },
    /no Prometheus is configured, and sysstat is not on the host/,
  ],
  [
    'not reachable',
    { kind: 'not-reachable', detail: 'http://p620:9090: the connection was refused' },
    /metrics: http:\/\/p620:9090: the connection was refused/,
  ],
  ['down', { kind: 'down', how: 'down' }, /metrics: Prometheus does not reach its exporter/],
  ['no data', { kind: 'no-series', before: false }, /Prometheus has no metrics of this host/],
])('metrics that are unknown, %s: the screen says which of the four it is', (_, reason, words) => {
  const host: HostState = {
    ...named('p510', 'p510'),
    watch: {
      at: today,
      changedAt: today,
      window: null,
      metrics: allUnknown(reason),
      journal: null,
    },
  };
  const text = healthRowsOf(host)
    .flatMap((row) => healthTextLines(row, 80, today))
    .map((line) => textOf(line).trim())
    .join(' ');
  expect(text).toMatch(words);
  expect(
    text.match(/no Prometheus is configured|refused|does not reach|has no metrics/g),
  ).toHaveLength(1);
});

test('a host that was deployed before its bars begin has what was usual before at their left', () => {
  const row = (host: string): string => {
    const lines = linesOf(fleets['the demo'], 120, true).map(textOf);
    return lines.find((line) => line.includes(` ${host} `)) ?? '';
  };
  // The deploy of p510 was 28 hours ago: 20 % before, 51 % since.
  expect(row('p510')).toMatch(/▂▂│[▄▅]{21} +20 % → 51 %/);
  // The sign of a deploy stands only where its time is.
  expect(row('p510')).not.toContain('▲');
  expect(row('samsung')).not.toContain('│');
});

test('a host that was deployed within its bars has the sign of the deploy at its time', () => {
  const { p510 } = hosts;
  if (p510?.watch === undefined || trends === null) throw new Error('the demo measures p510');
  const { from, to } = trends.span;
  const { watch } = p510;
  const changed = (part: number): HostState => ({
    ...p510,
    watch: { ...watch, changedAt: from + part * (to - from) },
  });
  const rowAt = (part: number): string => {
    const fleet = { names: ['p510'], hosts: { p510: changed(part) } };
    return linesOf(fleet, 120, true).map(textOf)[0] ?? '';
  };
  expect(rowAt(0.5)).toMatch(/ [▄▅]{11}▲[▄▅]{12} {2}/);
  expect(rowAt(0)).toMatch(/ ▲[▄▅]{23} {2}/);
  expect(rowAt(1)).toMatch(/ [▄▅]{22}▲[▄▅] {2}/);
});

test('each column has its title above it, and a verdict that is older than an hour its age', () => {
  const rows = healthRows(hostNames, hosts, '');
  const later = today + 21.5 * 3_600_000;
  const cells = healthColumns(rows, 117, later, trends);
  const head = `  ${textOf(headLine(rows, cells, trends)).slice(2)}`;
  const [host] = rows.filter((row) => row.kind === 'host' && row.id === 'p510');
  const line =
    host === undefined ? '' : textOf(healthLine(host, cells, { columns: 120, now: later, trends }));
  expect(head).toMatch(/HOST +HEALTH +CPU, 24 h +BEFORE → SINCE +VERDICT/);
  expect(head.indexOf('VERDICT') - 2).toBe(line.indexOf('✗ worse'));
  expect(head.indexOf('CPU') - 2).toBe(line.indexOf('▂▂│'));
  expect(line).toMatch(/✗ worse, 21 h ago(?: {2}|$)/);
});

test('in the health of a host what is as before stands together, and all of it fits 80 by 24', () => {
  const p510 = named('p510', 'p510');
  const lines = hostHealthLines(p510, 80, today).map(textOf);
  const text = lines.map((line) => line.trim()).join(' ');
  expect(text).toMatch(/CPU is above every one of the 7 days before/);
  expect(text).toMatch(
    /as before in the 24 h after .*, the days before in brackets: load per core [\d.]+ \([^)]+\), memory /,
  );
  expect(text).toContain('waits for disks');
  expect(lines.length).toBeLessThanOrEqual(17);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('the column of verdicts has its title as soon as one stands in it', () => {
  const unmeasured = ['razer', 'vault'].flatMap((name) => hosts[name] ?? []);
  const { verdict, numbers } = columnTitles(unmeasured, trends);
  expect([verdict, numbers]).toEqual(['VERDICT', 'NOW']);
  const unwatched = unmeasured.map(({ watch: _watch, ...host }) => host);
  expect(columnTitles(unwatched, trends).verdict).toBe('');
});

test('what was so before stands in the row of the host, and what became worse in one of its own', () => {
  const { p510 } = hosts;
  if (p510?.watch?.alerts?.kind !== 'compared') throw new Error('the demo compares alerts of p510');
  const { watch } = p510;
  const told = (change: 'fired-before' | 'new'): readonly HealthRow[] => {
    const alerts = {
      kind: 'compared',
      alerts:
        p510.watch?.alerts?.kind === 'compared'
          ? p510.watch.alerts.alerts.map((alert) => ({ ...alert, change }))
          : [],
    } as const;
    return healthRows(['p510'], { p510: { ...p510, watch: { ...watch, alerts } } }, '');
  };
  const before = told('fired-before');
  expect(before.map(({ kind }) => kind)).toEqual(['host', 'unit', 'metric']);
  expect(before[0]).toMatchObject({ reasons: [expect.stringMatching(/^alert .* as before/)] });
  const now = told('new');
  expect(now.map(({ kind }) => kind)).toEqual(['host', 'unit', 'noted', 'metric']);
  expect(now[0]).not.toHaveProperty('reasons');
});
