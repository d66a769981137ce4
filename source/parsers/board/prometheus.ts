import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { parseDuration } from '../../model/words/durations.ts';
import { readJson } from '../json.ts';

/** One scraped target. */
export interface PrometheusTarget {
  readonly job: string;
  readonly instance: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  /** How often it is asked, ms; null where the server does not say. */
  readonly everyMs: number | null;
}

export interface PrometheusAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly instance: string | null;
  readonly severity: string | null;
  readonly state: 'firing' | 'pending';
  /** What the rule says about it. */
  readonly summary: string | null;
}

/** A rule of the server that makes alerts. */
export interface AlertRule {
  readonly name: string;
  /** In PromQL. */
  readonly query: string;
  readonly severity: string | null;
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
        scrapeInterval: z.string().optional(),
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

/** What a query answers. */
export interface SeriesAnswer {
  readonly series: readonly PrometheusSeries[];
  /** What the server says about its own answer: `warnings` of all versions, `infos` of 3.x. */
  readonly warnings: readonly string[];
  /** Of several servers those that did not answer; absent where each did. */
  readonly missing?: readonly Failure[];
}

const sample = z.tuple([z.number(), z.string()]);

const words = z.array(z.string()).catch([]);

const series = z.looseObject({
  warnings: words,
  infos: words,
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
    everyMs: target.scrapeInterval === undefined ? null : parseDuration(target.scrapeInterval),
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
            labels: alert.labels,
            instance: alert.labels['instance'] ?? null,
            severity: alert.labels['severity'] ?? null,
            state: alert.state,
            summary: alert.annotations['summary'] ?? alert.annotations['description'] ?? null,
          },
        ]
      : [],
  );
};

const rules = z.looseObject({
  data: z.looseObject({
    groups: z.array(
      z.looseObject({
        rules: z.array(
          z.looseObject({
            type: z.string().optional(),
            name: z.string(),
            query: z.string(),
            labels: labels.catch({}),
          }),
        ),
      }),
    ),
  }),
});

/** Reads `/api/v1/rules?type=alert`; null when it is something else. */
export const parseRules = (text: string): readonly AlertRule[] | null => {
  const read = rules.safeParse(readJson(text));
  if (!read.success) return null;
  return read.data.data.groups.flatMap((group) =>
    group.rules
      .filter(({ type }) => type === undefined || type === 'alerting')
      .map((rule) => ({
        name: rule.name,
        query: rule.query,
        severity: rule.labels['severity'] ?? null,
      })),
  );
};

const queryError = z.looseObject({ error: z.string().min(1) });

/** What the server says about a query that it refuses; null when it says nothing. */
export const parseQueryError = (text: string): string | null => {
  const read = queryError.safeParse(readJson(text));
  return read.success ? read.data.error : null;
};

/** A sample as text: `NaN`, `+Inf` and `-Inf` are values of Prometheus too. */
const numberOf = (text: string): number => {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
};

/** Reads `/api/v1/query` and `/api/v1/query_range`; null when it is something else. */
export const parseSeries = (text: string): SeriesAnswer | null => {
  const read = series.safeParse(readJson(text));
  if (!read.success) return null;
  return {
    warnings: [...read.data.warnings, ...read.data.infos],
    series: read.data.data.result.map(({ metric, value, values }) => ({
      labels: metric,
      samples: (values ?? (value === undefined ? [] : [value])).map(
        ([seconds, number]) => [seconds * 1_000, numberOf(number)] as const,
      ),
    })),
  };
};
