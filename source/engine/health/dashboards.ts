import type { CheckRow } from '../../model/board/board.ts';
import { fleetChecks } from '../../model/config/settings.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { createMonitoring, type Monitoring } from '../../services/board/monitoring.ts';
import { monitoringQuestions, monitoringRows } from '../../services/board/monitoring-rows.ts';
import type { EngineContext } from '../run/context.ts';
import { monitoredSets, newlyMonitored } from './monitored.ts';

/** Asks Prometheus, Grafana and the fleet's own web checks; tells the board as well. */
const askDashboards = async (
  { world, config, emitter, flake, isTrusted }: EngineContext,
  monitoring: Monitoring,
): Promise<readonly CheckRow[]> => {
  const rows = await monitoringRows(world, monitoring, {
    orders: fleetChecks(config),
    flake,
    isTrusted,
  });
  emitter.emit({ type: 'board-observed', rows });
  return rows;
};

/** What could not be asked may be well: its next failure must not look old. */
const redIds = (rows: readonly CheckRow[]): readonly string[] =>
  rows.filter(({ state, isUnasked }) => state === 'red' && isUnasked !== true).map(({ id }) => id);

const unaskedIds = (rows: readonly CheckRow[]): readonly string[] =>
  rows.flatMap(({ id, isUnasked }) => (isUnasked === true ? [id] : []));

/** What was red before a deploy, and each target and alert: what failed before never counts against it. */
export const keepDashboardBaseline = async (context: EngineContext): Promise<void> => {
  const monitoring = createMonitoring(context.world, context.config.monitoring);
  const rows = await askDashboards(context, monitoring);
  const unasked = unaskedIds(rows);
  const sets = monitoring.prometheus === null ? null : await monitoredSets(monitoring.prometheus);
  await monitoring.close();
  await context.records.keepDashboards({
    at: context.world.clock.now(),
    red: [...redIds(rows)],
    ...(unasked.length === 0 ? {} : { unasked: [...unasked] }),
    ...(sets?.down == null ? {} : { down: [...sets.down] }),
    ...(sets?.alerts == null ? {} : { alerts: [...sets.alerts] }),
  });
};

export interface DashboardVerdict {
  readonly asked: number;
  /** What is new, in words. */
  readonly news: readonly string[];
  /** What could not be read, in words: nobody knows whether it is worse. */
  readonly unread: readonly string[];
  /** Whether Prometheus itself is among that. */
  readonly isPrometheusUnread: boolean;
}

/**
 * Red rows that say nothing of the fleet, because what would tell is silent itself. The watch asks whether numbers became
 * worse: a server that has none to give makes that unknown, and so does what Grafana says of the same server. For a
 * verification a server that went down with the deploy is trouble of its own.
 */
const silentSources = (
  rows: readonly CheckRow[],
  stage: 'verify' | 'watch',
  isFirst: boolean,
): readonly string[] => {
  const { prometheus, dataSources } = monitoringQuestions;
  const isDown = rows.some(({ id, state }) => id === prometheus.id && state === 'red');
  if (!isDown) return [];
  return stage === 'watch' ? [prometheus.id, dataSources.id] : isFirst ? [prometheus.id] : [];
};

/** A server that did not answer in time would be waited for at each other question too. */
const isLate = (rows: readonly CheckRow[]): boolean =>
  unaskedIds(rows).includes(monitoringQuestions.prometheus.id);

/** What is red now and was not before the last deploy; targets and alerts each by themselves where they are known. */
export const compareDashboards = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  stage: 'verify' | 'watch',
): Promise<DashboardVerdict> => {
  const record = context.records.dashboards();
  const before = new Set(record?.red ?? []);
  const monitoring = createMonitoring(context.world, context.config.monitoring);
  const rows = await askDashboards(context, monitoring);
  const { prometheus } = monitoring;
  const compared =
    prometheus === null || isLate(rows)
      ? { targets: null, alerts: null, unread: [] }
      : await newlyMonitored(
          context,
          prometheus,
          { down: record?.down ?? null, alerts: record?.alerts ?? null },
          entries,
        );
  await monitoring.close();
  const asSets = new Set([
    ...(compared.targets === null ? [] : [monitoringQuestions.targets.id]),
    ...(compared.alerts === null ? [] : [monitoringQuestions.alerts.id]),
  ]);
  const newlyRed = rows.filter(
    ({ state, id }) => state === 'red' && !before.has(id) && !asSets.has(id),
  );
  const { targets, alerts } = monitoringQuestions;
  const unreadIds = new Set([
    ...silentSources(rows, stage, record === undefined),
    ...unaskedIds(rows),
    ...compared.unread.map((one) => (one === 'targets' ? targets.id : alerts.id)),
  ]);
  const unaskedBefore = new Set(record?.unasked ?? []);
  const inWords = ({ id, label, evidence }: CheckRow): string =>
    `${label}: ${evidence}${unaskedBefore.has(id) && !unreadIds.has(id) ? ' (whether that is new is not known: it could not be asked before the deploy)' : ''}`;
  /** The watch asks whether something became worse: nobody knows that of what was not known before. */
  const isUnknown = ({ id }: CheckRow): boolean =>
    unreadIds.has(id) || (stage === 'watch' && unaskedBefore.has(id));
  return {
    asked: rows.filter(({ state }) => state !== 'not-set-up').length,
    news: [
      ...newlyRed.filter((row) => !isUnknown(row)).map(inWords),
      ...(compared.targets ?? []),
      ...(compared.alerts ?? []),
    ],
    unread: newlyRed.filter(isUnknown).map(inWords),
    isPrometheusUnread: newlyRed
      .filter(isUnknown)
      .some(({ id }) => id === monitoringQuestions.prometheus.id),
  };
};
