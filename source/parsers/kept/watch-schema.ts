import { z } from 'zod';
import type { JournalKind, JournalWatch } from '../../model/watch/journal.ts';
import type { MetricChange, MetricVerdict, UnknownReason } from '../../model/watch/judge.ts';
import { anyOf, count, kinds, moment, nullable, text } from './shapes.ts';

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
  'not-configured': z.object({}),
  'not-reachable': z.object({ detail: text }),
  'no-series': z.object({ before: z.boolean() }),
  settling: z.object({}),
  'no-change': z.object({}),
  'few-samples': z.object({ samples: count, coverage: z.number() }),
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
  }),
  unknown: z.object({ why: text }),
});

/** Metrics that this nixup does not know are of another one: they are shown by their name. */
export const hostWatch = z.object({
  changedAt: nullable(moment),
  window: nullable(z.object({ from: moment, to: moment })),
  metrics: z.array(z.object({ metric: text, verdict, query: nullable(text) })),
  journal: nullable(journal),
});
