import type { MetricId } from '../../model/watch/metric.ts';
import type { TimeSpan } from '../../model/watch/windows.ts';

/** Where the series of a host are: labels of the node exporter. */
export interface Instance {
  readonly job: string;
  readonly instance: string;
}

/** How often the server asks its targets, and what follows from it. Seconds. */
export interface Rhythm {
  /** The range of `rate`: four scrapes at least, so that one that is missing leaves no hole. */
  readonly range: number;
  /** Distance of the samples that are judged. */
  readonly step: number;
}

const leastStep = 300;

export const rhythmOf = (everyMs: number): Rhythm => {
  const range = Math.max(leastStep, Math.ceil((4 * everyMs) / 1_000));
  return { range, step: range };
};

/** A string of PromQL. Its escapes are those of Go. */
const quoted = (text: string): string => JSON.stringify(text);

/** The text as a regular expression (RE2) that matches nothing else. */
const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** Labels of a selection; jobs and instances that are selected are those of one exporter each. */
export const selectorOf = (instances: readonly Instance[]): string => {
  const anyOf = (values: readonly string[]): string => quoted(values.map(literally).join('|'));
  const jobs = [...new Set(instances.map(({ job }) => job))];
  return `job=~${anyOf(jobs)},instance=~${anyOf(instances.map(({ instance }) => instance))}`;
};

/** Disks, without what is made of them or is none. */
const disks = 'device!~"dm-.*|md.*|loop.*|zd.*|ram.*|zram.*|sr.*|fd.*"';

/** Networks that leave the host: bridges and tunnels would count the same bytes again. */
const networks = 'device!~"lo|veth.*|br-.*|docker.*|virbr.*|vnet.*|tap.*|cni.*|flannel.*|podman.*"';

type Expression = (selector: string, range: string) => string;

const by = 'by(job,instance)';

const totalRate =
  (name: string, more: string): Expression =>
  (selector, range) =>
    `sum ${by}(rate(${name}{${selector},${more}}[${range}]))`;

const pressure =
  (name: string): Expression =>
  (selector, range) =>
    `max ${by}(rate(node_pressure_${name}_waiting_seconds_total{${selector}}[${range}]))`;

/** One value for each host, from the names that node exporter 1.0 and later give. */
const expressions: Readonly<Record<MetricId, Expression>> = {
  cpu: (selector, range) =>
    `1 - avg ${by}(sum without(mode)(rate(node_cpu_seconds_total{${selector},mode=~"idle|iowait|steal"}[${range}])))`,
  load: (selector) =>
    `max ${by}(node_load1{${selector}}) / count ${by}(node_cpu_seconds_total{${selector},mode="idle"})`,
  // The cache of ZFS can be given back, and MemAvailable does not know of it.
  memory: (selector) => {
    const one = (name: string): string => `max ${by}(${name}{${selector}})`;
    const cache = `clamp_min(${one('node_zfs_arc_size')} - ${one('node_zfs_arc_c_min')}, 0)`;
    const available = one('node_memory_MemAvailable_bytes');
    return `1 - (${available} + (${cache} or ${available} * 0)) / ${one('node_memory_MemTotal_bytes')}`;
  },
  paging: (selector, range) => `max ${by}(rate(node_vmstat_pgmajfault{${selector}}[${range}]))`,
  'disk-busy': (selector, range) =>
    `max ${by}(rate(node_disk_io_time_seconds_total{${selector},${disks}}[${range}]))`,
  'disk-read': totalRate('node_disk_read_bytes_total', disks),
  'disk-written': totalRate('node_disk_written_bytes_total', disks),
  'network-in': totalRate('node_network_receive_bytes_total', networks),
  'network-out': totalRate('node_network_transmit_bytes_total', networks),
  'network-errors': (selector, range) =>
    ['receive_errs', 'transmit_errs']
      .map((name) => totalRate(`node_network_${name}_total`, networks)(selector, range))
      .join(' + '),
  'cpu-pressure': pressure('cpu'),
  'memory-pressure': pressure('memory'),
  'disk-pressure': pressure('io'),
};

/** A metric over time, as it is asked and as a person can ask it. */
export const expressionOf = (metric: MetricId, selector: string, { range }: Rhythm): string =>
  expressions[metric](selector, `${range}s`);

/** The quantiles that are asked of the server, by the label `q` of the answer. */
const quantiles = { p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 } as const;

/** The label of the number of samples. */
export const countLabel = 'samples';

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** The length of a span, `21600s`. */
const lengthOf = ({ from, to }: TimeSpan): string => `${secondsOf(to) - secondsOf(from)}s`;

const labelled = (expression: string, label: string): string =>
  `label_replace(${expression}, "q", "${label}", "", "")`;

/**
 * Quartiles of a window, made by the server: each answer has the label `q`. The number of samples
 * comes along, as a quantile of three samples looks like one of three hundred. Asked at the end of the window.
 */
export const quartilesQuery = (
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  span: TimeSpan,
  asked: 'all' | 'judged' = 'all',
): string => {
  const window = `(${expressionOf(metric, selector, rhythm)})[${lengthOf(span)}:${rhythm.step}s]`;
  return [
    ...Object.entries(quantiles)
      // It is shown of the time since the change only, and each quantile costs the server as much as the others.
      .filter(([name]) => asked === 'all' || name !== 'p95')
      .map(([name, share]) => labelled(`quantile_over_time(${share}, ${window})`, name)),
    labelled(`count_over_time(${window})`, countLabel),
  ].join(' or ');
};

