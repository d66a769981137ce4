import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSysstat } from '../../../source/parsers/host/sysstat.ts';

/** `sadf -j FILE -- -u -r -q ALL -B -d -p -n DEV,EDEV` of sysstat 12.6.1, on a busy machine. */
const captured = readFileSync(
  new URL('../../fixtures/hosts/sysstat-12.6.1.json', import.meta.url),
  'utf8',
);

/** One interval, with the activities that are given, as json_stats.c writes them. */
const document = (activities: string, timestamp = '"utc": 1'): string =>
  `{"sysstat": {"hosts": [{"nodename": "a", "number-of-cpus": 4, "statistics": [
    {"timestamp": {"date": "2026-11-29", "time": "00:10:01", ${timestamp}, "interval": 600}${activities === '' ? '' : `, ${activities}`}}
  ], "restarts": [{"boot": {"date": "2026-11-29", "time": "00:00:02", "utc": 1, "cpu_count": 4}}]}]}}`;

const only = (text: string) => readSysstat(text)?.[0];

test('each interval of a file has its time in UTC and the metrics of the watch', () => {
  const samples = readSysstat(captured);
  expect(samples).toHaveLength(2);
  const [first] = samples ?? [];
  expect(first).toMatchObject({
    at: Date.UTC(2026, 10, 29, 20, 14, 1),
    intervalMs: 2_000,
    values: {
      cpu: 1,
      load: 9.97 / 2,
      paging: 7,
      'disk-busy': 0.004,
      'disk-read': 414 * 1024,
      'disk-written': 28 * 1024,
      'network-in': 0,
      'network-errors': 0,
      'cpu-pressure': 0.9666,
    },
  });
  expect(first?.values.memory).toBeCloseTo(1 - 22_171_096 / (1_892_296 / 0.0767), 6);
});

test.each([
  [
    'an older version counts sectors, and has no pressure and no available memory',
    document(
      '"disk": [{"disk-device": "sda", "rd_sec": 100.00, "wr_sec": 2.00, "util-percent": 50.00}], "memory": {"memfree": 1, "memused": 3, "memused-percent": 75.00}',
    ),
    { 'disk-read': 51_200, 'disk-written': 1_024, 'disk-busy': 0.5 },
  ],
  [
    'parts of disks and networks of containers are left out',
    document(
      '"disk": [{"disk-device": "dm-0", "rkB": 5.00, "wkB": 5.00, "util-percent": 99.00}, {"disk-device": "nvme0n1", "rkB": 1.00, "wkB": 2.00, "util-percent": 10.00}], "network": {"net-dev": [{"iface": "veth1", "rxkB": 9.00, "txkB": 9.00}, {"iface": "enp1s0", "rxkB": 1.00, "txkB": 2.00}]}',
    ),
    {
      'disk-read': 1_024,
      'disk-written': 2_048,
      'disk-busy': 0.1,
      'network-in': 1_024,
      'network-out': 2_048,
    },
  ],
  [
    'what is made of a disk is left out by whatever name, and so are its partitions (ioconf.c)',
    document(
      `"disk": [${[
        'sda',
        'sda2',
        'cryptroot',
        'vg0-root',
        'nvme0n1p2_crypt',
        'dm-3',
        'md127',
        'bcache0',
        'zd16',
        'dev253-7',
      ]
        .map(
          (name) => `{"disk-device": "${name}", "rkB": 10.00, "wkB": 1.00, "util-percent": 5.00}`,
        )
        .join(', ')}]`,
    ),
    { 'disk-read': 10_240, 'disk-written': 1_024, 'disk-busy': 0.05 },
  ],
  [
    'each disk of its own counts',
    document(
      `"disk": [${['sdaa', 'vda', 'xvdb', 'nvme0n1', 'mmcblk0', 'dasda']
        .map((name) => `{"disk-device": "${name}", "rkB": 1.00, "wkB": 0.00, "util-percent": 5.00}`)
        .join(', ')}]`,
    ),
    { 'disk-read': 6_144, 'disk-written': 0, 'disk-busy': 0.05 },
  ],
  [
    'a number that could not be made is no number',
    document(
      '"cpu-load": [{"cpu": "all", "idle": -nan, "iowait": 0.00, "steal": 0.00}], "queue": {"ldavg-1": 2.00}',
    ),
    { load: 0.5 },
  ],
  ['nothing but the time', document(''), {}],
])('%s', (_what, text, values) => {
  expect(only(text)?.values).toEqual(values);
});

test('the time zone of newer versions is read, and another one than UTC is no moment', () => {
  expect(only(document('', '"tz": "UTC"'))?.at).toBe(Date.UTC(2026, 10, 29, 0, 10, 1));
  expect(readSysstat(document('', '"tz": "CET"'))).toEqual([]);
});

test.each([
  '',
  'Invalid system activity file: /var/log/sa/sa29',
  captured.slice(0, 900),
  '[]',
])('an answer that is none is told from one without samples', (text) => {
  expect(readSysstat(text)).toBeNull();
});
