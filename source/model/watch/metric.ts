import { showDecimal, showShare, showSize } from '../words/format.ts';

/** How a number of a metric is written. Shares are 0 to 1, bytes and events for each second. */
export type MetricUnit = 'share' | 'bytes' | 'number';

/** One line of the watch. In all of them more is worse. */
export interface Metric {
  /** Stable: a key of `--json`. */
  readonly id: string;
  readonly title: string;
  readonly unit: MetricUnit;
  /** A smaller difference says nothing, whatever the days before were like. */
  readonly floor: {
    readonly absolute: number;
    /** Of the median of the days before. */
    readonly relative: number;
  };
  /** From here on every rise counts, however small: little is left. */
  readonly scarceFrom?: number;
}

const metrics = {
  cpu: { title: 'CPU', unit: 'share', floor: { absolute: 0.05, relative: 0.2 } },
  load: { title: 'load per core', unit: 'number', floor: { absolute: 0.5, relative: 0.5 } },
  memory: {
    title: 'memory',
    unit: 'share',
    floor: { absolute: 0.05, relative: 0 },
    scarceFrom: 0.9,
  },
  paging: { title: 'paging', unit: 'number', floor: { absolute: 50, relative: 0.5 } },
  'disk-busy': { title: 'disk busy', unit: 'share', floor: { absolute: 0.1, relative: 0 } },
  'disk-read': { title: 'disk read', unit: 'bytes', floor: { absolute: 1e6, relative: 0.5 } },
  'disk-written': { title: 'disk written', unit: 'bytes', floor: { absolute: 1e6, relative: 0.5 } },
  'network-in': { title: 'network in', unit: 'bytes', floor: { absolute: 1e6, relative: 0.5 } },
  'network-out': { title: 'network out', unit: 'bytes', floor: { absolute: 1e6, relative: 0.5 } },
  'network-errors': {
    title: 'network errors',
    unit: 'number',
    floor: { absolute: 0.1, relative: 0.5 },
  },
  'cpu-pressure': { title: 'waits for CPU', unit: 'share', floor: { absolute: 0.05, relative: 0 } },
  'memory-pressure': {
    title: 'waits for memory',
    unit: 'share',
    floor: { absolute: 0.05, relative: 0 },
  },
  'disk-pressure': {
    title: 'waits for disks',
    unit: 'share',
    floor: { absolute: 0.05, relative: 0 },
  },
} as const satisfies Readonly<Record<string, Omit<Metric, 'id'>>>;

export type MetricId = keyof typeof metrics;

const isId = (id: string): id is MetricId => Object.hasOwn(metrics, id);

/** All metrics, in the order in which they are shown. */
export const allMetrics: readonly (Metric & { readonly id: MetricId })[] = Object.keys(metrics)
  .filter(isId)
  .map((id) => ({ id, ...metrics[id] }));

/** `38 %`, `2.4`, `1.2 MiB/s`. */
export const showMetric = (value: number, unit: MetricUnit): string => {
  switch (unit) {
    case 'share':
      return showShare(value);
    case 'bytes':
      return `${showSize(value)}/s`;
    case 'number':
      return showDecimal(value);
  }
};

/** A number of a scale in seven cells at most; of bytes those of a second, as the title says. */
export const axisWords = (value: number, unit: MetricUnit): string => {
  if (unit === 'share') return showShare(value);
  if (unit === 'bytes') return showSize(value);
  const short = (part: number): string => String(Number(part.toPrecision(3)));
  const large = (
    [
      [1e9, 'G'],
      [1e6, 'M'],
      [1e4, 'k'],
    ] as const
  ).find(([size]) => value >= size);
  return large === undefined
    ? short(value)
    : `${short(value / (large[1] === 'k' ? 1_000 : large[0]))} ${large[1]}`;
};
