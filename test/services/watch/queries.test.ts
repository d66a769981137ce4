import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MetricId } from '../../../source/model/watch/metric.ts';
import { allMetrics } from '../../../source/model/watch/metric.ts';
import {
  alertsQuery,
  bandQuery,
  expectedSamples,
  expressionOf,
  extremesQuery,
  firingTimesQuery,
  forecastQuery,
  freeQuery,
  meansQuery,
  mostFreeQuery,
  mostScrapesQuery,
  namesQuery,
  quartilesQuery,
  rhythmOf,
  scrapesQuery,
  selectorOf,
} from '../../../source/services/watch/queries.ts';
import { hasTools } from '../../support/needs.ts';

/** A series as `promtool` writes it: a value each minute. */
type Series = readonly [series: string, values: string];

interface Sample {
  readonly labels: string;
  readonly value: number;
}

const here = { job: 'node', instance: 'a:9100' };
const labels = 'job="node",instance="a:9100"';
const rhythm = rhythmOf(60_000);
const selector = selectorOf([here]);

/** The promtool of this machine, or another one: the lab has that of Prometheus 3. */
const promtool = process.env['NIXUP_PROMTOOL'] ?? 'promtool';

/** Since version 3 a range begins after its first moment: `(from, to]` (Prometheus 3.0, range selectors are left-open). */
const isLeftOpen = /version ([3-9]|\d\d)\./.test(
  spawnSync(promtool, ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

/** Asks `promtool` whether a query answers these samples; what it says where it does not. */
const asked = (
  series: readonly Series[],
  expression: string,
  atMinutes: number,
  samples: readonly Sample[],
): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-promtool-'));
  const file = path.join(folder, 'test.yml');
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [
            {
              // Numbers are compared digit by digit.
              expr: `round(1000000 * (${expression}))`,
              eval_time: `${atMinutes}m`,
              exp_samples: samples.map((sample) => ({
                labels: sample.labels,
                value: Math.round(sample.value * 1_000_000),
              })),
            },
          ],
        },
      ],
    }),
  );
  const { stdout, stderr, status } = spawnSync(promtool, ['test', 'rules', file], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return status === 0 ? 'as expected' : `${stdout}${stderr}`;
};

const one = (value: number): readonly Sample[] => [{ labels: `{${labels}}`, value }];

const counter = (name: string, more: string, perMinute: number, minutes = 120): Series => [
  `${name}{${labels}${more}}`,
  `0+${perMinute}x${minutes}`,
];

const gauge = (name: string, value: number, more = ''): Series => [
  `${name}{${labels}${more}}`,
  `${value}x120`,
];

const zfs = [gauge('node_zfs_arc_size', 6e9), gauge('node_zfs_arc_c_min', 1e9)];
const half = [
  gauge('node_memory_MemAvailable_bytes', 8e9),
  gauge('node_memory_MemTotal_bytes', 16e9),
];

