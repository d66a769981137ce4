import { z } from 'zod';
import type { AlertCause } from '../../model/watch/alerts.ts';
import type { JournalKind, JournalWatch } from '../../model/watch/journal.ts';
import type { MetricChange, MetricVerdict, UnknownReason } from '../../model/watch/judge.ts';
import type { ScrapeWatch } from '../../model/watch/scrapes.ts';
import { anyOf, count, kinds, moment, nullable, shownText, text } from './shapes.ts';

const quartiles = z.object({
  p25: z.number(),
  p50: z.number(),
  p75: z.number(),
  p95: nullable(z.number()),
  samples: count,
  expected: count,
});

const compared = z.object({
  after: quartiles,
  base: z.number(),
  low: z.number(),
  high: z.number(),
  days: count,
  rises: z.boolean(),
  change: z.number(),
});

const direction = anyOf<MetricChange>({ worse: true, better: true, 'as-before': true });

const unknownReason = kinds<UnknownReason>('kind', {
  'not-configured': z.object({ host: text.exactOptional() }),
  'not-reachable': z.object({ detail: text }),
  'no-series': z.object({ before: z.boolean() }),
  'no-number': z.object({}),
  down: z.object({ how: z.enum(['down', 'lost']) }),
  settling: z.object({ isAhead: z.literal(true).exactOptional() }),
  'no-change': z.object({}),
  'few-samples': z.object({
    samples: count,
    coverage: z.number(),
    isEarly: z.literal(true).exactOptional(),
  }),
  'few-days': z.object({ days: count }),
  'cut-by-deploy': z.object({ days: count, cut: count }),
});

const verdict = kinds<MetricVerdict>('kind', {
  worse: z.object({ compared }),
  better: z.object({ compared }),
  'as-before': z.object({ compared }),
  early: z.object({
    leaning: direction,
    why: z.enum(['short-after', 'few-days']),
    compared,
  }),
  unknown: z.object({ reason: unknownReason }),
});

const span = z.object({ from: moment, to: moment });

const journal = kinds<JournalWatch>('kind', {
  read: z.object({
    findings: z.array(
      z.object({
        kind: anyOf<JournalKind>({
          'out-of-memory': true,
          coredump: true,
          failed: true,
          restart: true,
        }),
        unit: text,
        count,
        worstBefore: count,
      }),
    ),
    slowBoot: nullable(z.object({ tookMs: z.number(), usualMs: z.number() })),
    days: count,
    sleeps: z.array(span).exactOptional(),
    restarts: z.array(moment).exactOptional(),
    clockChanges: z.array(moment).exactOptional(),
    switchers: z.array(z.object({ unit: text, at: moment })).exactOptional(),
  }),
  unknown: z.object({ why: text }),
});

const scrapes = kinds<ScrapeWatch>('kind', {
  whole: z.object({}),
  down: z.object({ before: z.boolean() }),
  unknown: z.object({ why: text }),
  lost: z.object({}),
  gaps: z.object({ failed: z.number(), worstBefore: z.number() }),
  'not-recorded': z.object({ missing: z.number(), of: z.enum(['all-hosts', 'this-host']) }),
});

const cause = kinds<AlertCause>('kind', {
  copy: z.object({ bytes: z.number(), until: moment }),
  restart: z.object({ at: moment }),
  sleep: z.object({ span }),
});

const alert = z.object({
  name: shownText,
  labels: z.record(z.string(), shownText),
  first: nullable(moment),
  last: nullable(moment),
  change: z.enum(['new', 'fired-before', 'resolved', 'unknown']),
  isFiring: z.boolean(),
  cause: nullable(cause),
});

const alertWatch = z.union([
  z.object({
    kind: z.literal('compared'),
    alerts: z.array(alert),
    missing: unknownReason.exactOptional(),
  }),
  z.object({ kind: z.literal('unknown'), reason: unknownReason }),
]);

/** Metrics that this nixup does not know are of another one: they are shown by their name. */
export const hostWatch = z.object({
  changedAt: nullable(moment),
  window: nullable(span),
  metrics: z.array(
    z.object({
      metric: text,
      verdict,
      query: nullable(text),
      cries: z.object({ days: count, worse: count }).exactOptional(),
    }),
  ),
  journal: nullable(journal),
  source: z.literal('sysstat').exactOptional(),
  unreadFiles: count.exactOptional(),
  clockOffMs: z.number().exactOptional(),
  instances: z.array(shownText).exactOptional(),
  scrapes: nullable(scrapes).exactOptional(),
  alerts: alertWatch.exactOptional(),
});

/** What the watch says of the fleet as a whole. */
export const fleetWatch = z.object({ alerts: alertWatch, notes: z.array(shownText) });
