import type { MetricId } from './metric.ts';
import type { TimeSpan } from './windows.ts';

/** How much time a chart shows. */
export const chartWindows = ['1h', '6h', '24h', '7d'] as const;

export type ChartWindow = (typeof chartWindows)[number];

const hourMs = 3_600_000;

export const chartWindowMs: Readonly<Record<ChartWindow, number>> = {
  '1h': hourMs,
  '6h': 6 * hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
};

export const chartWindowWords: Readonly<Record<ChartWindow, string>> = {
  '1h': '1 h',
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 d',
};

/** The part of a chart between two moments: all that was measured in it lies from `least` to `most`; null: a gap. */
export type ChartColumn = { readonly least: number; readonly most: number } | null;

/** Something that happened to the host. */
export interface ChartMark {
  readonly at: number;
  readonly kind: 'deploy' | 'restart';
  /** A deploy that brought the host back to an earlier system. */
  readonly isRollback?: true;
}

/** A metric of a host over time. */
export interface Chart {
  readonly host: string;
  readonly metric: MetricId;
  readonly window: ChartWindow;
  readonly span: TimeSpan;
  /** Of equal length, the oldest first. */
  readonly columns: readonly ChartColumn[];
  /** The quartiles of the days before at the same clock times, for each column; null where there are none. */
  readonly band: readonly ChartColumn[];
  readonly marks: readonly ChartMark[];
  /** The highest number of the scale; it never shrinks while the chart is looked at. */
  readonly top: number;
}

/** What is known of a chart that was asked for. */
export type ChartAnswer =
  | { readonly kind: 'read'; readonly chart: Chart }
  | {
      readonly kind: 'unknown';
      readonly host: string;
      readonly metric: MetricId;
      readonly window: ChartWindow;
      readonly why: string;
    };

/** What a chart is of. */
type ChartAbout = Pick<Chart, 'host' | 'metric' | 'window'>;

const aboutOf = (answer: ChartAnswer): ChartAbout =>
  answer.kind === 'read' ? answer.chart : answer;

/** What is known of a chart; null where it was not asked for. */
export const chartAbout = (
  charts: readonly ChartAnswer[],
  { host, metric, window }: ChartAbout,
): ChartAnswer | null =>
  charts.find((answer) => {
    const about = aboutOf(answer);
    return about.host === host && about.metric === metric && about.window === window;
  }) ?? null;

/** With one more answer: charts of another host or of another time are not looked at any more. */
export const withChart = (
  charts: readonly ChartAnswer[],
  answer: ChartAnswer,
): readonly ChartAnswer[] => {
  const { host, metric, window } = aboutOf(answer);
  return [
    ...charts.filter((one) => {
      const about = aboutOf(one);
      return about.host === host && about.window === window && about.metric !== metric;
    }),
    answer,
  ];
};

/** A metric of many hosts, so many numbers a host; null: a gap. */
export interface Trends {
  readonly metric: MetricId;
  readonly window: ChartWindow;
  readonly span: TimeSpan;
  readonly at: number;
  readonly hosts: Readonly<Record<string, readonly (number | null)[]>>;
  /** Why nothing is known; null where something is. */
  readonly why: string | null;
  /** Who measured: absent for Prometheus; the hosts themselves where none is configured. */
  readonly source?: 'sysstat';
}

/** Numbers of a host in the overview of the fleet. */
export const trendCells = 24;

/** Samples at regular times, as a range query answers them: the end of each part, and its number. */
type Samples = readonly (readonly [at: number, value: number])[];

/**
 * Samples that were asked at the ends of equal parts of a span, one for each part; null where a part has none. NaN and
 * infinity are no samples.
 */
export const inParts = (
  samples: Samples,
  { from, to }: TimeSpan,
  parts: number,
): readonly (number | null)[] => {
  const length = (to - from) / parts;
  const values: (number | null)[] = Array.from({ length: parts }, () => null);
  for (const [at, value] of samples) {
    // Times of a server are whole milliseconds, the ends of parts need not be.
    const part = Math.round((at - from) / length) - 1;
    if (part >= 0 && part < parts && Number.isFinite(value)) values[part] = value;
  }
  return values;
};

/** Columns from the least and the most of each part. */
export const columnsOf = (
  least: readonly (number | null)[],
  most: readonly (number | null)[],
): readonly ChartColumn[] =>
  least.map((low, index) => {
    const high = most[index] ?? null;
    return low === null || high === null ? null : { least: Math.min(low, high), most: high };
  });

/** The same time in fewer columns: each reaches as far as those that it stands for, so that no peak is lost. */
export const fewerColumns = (
  columns: readonly ChartColumn[],
  count: number,
): readonly ChartColumn[] =>
  columns.length <= count
    ? columns
    : Array.from({ length: count }, (_, index): ChartColumn => {
        const from = Math.floor((index * columns.length) / count);
        const to = Math.floor(((index + 1) * columns.length) / count);
        const known = columns.slice(from, to).filter((column) => column !== null);
        return known.length === 0
          ? null
          : {
              least: Math.min(...known.map(({ least }) => least)),
              most: Math.max(...known.map(({ most }) => most)),
            };
      });

/** The same time in more columns: each is drawn as wide as its time is. */
export const moreColumns = (
  columns: readonly ChartColumn[],
  count: number,
): readonly ChartColumn[] =>
  columns.length === 0 || columns.length >= count
    ? columns
    : Array.from(
        { length: count },
        (_, index) => columns[Math.floor((index * columns.length) / count)] ?? null,
      );

/** The least of 1, 2 and 5 times a power of ten that is not below a number. */
const niceAbove = (value: number): number => {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
};

/** The same for bytes, whose sizes are told in powers of 1024: each step and its half are short numbers. */
const niceBytesAbove = (bytes: number): number => {
  if (!(bytes > 1) || !Number.isFinite(bytes)) return 1;
  const power = 1024 ** Math.floor(Math.log(bytes) / Math.log(1024));
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024];
  return steps.map((step) => step * power).find((step) => step >= bytes) ?? 1024 * power;
};

/** A scale of shares reaches so far at least: less would make noise look like a mountain. */
const leastShare = 0.1;

/**
 * The top of a scale, a round number above all that was measured: of shares 10, 20, 50 or 100 %. It is never
 * lower than it was `before`.
 */
export const topOf = (
  unit: 'share' | 'bytes' | 'number',
  columns: readonly ChartColumn[],
  before = 0,
): number => {
  const highest = Math.max(
    0,
    ...columns.flatMap((column) => (column === null ? [] : [column.most])),
  );
  switch (unit) {
    case 'share':
      return Math.min(1, Math.max(before, niceAbove(Math.max(highest, leastShare))));
    case 'bytes':
      return Math.max(before, niceBytesAbove(highest));
    case 'number':
      return Math.max(before, niceAbove(highest));
  }
};

/** The level of a value among so many, from 0: the lowest is the foot of the scale. */
export const levelOf = (value: number, top: number, levels: number): number =>
  Math.max(0, Math.min(levels - 1, Math.round((value / top) * (levels - 1))));
