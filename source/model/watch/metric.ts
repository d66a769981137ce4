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