/** Series of each metric, and what is made of them two hours later. */
const cases: Readonly<Record<MetricId, readonly (readonly [string, readonly Series[], number])[]>> =
  {
    cpu: [
      [
        'two cores, idle, waiting and stolen time taken off',
        [
          counter('node_cpu_seconds_total', ',cpu="0",mode="idle"', 42),
          counter('node_cpu_seconds_total', ',cpu="0",mode="iowait"', 6),
          counter('node_cpu_seconds_total', ',cpu="0",mode="user"', 12),
          counter('node_cpu_seconds_total', ',cpu="1",mode="idle"', 30),
          counter('node_cpu_seconds_total', ',cpu="1",mode="steal"', 6),
          counter('node_cpu_seconds_total', ',cpu="1",mode="system"', 24),
        ],
        0.3,
      ],
      [
        'a counter that began again with a boot',
        [[`node_cpu_seconds_total{${labels},cpu="0",mode="idle"}`, '90000+48x117 48+48x1']],
        0.2,
      ],
      [
        'one scrape that is missing leaves no hole',
        [[`node_cpu_seconds_total{${labels},cpu="0",mode="idle"}`, '0+48x117 _ 5712+48x1']],
        0.2,
      ],
    ],
    load: [
      [
        'by core',
        [
          gauge('node_load1', 3),
          counter('node_cpu_seconds_total', ',cpu="0",mode="idle"', 42),
          counter('node_cpu_seconds_total', ',cpu="1",mode="idle"', 42),
          counter('node_cpu_seconds_total', ',cpu="1",mode="user"', 42),
        ],
        1.5,
      ],
    ],
    memory: [
      ['without ZFS', half, 0.5],
      ['the cache of ZFS that can be given back is available', [...half, ...zfs], 0.1875],
    ],
    paging: [['a second', [counter('node_vmstat_pgmajfault', '', 600)], 10]],
    'disk-busy': [
      [
        'the busiest disk, and not what is made of it',
        [
          counter('node_disk_io_time_seconds_total', ',device="nvme0n1"', 6),
          counter('node_disk_io_time_seconds_total', ',device="sda"', 30),
          counter('node_disk_io_time_seconds_total', ',device="dm-0"', 60),
        ],
        0.5,
      ],
    ],
    'disk-read': [
      [
        'all disks',
        [
          counter('node_disk_read_bytes_total', ',device="nvme0n1"', 600),
          counter('node_disk_read_bytes_total', ',device="sda"', 1_200),
          counter('node_disk_read_bytes_total', ',device="md0"', 1_200),
        ],
        30,
      ],
    ],
    'disk-written': [
      ['all disks', [counter('node_disk_written_bytes_total', ',device="vda"', 600)], 10],
    ],
    'network-in': [
      [
        'no loop, no bridge',
        [
          counter('node_network_receive_bytes_total', ',device="eth0"', 600),
          counter('node_network_receive_bytes_total', ',device="lo"', 600),
          counter('node_network_receive_bytes_total', ',device="docker0"', 600),
        ],
        10,
      ],
    ],
    'network-out': [
      ['all', [counter('node_network_transmit_bytes_total', ',device="wlan0"', 600)], 10],
    ],
    'network-errors': [
      [
        'both directions',
        [
          counter('node_network_receive_errs_total', ',device="eth0"', 60),
          counter('node_network_transmit_errs_total', ',device="eth0"', 120),
        ],
        3,
      ],
    ],
    'cpu-pressure': [
      ['a share', [counter('node_pressure_cpu_waiting_seconds_total', '', 3)], 0.05],
    ],
    'memory-pressure': [
      ['a share', [counter('node_pressure_memory_waiting_seconds_total', '', 3)], 0.05],
    ],
    'disk-pressure': [
      ['a share', [counter('node_pressure_io_waiting_seconds_total', '', 3)], 0.05],
    ],
  };

const other: Series = ['node_load1{job="node",instance="b:9100"}', '70x120'];

const isHere = hasTools(import.meta.filename, 'promtool');

describe.runIf(isHere)('each metric is what its query makes of series, by promtool', () => {
  test.each(
    allMetrics.flatMap(({ id }) =>
      cases[id].map(([what, series, value]) => [id, what, series, value] as const),
    ),
  )('%s: %s', (id, _, series, value) => {
    const expression = expressionOf(id, selector, rhythm);
    expect(asked([...series, other], expression, 120, one(value))).toBe('as expected');
  });

  test('a host without the series has no value, and no other host stands in for it', () => {
    expect(asked([other], expressionOf('load', selector, rhythm), 120, [])).toBe('as expected');
  });
});

