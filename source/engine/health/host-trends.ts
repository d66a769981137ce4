import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import {
  type ChartWindow,
  chartWindowMs,
  type Trends,
  trendCells,
} from '../../model/watch/chart.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import {
  type HostSample,
  type TrendsOfSamples,
  trendsOfSamples,
} from '../../model/watch/samples.ts';
import type { TimeSpan } from '../../model/watch/windows.ts';
import { dayMs } from '../../model/words/durations.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { EngineContext } from '../run/context.ts';

/** Files of sysstat are read of so many hosts for a glance at the fleet, and of so many at once. */
const mostHosts = 32;
const hostsAtOnce = 4;

/** sysstat measures every ten minutes: what was read is shown so long, ms. */
const keptMs = 5 * 60_000;

type HostTrends =
  | { readonly kind: 'kept'; readonly trends: TrendsOfSamples }
  /** `isAsked`: the host itself said so, and will say so again. */
  | { readonly kind: 'none'; readonly why: string; readonly isAsked: boolean };

interface Kept {
  readonly window: ChartWindow;
  readonly span: TimeSpan;
  readonly hosts: ReadonlyMap<string, HostTrends>;
}

/** Metrics of the fleet in a few numbers, by what its hosts keep themselves. */
export interface TrendsOfHosts {
  read(
    context: EngineContext,
    entries: readonly HostEntry[],
    asked: { readonly metric: MetricId; readonly window: ChartWindow },
  ): Promise<Omit<Trends, 'at'>>;
}

const readHost = async (
  context: EngineContext,
  entry: HostEntry,
  { window, span }: Pick<Kept, 'window' | 'span'>,
  sampled: readonly HostSample[],
): Promise<HostTrends> => {
  const host = context.state().hosts[entry.name];
  if (host === undefined || host.facts === null)
    return { kind: 'none', why: 'the hosts are not checked yet', isAsked: false };
  if (host.probe.kind === 'failed') return { kind: 'none', why: 'no host answers', isAsked: false };
  const ages = { from: 0, to: Math.ceil(chartWindowMs[window] / dayMs) + 1 };
  const asked = await context.hosts.sysstat(entry, ages);
  // What nixup measured itself is little, and better than nothing.
  const own = trendsOfSamples(sampled, span, trendCells);
  const other = (why: string, isAsked: boolean): HostTrends =>
    Object.keys(own).length > 0 ? { kind: 'kept', trends: own } : { kind: 'none', why, isAsked };
  if (!asked.ok) return other(explainInLine(asked.failure), false);
  if (asked.value.kind === 'none') return other(asked.value.why, true);
  const skew = host.facts.clockSkewMs ?? 0;
  const samples = asked.value.samples.map((sample) => ({ ...sample, at: sample.at - skew }));
  return { kind: 'kept', trends: trendsOfSamples(samples, span, trendCells) };
};

const notConfigured = 'no Prometheus is configured';

/** Why there is no number of any host: one reason where all have the same. */
const whyNone = (hosts: ReadonlyMap<string, HostTrends>): string => {
  const reasons = new Set(
    [...hosts.values()].flatMap((one) => (one.kind === 'none' ? one.why : [])),
  );
  const [why] = reasons;
  return reasons.size === 1 && why !== undefined
    ? `${notConfigured}, and ${why.replace(' on the host', hosts.size === 1 ? ' on the host' : ' on any host')}`
    : `${notConfigured}, and sysstat keeps nothing of ${hostList([...hosts.keys()])}`;
};

/** A host that could not be asked may answer now, and one that keeps nothing may have been sampled since then. */
const isFresh = (known: HostTrends | undefined, sampled: readonly HostSample[]): boolean =>
  known?.kind === 'kept' || (known?.isAsked === true && sampled.length === 0);

export const createTrendsOfHosts = (
  samplesOf: (host: string) => readonly HostSample[],
): TrendsOfHosts => {
  let kept: Kept | null = null;
  return {
    read: async (context, entries, { metric, window }) => {
      const now = context.world.clock.now();
      const span = { from: now - chartWindowMs[window], to: now };
      if (entries.length > mostHosts)
        return {
          metric,
          window,
          span,
          hosts: {},
          why: `${notConfigured}; sysstat is read for the bars of ${mostHosts} hosts at most: the chart of a host takes it`,
        };
      const isKept =
        kept?.window === window &&
        now - kept.span.to < keptMs &&
        entries.every(({ name }) => isFresh(kept?.hosts.get(name), samplesOf(name)));
      const limit = pLimit(hostsAtOnce);
      const known: Kept =
        kept !== null && isKept
          ? kept
          : {
              window,
              span,
              hosts: new Map(
                await Promise.all(
                  entries.map((entry) =>
                    limit(
                      async () =>
                        [
                          entry.name,
                          await readHost(context, entry, { window, span }, samplesOf(entry.name)),
                        ] as const,
                    ),
                  ),
                ),
              ),
            };
      kept = known;
      const hosts = Object.fromEntries(
        [...known.hosts].flatMap(([name, one]) => {
          const values = one.kind === 'kept' ? one.trends[metric] : undefined;
          return values === undefined ? [] : [[name, values] as const];
        }),
      );
      const isNone = [...known.hosts.values()].every(({ kind }) => kind === 'none');
      return {
        metric,
        window,
        span: known.span,
        hosts,
        why: isNone ? whyNone(known.hosts) : null,
        source: 'sysstat',
      };
    },
  };
};
