import { explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { changesOf } from '../../model/host/last-change.ts';
import { failed } from '../../model/result.ts';
import {
  type ChartAnswer,
  type ChartColumn,
  type ChartMark,
  type ChartWindow,
  chartAbout,
  chartWindowMs,
  type Trends,
  topOf,
} from '../../model/watch/chart.ts';
import { allMetrics, type MetricId } from '../../model/watch/metric.ts';
import { unreadFilesWords } from '../../model/watch/report.ts';
import { chartOfSamples, type HostSample } from '../../model/watch/samples.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import type { Prometheus } from '../../services/board/prometheus.ts';
import { askChart, askTrends, isEmpty } from '../../services/watch/ranges.ts';
import type { EngineContext } from '../run/context.ts';
import { activatedAt } from './activated-at.ts';
import { namedHost, noAnswerWords, serverNow } from './ask-watch.ts';
import type { TrendsOfHosts } from './host-trends.ts';

/** The rollback that a host was changed by last, and the deploy that it took back. */
const rollbackMarks = async (
  context: EngineContext,
  host: string,
  current: string | null,
): Promise<readonly ChartMark[]> => {
  const last = context.records.lastDeploy(host);
  if (last?.deed !== 'rollback' || last.toplevel !== current) return [];
  const { from, run, at } = last;
  const deployed = from === null ? null : await activatedAt(context, { host, system: from, run });
  return [
    ...(deployed === null ? [] : [{ at: deployed, kind: 'deploy' as const }]),
    { at, kind: 'deploy', isRollback: true },
  ];
};

/** When the host was changed and restarted, by its profile, by what nixup did, and by its journal. */
const marksOf = async (context: EngineContext, entry: HostEntry): Promise<readonly ChartMark[]> => {
  const host = context.state().hosts[entry.name];
  const facts = host?.facts ?? null;
  if (facts === null) return [];
  const deployed = context.records.lastDeploy(entry.name);
  const { last, before } = changesOf(facts, deployed);
  const back = await rollbackMarks(context, entry.name, facts.current);
  const told = new Set(back.map((mark) => mark.at));
  const deploys = [...before, ...(last === null ? [] : [last])].filter((at) => !told.has(at));
  const { at, uptimeSeconds } = facts;
  const journal = host?.watch?.journal;
  const restarts = [
    ...(uptimeSeconds === null ? [] : [at - uptimeSeconds * 1_000]),
    ...(journal?.kind === 'read' ? (journal.restarts ?? []) : []),
  ];
  return [
    ...[...new Set(deploys)].map((at): ChartMark => ({ at, kind: 'deploy' })),
    ...back,
    ...[...new Set(restarts)].map((at): ChartMark => ({ at, kind: 'restart' })),
  ].toSorted((one, other) => one.at - other.at);
};

const notConfigured = 'no Prometheus is configured';

interface Asked {
  readonly metric: MetricId;
  readonly window: ChartWindow;
}

/** A metric of a host over time, in so many columns; the answer is in the state as well. */
export const readChart = async (
  context: EngineContext,
  entry: HostEntry,
  { metric, window }: Asked,
  points: number,
  sampled: readonly HostSample[],
): Promise<ChartAnswer> => {
  const answer = await chartOf(context, entry, { metric, window }, points, sampled);
  context.emitter.emit({ type: 'chart-read', answer });
  return answer;
};

const chartOf = async (
  context: EngineContext,
  entry: HostEntry,
  { metric, window }: Asked,
  points: number,
  sampled: readonly HostSample[],
): Promise<ChartAnswer> => {
  const { world, config } = context;
  const unknown = (why: string): ChartAnswer => ({
    kind: 'unknown',
    host: entry.name,
    metric,
    window,
    why,
  });
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  if (prometheus === null)
    return await chartOfHost(context, entry, { metric, window }, points, sampled);
  const marks = await marksOf(context, entry);
  const changes = marks.flatMap(({ kind, at }) => (kind === 'deploy' ? [at] : []));
  const asked = { metric, window, points, changes };
  const { now, silent } = await serverNow(prometheus, world.clock.now());
  // What does not tell its time would be waited for at each other question too.
  const measured =
    silent === null
      ? await askChart(prometheus, namedHost(context, entry), asked, now)
      : failed(silent);
  await close();
  if (!measured.ok) return unknown(explainInLine(measured.failure));
  if (measured.value === null) return unknown('Prometheus has no metrics of this host');
  const { span, columns, band, isOdd } = measured.value;
  if (isOdd) return unknown('no data: its values in this time are no numbers (NaN or infinite)');
  if (isEmpty(columns)) return unknown('Prometheus has no samples of it in this time');
  return {
    kind: 'read',
    chart: {
      host: entry.name,
      metric,
      window,
      span,
      columns,
      band,
      marks: marks.filter(({ at }) => at >= span.from && at <= span.to),
      top: scaleOf(context, entry.name, { metric, window }, [...columns, ...band]),
    },
  };
};

/** The highest number of the scale: it does not shrink while the same chart is looked at. */
const scaleOf = (
  context: EngineContext,
  host: string,
  { metric, window }: Asked,
  columns: readonly ChartColumn[],
): number => {
  const before = chartAbout(context.state().charts, { host, metric, window });
  const unit = allMetrics.find(({ id }) => id === metric)?.unit ?? 'number';
  return topOf(unit, columns, before?.kind === 'read' ? before.chart.top : 0);
};

/** What a host keeps itself, by our clock, and else what nixup measured while it followed; why there is nothing. */
const samplesOfHost = async (
  context: EngineContext,
  entry: HostEntry,
  sampled: readonly HostSample[],
): Promise<{ readonly samples: readonly HostSample[]; readonly unread: number } | string> => {
  const kept = await context.hosts.sysstat(entry);
  if (kept.ok && kept.value.kind === 'samples') {
    const { samples, unread } = kept.value;
    const skew = context.state().hosts[entry.name]?.facts?.clockSkewMs ?? 0;
    return { samples: samples.map((sample) => ({ ...sample, at: sample.at - skew })), unread };
  }
  if (sampled.length > 0) return { samples: sampled, unread: 0 };
  if (!kept.ok) return `sysstat was not asked: ${explainInLine(kept.failure)}`;
  return kept.value.kind === 'none' ? kept.value.why : 'sysstat keeps nothing';
};

/** No server is configured: the chart of what the host keeps itself, or of what nixup measured. */
const chartOfHost = async (
  context: EngineContext,
  entry: HostEntry,
  asked: Asked,
  points: number,
  sampled: readonly HostSample[],
): Promise<ChartAnswer> => {
  const { metric, window } = asked;
  const host = entry.name;
  const unknown = (why: string): ChartAnswer => ({
    kind: 'unknown',
    host,
    metric,
    window,
    why: `${notConfigured}; ${why}`,
  });
  const known = await samplesOfHost(context, entry, sampled);
  if (typeof known === 'string') return unknown(known);
  const { samples, unread } = known;
  const now = context.world.clock.now();
  const span = { from: now - chartWindowMs[window], to: now };
  const marks = await marksOf(context, entry);
  const { columns, band } = chartOfSamples(
    samples,
    metric,
    span,
    points,
    marks.flatMap(({ kind, at }) => (kind === 'deploy' ? [at] : [])),
  );
  if (columns.every((column) => column === null)) {
    const files = unreadFilesWords(unread);
    return unknown(
      `${samples === sampled ? 'nixup' : 'sysstat on the host'} has no samples of it in this time${files === null ? '' : `; ${files}`}`,
    );
  }
  return {
    kind: 'read',
    chart: {
      host,
      metric,
      window,
      span,
      columns,
      band,
      marks: marks.filter(({ at }) => at >= span.from && at <= span.to),
      top: scaleOf(context, host, asked, [...columns, ...band]),
    },
  };
};

/** A metric of each host in a few numbers; the answer is in the state as well. */
export const readTrends = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  asked: Asked,
  ofHosts: TrendsOfHosts,
): Promise<Trends> => {
  const { world, config, emitter } = context;
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  const at = world.clock.now();
  const byServer = async (server: Prometheus): Promise<Trends> => {
    const hosts = entries.map((entry) => namedHost(context, entry));
    const { now, silent } = await serverNow(server, at);
    const answer = silent === null ? await askTrends(server, hosts, asked, now) : failed(silent);
    return answer.ok
      ? { ...asked, ...answer.value, at, why: null }
      : {
          ...asked,
          span: { from: at, to: at },
          at,
          hosts: {},
          why:
            answer.failure.code === 'http-failed'
              ? noAnswerWords(answer.failure)
              : explainInLine(answer.failure),
        };
  };
  const trends =
    prometheus === null
      ? { ...(await ofHosts.read(context, entries, asked)), at }
      : await byServer(prometheus).finally(close);
  emitter.emit({ type: 'trends-read', trends });
  return trends;
};