describe.runIf(isHere)('quartiles of a window', () => {
  const span = { from: 0, to: 100 * 60_000 };
  const named = (name: string, value: number): Sample => ({
    labels: `{${labels},q="${name}"}`,
    value,
  });
  const cores: Series = counter('node_cpu_seconds_total', ',cpu="0",mode="idle"', 1);

  test('the server makes them, and says how many samples it had', () => {
    // A load that grows by one each minute, looked at each five minutes: 0, 5, …, 100, of one core.
    const series: readonly Series[] = [[`node_load1{${labels}}`, '0+1x120'], cores];
    const query = quartilesQuery('load', selector, rhythm, span);
    expect(
      asked(series, query, 100, [
        ...(isLeftOpen
          ? [named('p25', 28.75), named('p50', 52.5), named('p75', 76.25), named('p95', 95.25)]
          : [named('p25', 25), named('p50', 50), named('p75', 75), named('p95', 95)]),
        named('samples', isLeftOpen ? 20 : 21),
      ]),
    ).toBe('as expected');
    expect(expectedSamples(span, rhythm)).toBe(20);
  });

  test('a gap is seen in the number of samples alone', () => {
    const series: readonly Series[] = [[`node_load1{${labels}}`, '2x40 _x40 2x40'], cores];
    const query = quartilesQuery('load', selector, rhythm, span);
    // A value is looked up for five minutes after its last sample.
    expect(
      asked(series, query, 100, [
        named('p25', 2),
        named('p50', 2),
        named('p75', 2),
        named('p95', 2),
        named('samples', isLeftOpen ? 12 : 14),
      ]),
    ).toBe('as expected');
  });

  test('a host that was down has fewer good scrapes; a server that was down has fewer scrapes', () => {
    const down: readonly Series[] = [[`up{${labels}}`, '1x49 0x49 1x20']];
    const gone: readonly Series[] = [[`up{${labels}}`, '1x49 _x50 1x20']];
    const query = scrapesQuery(selector, span);
    const first = isLeftOpen ? 0 : 1;
    expect(
      asked(down, query, 100, [
        named('now', 1),
        named('samples', 100 + first),
        named('up', (50 + first) / (100 + first)),
      ]),
    ).toBe('as expected');
    expect(
      asked(gone, query, 100, [named('now', 1), named('samples', 50 + first), named('up', 1)]),
    ).toBe('as expected');
    expect(
      asked(
        [...gone, [`up{job="node",instance="b"}`, '1x120']],
        mostScrapesQuery(['node'], span),
        100,
        [{ labels: '{}', value: 100 + first }],
      ),
    ).toBe('as expected');
    // One that is scraped no more has no last scrape.
    const lost: readonly Series[] = [[`up{${labels}}`, '1x49 stale']];
    expect(asked(lost, query, 100, [named('samples', 49 + first), named('up', 1)])).toBe(
      'as expected',
    );
  });
});

