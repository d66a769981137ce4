import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { parseDuration } from '../../model/words/durations.ts';
import { cut } from '../../model/words/line.ts';
import { isFields, readJson } from '../json.ts';
import { cleanLine } from '../nix/clean-line.ts';

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

/** Longer words of a server say nothing more in a sentence. */
const mostWords = 400;

/** What a server says, in one line that is safe to be shown. */
const oneLine = (text: string): string =>
  cut(cleanLine(text.replaceAll(/\s+/g, ' ').trim()), mostWords);

const queryError = z.looseObject({ error: z.string().min(1) });

/** What the server says about a query that it refuses; null when it says nothing. */
export const parseQueryError = (text: string): string | null => {
  const read = queryError.safeParse(readJson(text));
  return read.success ? oneLine(read.data.error) : null;
};

/** A sample as text: `NaN`, `+Inf` and `-Inf` are values of Prometheus too. */
const numberOf = (text: string): number => {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string').map(oneLine) : [];

/** `[1435781451.781, "1"]`; null when it is something else. */
const sampleOf = (value: unknown): readonly [at: number, value: number] | null => {
  if (!Array.isArray(value)) return null;
  const [seconds, number]: readonly unknown[] = value;
  return typeof seconds === 'number' && typeof number === 'string'
    ? [seconds * 1_000, numberOf(number)]
    : null;
};

const labelsOf = (value: unknown): Readonly<Record<string, string>> | null => {
  if (!isFields(value)) return null;
  const read: Record<string, string> = {};
  for (const [name, label] of Object.entries(value)) {
    if (typeof label !== 'string') return null;
    read[name] = label;
  }
  return read;
};

/** One series; null when it is something else. A native histogram has neither `value` nor `values`: no samples. */
const seriesOf = (value: unknown): PrometheusSeries | null => {
  if (!isFields(value)) return null;
  const labels = labelsOf(value['metric']);
  const given = value['values'] ?? (value['value'] === undefined ? [] : [value['value']]);
  if (labels === null || !Array.isArray(given)) return null;
  const samples = given.map(sampleOf).filter((sample) => sample !== null);
  return samples.length === given.length ? { labels, samples } : null;
};

/**
 * Reads `/api/v1/query` and `/api/v1/query_range`; null when it is something else. By hand: an answer about five hundred hosts has
 * thousands of series, and a schema takes several times as long and as much memory for them.
 */
export const parseSeries = (text: string): SeriesAnswer | null => {
  const read = readJson(text);
  const data = isFields(read) ? read['data'] : null;
  const result = isFields(data) ? data['result'] : null;
  if (!isFields(read) || !Array.isArray(result)) return null;
  const series = result.map(seriesOf).filter((one) => one !== null);
  if (series.length !== result.length) return null;
  return { series, warnings: [...textsOf(read['warnings']), ...textsOf(read['infos'])] };
};
