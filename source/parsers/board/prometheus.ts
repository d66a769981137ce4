import { z } from 'zod';
import { readJson } from '../json.ts';

/** One scraped target. */
export interface PrometheusTarget {
  readonly job: string;
  readonly instance: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

export interface PrometheusAlert {
  readonly name: string;
  readonly instance: string | null;
  readonly severity: string | null;
  readonly state: 'firing' | 'pending';
  /** What the rule says about it. */
  readonly summary: string | null;
}

/** Samples of one series; times in ms since the epoch. */
export interface PrometheusSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [at: number, value: number])[];
}

const labels = z.record(z.string(), z.string());

const targets = z.looseObject({
  data: z.looseObject({
    activeTargets: z.array(
      z.looseObject({
        labels,
        scrapePool: z.string().optional(),
        scrapeUrl: z.string().optional(),
        health: z.enum(['up', 'down', 'unknown']).catch('unknown'),
        lastError: z.string().catch(''),
      }),
    ),
  }),
});

const alerts = z.looseObject({
  data: z.looseObject({
    alerts: z.array(
      z.looseObject({
        labels,
        annotations: labels.catch({}),
        state: z.string(),
      }),
    ),
  }),
});

const sample = z.tuple([z.number(), z.string()]);

const series = z.looseObject({
  data: z.looseObject({
    result: z.array(
      z.looseObject({
        metric: labels,
        value: sample.optional(),
        values: z.array(sample).optional(),
      }),
    ),
  }),
});

/** Reads `/api/v1/targets`; null when it is something else. */
export const parseTargets = (text: string): readonly PrometheusTarget[] | null => {
  const read = targets.safeParse(readJson(text));
  if (!read.success) return null;
  return read.data.data.activeTargets.map((target) => ({
    job: target.labels['job'] ?? target.scrapePool ?? '',
    instance: target.labels['instance'] ?? target.scrapeUrl ?? '',
    health: target.health,
    lastError: target.lastError,
  }));
};

/** Reads `/api/v1/alerts`: pending and firing ones; null when it is something else. */
export const parseAlerts = (text: string): readonly PrometheusAlert[] | null => {
  const read = alerts.safeParse(readJson(text));
  if (!read.success) return null;
  return read.data.data.alerts.flatMap((alert) =>
    alert.state === 'firing' || alert.state === 'pending'
      ? [
          {
            name: alert.labels['alertname'] ?? 'without a name',
            instance: alert.labels['instance'] ?? null,
            severity: alert.labels['severity'] ?? null,
            state: alert.state,
            summary: alert.annotations['summary'] ?? alert.annotations['description'] ?? null,
          },
        ]
      : [],
  );
};

/** Reads `/api/v1/query` and `/api/v1/query_range`; null when it is something else. */
export const parseSeries = (text: string): readonly PrometheusSeries[] | null => {
  const read = series.safeParse(readJson(text));
  if (!read.success) return null;
  return read.data.data.result.map(({ metric, value, values }) => ({
    labels: metric,
    samples: (values ?? (value === undefined ? [] : [value])).map(
      ([seconds, number]) => [seconds * 1_000, Number(number)] as const,
    ),
  }));
};