describe.runIf(isHere)('the other questions', () => {
  test('exporters are found with the host name of their machine', () => {
    const series: readonly Series[] = [
      [`node_uname_info{${labels},nodename="alpha",release="6.12"}`, '1x10'],
    ];
    expect(
      asked(series, namesQuery, 10, [
        { labels: `{${labels},nodename="alpha",q="before"}`, value: 1 },
        { labels: `{${labels},nodename="alpha",q="now"}`, value: 1 },
      ]),
    ).toBe('as expected');
  });

  test('an alert that fired and is over is found, one that was only pending is not', () => {
    const series: readonly Series[] = [
      [`ALERTS{alertname="Full",alertstate="firing",${labels}}`, '1x5 _x50'],
      [`ALERTS{alertname="Slow",alertstate="pending",${labels}}`, '1x50'],
    ];
    expect(
      asked(series, alertsQuery({ from: 0, to: 40 * 60_000 }), 40, [
        { labels: `{alertname="Full",alertstate="firing",${labels}}`, value: 1 },
      ]),
    ).toBe('as expected');
  });

  test('first and last moment at which an alert fired', () => {
    const series: readonly Series[] = [
      [`ALERTS{alertname="Full",alertstate="firing",${labels}}`, '_x9 1x20 stale'],
    ];
    const named = (q: string, value: number): Sample => ({
      labels: `{alertname="Full",alertstate="firing",${labels},q="${q}"}`,
      value,
    });
    expect(
      asked(series, firingTimesQuery({ from: 0, to: 60 * 60_000 }), 60, [
        { ...named('any', 1) },
        named('first', 9 * 60),
        named('last', 29 * 60),
      ]),
    ).toBe('as expected');
  });

  test('room before a copy, after it, and what is foreseen by what was measured since then', () => {
    const disk = { job: 'node', instance: 'a:9100', mountpoint: '/', severity: 'warning' };
    const series: readonly Series[] = [
      [`node_filesystem_avail_bytes{${labels},mountpoint="/"}`, '40x59 32x60'],
      [`node_filesystem_avail_bytes{${labels},mountpoint="/boot"}`, '1x120'],
    ];
    const one = (value: number): readonly Sample[] => [{ labels: '{}', value }];
    expect(asked(series, mostFreeQuery(disk), 60, one(40))).toBe('as expected');
    expect(asked(series, freeQuery(disk), 61, one(32))).toBe('as expected');
    expect(
      asked(
        series,
        forecastQuery(disk, { from: 61 * 60_000, to: 110 * 60_000 }, 86_400_000),
        110,
        one(32),
      ),
    ).toBe('as expected');
  });

  const extreme = (name: string): Sample['labels'] => `{${labels},q="${name}"}`;

  test('a part of a chart has the least and the most of what was measured in it, a spike of one scrape too', () => {
    const cores = counter('node_cpu_seconds_total', ',cpu="0",mode="idle"', 42);
    const series: readonly Series[] = [[`node_load1{${labels}}`, '1x32 9 1x80'], cores];
    const query = extremesQuery('load', selector, rhythm, 600);
    expect(
      asked(series, query, 40, [
        { labels: extreme('least'), value: 1 },
        { labels: extreme('most'), value: 9 },
      ]),
    ).toBe('as expected');
    expect(
      asked(series, query, 60, [
        { labels: extreme('least'), value: 1 },
        { labels: extreme('most'), value: 1 },
      ]),
    ).toBe('as expected');
  });

  test('a part in which nothing was measured has no answer', () => {
    const series: readonly Series[] = [
      [`node_memory_MemAvailable_bytes{${labels}}`, '8x20 stale _x40 8x20'],
      gauge('node_memory_MemTotal_bytes', 16),
    ];
    const query = extremesQuery('memory', selector, rhythm, 600);
    expect(asked(series, query, 50, [])).toBe('as expected');
    expect(asked(series, meansQuery('memory', selector, rhythm, 600), 50, [])).toBe('as expected');
    expect(asked(series, meansQuery('memory', selector, rhythm, 600), 75, one(0.5))).toBe(
      'as expected',
    );
  });

  test('the band of a chart is made of the same clock times of the days that are named', () => {
    // A sample each hour would be too old for the ones asked for: five minutes are what a server looks back.
    const day = 24 * 60;
    const series: readonly Series[] = [
      [
        `node_memory_MemAvailable_bytes{${labels}}`,
        `2x${day - 1} 4x${day - 1} 6x${day - 1} 8x${day - 1} 1x${day}`,
      ],
      [`node_memory_MemTotal_bytes{${labels}}`, `16x${5 * day}`],
    ];
    const query = bandQuery('memory', selector, rhythm, 600, [1, 2, 4]);
    const used = (available: number): number => 1 - available / 16;
    // Of 8, 6 and 2 available: linear between the ranks.
    expect(
      asked(series, query, 4 * day + 600, [
        { labels: extreme('p25'), value: used(7) },
        { labels: extreme('p75'), value: used(4) },
      ]),
    ).toBe('as expected');
  });

  test('names of hosts are literal in a selection, however odd', () => {
    const odd = 'a.b+c|d"\\e:9100';
    const series: readonly Series[] = [
      [`up{job="node",instance=${JSON.stringify(odd)}}`, '1x10'],
      ['up{job="node",instance="aXb"}', '1x10'],
    ];
    const query = `up{${selectorOf([{ job: 'node', instance: odd }])}}`;
    expect(
      asked(series, query, 10, [
        { labels: `{job="node",instance=${JSON.stringify(odd)}}`, value: 1 },
      ]),
    ).toBe('as expected');
  });
});
