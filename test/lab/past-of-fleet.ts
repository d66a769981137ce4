import { type HostName, hostNames } from './lab.ts';
import { exporterOf, type PastSeries, type Rule } from './monitoring.ts';

const hour = 3_600;
const day = 24 * hour;

/** All hosts were changed so long ago. */
export const changedAgo = 8 * hour;

export const rules: readonly Rule[] = [
  {
    alert: 'Untidy',
    expr: 'node_load1{instance="p620:9101"} > -1',
    labels: { severity: 'warning' },
  },
  {
    alert: 'Busy',
    expr: 'node_load1{instance="razer:9101"} > -1',
    labels: { severity: 'warning' },
  },
];

/** A little unrest, the same each time, so that days differ. */
const unrest = (second: number): number =>
  ((second / 60) % 17) / 1_000 + ((second / hour) % 5) / 500;

/** The share of the processor that a host used at a moment. */
const usedBy = (host: HostName, second: number, changed: number): number =>
  0.1 + unrest(second) + (host === 'razer' && second > changed ? 0.35 : 0);

/**
 * Eight days: razer eats the processor since its change, p510 has two days of history, samsung was away for an hour, and the
 * server itself was down for half an hour.
 */
export const pastOfFleet = (now: number): readonly PastSeries[] => {
  const changed = now - changedAgo;
  const isThere = (host: HostName, second: number): boolean =>
    !(second > now - 3 * hour && second <= now - 2.5 * hour) &&
    (host !== 'p510' || second > changed - 2 * day - hour);
  const isAway = (host: HostName, second: number): boolean =>
    host === 'samsung' && second > now - 5 * hour && second <= now - 4 * hour;
  return hostNames.flatMap((host): readonly PastSeries[] => {
    const labels = { job: 'lab', instance: exporterOf(host) };
    const kept =
      (value: (second: number) => number) =>
      (second: number): number | null =>
        isThere(host, second) && !isAway(host, second) ? value(second) : null;
    let idle = 0;
    return [
      {
        name: 'up',
        labels,
        at: (second) => (isThere(host, second) ? Number(!isAway(host, second)) : null),
      },
      {
        name: 'node_cpu_seconds_total',
        labels: { ...labels, cpu: '0', mode: 'idle' },
        at: (second) => {
          idle += 60 * (1 - usedBy(host, second, changed));
          return kept(() => idle)(second);
        },
      },
      { name: 'node_load1', labels, at: kept((second) => 0.2 + unrest(second)) },
      { name: 'node_memory_MemTotal_bytes', labels, at: kept(() => 16e9) },
      {
        name: 'node_memory_MemAvailable_bytes',
        labels,
        at: kept((second) => 12e9 - unrest(second) * 1e9),
      },
      {
        name: 'node_uname_info',
        labels: { ...labels, nodename: host },
        at: kept(() => 1),
      },
      ...(host === 'p620'
        ? [
            {
              name: 'ALERTS',
              labels: { ...labels, alertname: 'Untidy', alertstate: 'firing', severity: 'warning' },
              at: kept(() => 1),
            },
          ]
        : []),
    ];
  });
};