/** Samples of a window without any gap; a server counts one more or less at its bounds. */
export const expectedSamples = ({ from, to }: TimeSpan, { step }: Rhythm): number =>
  Math.max(1, Math.floor((to - from) / 1_000 / step));

/** The label of what is so now, beside what was. */
export const nowLabel = 'now';

/** Scrapes of a window that succeeded, all that there are, and the last one: a server that was down has none. */
export const scrapesQuery = (selector: string, span: TimeSpan): string =>
  [
    labelled(`avg_over_time(up{${selector}}[${lengthOf(span)}])`, 'up'),
    labelled(`count_over_time(up{${selector}}[${lengthOf(span)}])`, countLabel),
    labelled(`up{${selector}}`, nowLabel),
  ].join(' or ');

/** The most scrapes that are recorded of one target of these jobs in a window. */
export const mostScrapesQuery = (jobs: readonly string[], span: TimeSpan): string =>
  `max(count_over_time(up{job=~${quoted(jobs.map(literally).join('|'))}}[${lengthOf(span)}]))`;

const names = 'group by (job,instance,nodename)';

/** Every exporter with the host name that its machine has: now, and at some time of the last eight days. */
export const namesQuery = [
  labelled(`${names}(node_uname_info)`, nowLabel),
  labelled(`${names}(last_over_time(node_uname_info[8d]))`, 'before'),
].join(' or ');

const firing = 'ALERTS{alertstate="firing"}';

/** Alerts that fire at a moment, by their own labels. */
export const firingQuery = firing;

/** Alerts that fired at some time of a window. */
export const alertsQuery = (span: TimeSpan): string =>
  `max_over_time(${firing}[${lengthOf(span)}])`;

/** A short window is looked at more closely. */
const closeLook = 6 * 3_600_000;

/** Alerts that fired in a window, and the first and the last moment at which they did (seconds since the epoch). */
export const firingTimesQuery = (span: TimeSpan): string => {
  const step = span.to - span.from <= closeLook ? 15 : 60;
  const times = `timestamp(${firing})[${lengthOf(span)}:${step}s]`;
  return [
    labelled(`min_over_time(${times})`, 'first'),
    labelled(`max_over_time(${times})`, 'last'),
    labelled(alertsQuery(span), 'any'),
  ].join(' or ');
};

/** The file system of an alert, by those of its labels that a file system has. */
const fileSystemOf = (labels: Readonly<Record<string, string>>): string =>
  `node_filesystem_avail_bytes{${['job', 'instance', 'device', 'fstype', 'mountpoint']
    .flatMap((name) => (labels[name] === undefined ? [] : [`${name}=${quoted(labels[name])}`]))
    .join(',')}}`;

/** The most that was free in the two hours before a moment. */
export const mostFreeQuery = (labels: Readonly<Record<string, string>>): string =>
  `max(max_over_time(${fileSystemOf(labels)}[2h]))`;

export const freeQuery = (labels: Readonly<Record<string, string>>): string =>
  `min(${fileSystemOf(labels)})`;

/** What will be free at the horizon, by a line through a window. */
export const forecastQuery = (
  labels: Readonly<Record<string, string>>,
  span: TimeSpan,
  horizonMs: number,
): string =>
  `min(predict_linear(${fileSystemOf(labels)}[${lengthOf(span)}], ${secondsOf(horizonMs)}))`;

/** Most servers ask their targets once a minute: what lies closer together is the same sample. */
const finest = 60;

/** Distance of the samples within a part of this length: so many of them, but none closer than the scrapes. */
const distanceIn = (step: number, samples: number): number =>
  Math.min(step, Math.max(finest, Math.ceil(step / samples)));

/** A spike must not be lost between two samples; a mean is one of few. */
const samplesOf = { extreme: 30, mean: 12 } as const;

/** A part of a range query: what was measured in the `step` seconds before each of its times. */
const partOf = (
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  step: number,
  samples: keyof typeof samplesOf,
  offsetDays = 0,
): string => {
  const offset = offsetDays === 0 ? '' : ` offset ${offsetDays}d`;
  return `(${expressionOf(metric, selector, rhythm)})[${step}s:${distanceIn(step, samplesOf[samples])}s]${offset}`;
};

/** The least and the most of each part. */
export const extremesQuery = (
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  step: number,
): string => {
  const part = partOf(metric, selector, rhythm, step, 'extreme');
  return [
    labelled(`min_over_time(${part})`, 'least'),
    labelled(`max_over_time(${part})`, 'most'),
  ].join(' or ');
};

/** The mean of each part. */
export const meansQuery = (
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  step: number,
): string => `avg_over_time(${partOf(metric, selector, rhythm, step, 'mean')})`;

/** The quartiles of the same clock times of earlier days. */
export const bandQuery = (
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  step: number,
  days: readonly number[],
): string => {
  const before = days
    .map(
      (day) =>
        `label_replace(avg_over_time(${partOf(metric, selector, rhythm, step, 'mean', day)}), "day", "${day}", "", "")`,
    )
    .join(' or ');
  return (['p25', 'p75'] as const)
    .map((name) => labelled(`quantile ${by}(${quantiles[name]}, ${before})`, name))
    .join(' or ');
};
