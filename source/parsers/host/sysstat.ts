import { z } from 'zod';
import type { MetricId } from '../../model/watch/metric.ts';
import type { HostSample } from '../../model/watch/samples.ts';
import { readJson } from '../json.ts';
import { otherNetwork, wholeDisk } from './devices.ts';

/** A number that could not be made is `nan` in what sadf prints: it is null by then. */
const number = z.number().nullable().optional().catch(undefined);

const record = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).optional().catch(undefined);

const list = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.array(z.looseObject(shape)).optional().catch(undefined);

/** As sysstat's json_stats.c writes them; `util-percent` of a disk is `util` before 11.1. */
const statistic = z.looseObject({
  timestamp: z.looseObject({
    date: z.string(),
    time: z.string(),
    // 1: UTC, as it is without -t. Newer ones write `tz`.
    utc: z.number().optional(),
    tz: z.string().optional(),
    interval: z.number(),
  }),
  'cpu-load': list({ cpu: z.string(), iowait: number, steal: number, idle: number }),
  memory: record({
    memfree: number,
    avail: number,
    memused: number,
    'memused-percent': number,
  }),
  queue: record({ 'ldavg-1': number }),
  paging: record({ majflt: number }),
  disk: list({
    'disk-device': z.string(),
    rkB: number,
    wkB: number,
    rd_sec: number,
    wr_sec: number,
    'util-percent': number,
    util: number,
  }),
  network: record({
    'net-dev': list({ iface: z.string(), rxkB: number, txkB: number }),
    'net-edev': list({ iface: z.string(), rxerr: number, txerr: number }),
  }),
  psi: record({
    'psi-cpu': record({ some_avg: number }),
    'psi-io': record({ some_avg: number }),
    'psi-mem': record({ some_avg: number }),
  }),
});

type Statistic = z.output<typeof statistic>;

const document = z.looseObject({
  sysstat: z.looseObject({
    hosts: z.array(
      z.looseObject({
        'number-of-cpus': z.number().optional().catch(undefined),
        statistics: z.array(z.unknown()),
      }),
    ),
  }),
});

const sumOf = <Item>(
  items: readonly Item[] | undefined,
  value: (item: Item) => number | null | undefined,
): number | undefined => {
  const values = (items ?? []).flatMap((item) => value(item) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0);
};

const kilobytes = (value: number | null | undefined): number | undefined =>
  value == null ? undefined : value * 1_024;

const sectors = (value: number | null | undefined): number | undefined =>
  value == null ? undefined : value * 512;

const percent = (value: number | null | undefined): number | undefined =>
  value == null ? undefined : value / 100;

const cpuOf = ({ 'cpu-load': loads }: Statistic): number | undefined => {
  const all = loads?.find(({ cpu }) => cpu === 'all');
  return all?.idle == null
    ? undefined
    : Math.max(0, 1 - (all.idle + (all.iowait ?? 0) + (all.steal ?? 0)) / 100);
};

/** Since 11.5.7 sysstat keeps what is available; the whole is known by what is used, and its share. */
const memoryOf = ({ memory }: Statistic): number | undefined => {
  if (memory === undefined) return undefined;
  const { avail, memused, 'memused-percent': share } = memory;
  if (avail == null || memused == null || share == null || share <= 0) return undefined;
  return Math.min(1, Math.max(0, 1 - avail / (memused / (share / 100))));
};

const valuesOf = (one: Statistic, cpus: number | undefined): HostSample['values'] => {
  // With -p device-mapper's devices have the names that somebody gave them.
  const disks = one.disk?.filter(({ 'disk-device': name }) => wholeDisk.test(name));
  const networks = one.network?.['net-dev']?.filter(({ iface }) => !otherNetwork.test(iface));
  const errors = one.network?.['net-edev']?.filter(({ iface }) => !otherNetwork.test(iface));
  const busy = (disks ?? []).flatMap((disk) => percent(disk['util-percent'] ?? disk.util) ?? []);
  const load = one.queue?.['ldavg-1'];
  const found: Readonly<Record<MetricId, number | undefined>> = {
    cpu: cpuOf(one),
    load: load == null || cpus === undefined || cpus <= 0 ? undefined : load / cpus,
    memory: memoryOf(one),
    paging: one.paging?.majflt ?? undefined,
    'disk-busy': busy.length === 0 ? undefined : Math.max(...busy),
    'disk-read': sumOf(disks, ({ rkB, rd_sec }) => kilobytes(rkB) ?? sectors(rd_sec)),
    'disk-written': sumOf(disks, ({ wkB, wr_sec }) => kilobytes(wkB) ?? sectors(wr_sec)),
    'network-in': sumOf(networks, ({ rxkB }) => kilobytes(rxkB)),
    'network-out': sumOf(networks, ({ txkB }) => kilobytes(txkB)),
    'network-errors': sumOf(errors, ({ rxerr, txerr }) => (rxerr ?? 0) + (txerr ?? 0)),
    'cpu-pressure': percent(one.psi?.['psi-cpu']?.some_avg),
    'memory-pressure': percent(one.psi?.['psi-mem']?.some_avg),
    'disk-pressure': percent(one.psi?.['psi-io']?.some_avg),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
};

const momentOf = ({ date, time, utc, tz }: Statistic['timestamp']): number | null => {
  if (utc !== 1 && tz !== 'UTC') return null;
  const at = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(at) ? null : at;
};

/**
 * What `sadf -j` printed of one file of sysstat (sysstat's json_stats.c and sadf.c): a sample for each interval. A restart of
 * the host stands in no sample: the first one after it covers the time since then. Null where it is no such answer, as with a
 * file that an other version wrote.
 */
export const readSysstat = (text: string): readonly HostSample[] | null => {
  const read = document.safeParse(readJson(text.replace(/:\s*-?(?:nan|inf)\b/gi, ': null')));
  if (!read.success) return null;
  return read.data.sysstat.hosts.flatMap(({ statistics, 'number-of-cpus': cpus }) =>
    statistics.flatMap((one): readonly HostSample[] => {
      const parsed = statistic.safeParse(one);
      if (!parsed.success) return [];
      const at = momentOf(parsed.data.timestamp);
      const { interval } = parsed.data.timestamp;
      return at === null || interval <= 0
        ? []
        : [{ at, intervalMs: interval * 1_000, values: valuesOf(parsed.data, cpus) }];
    }),
  );
};
