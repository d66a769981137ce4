import type { HostEntry } from '../../model/host/host.ts';
import { changesOf } from '../../model/host/last-change.ts';
import {
  alertKey,
  alertSentence,
  type FiredAlert,
  isAlertWorse,
} from '../../model/watch/alerts.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import type { PrometheusAlert, PrometheusTarget } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../../services/board/prometheus.ts';
import { type AlertedHost, watchAlerts } from '../../services/watch/alerts.ts';
import { findPlaces } from '../../services/watch/places.ts';
import { namesQuery } from '../../services/watch/queries.ts';
import type { EngineContext } from '../run/context.ts';
import { beganAt, namedHost, pausesOf, restOfFleet } from './ask-watch.ts';

/** What Prometheus had to say at a moment, as sets: null where it did not say it. */
interface MonitoredSets {
  /** Targets that were down. */
  readonly down: readonly string[] | null;
  /** Alerts that fired. */
  readonly alerts: readonly string[] | null;
}

const targetKey = ({ job, instance }: PrometheusTarget): string => `${instance} (${job})`;

const firedAlert = ({ name, labels }: PrometheusAlert): FiredAlert => {
  const { alertname: _, ...rest } = labels;
  return { name, labels: rest };
};

const isFiring = ({ state }: PrometheusAlert): boolean => state === 'firing';

export const monitoredSets = async (prometheus: Prometheus): Promise<MonitoredSets> => {
  const [targets, alerts] = await Promise.all([prometheus.targets(), prometheus.alerts()]);
  return {
    down: targets.ok
      ? targets.value.filter(({ health }) => health === 'down').map(targetKey)
      : null,
    alerts: alerts.ok
      ? alerts.value.filter(isFiring).map((alert) => alertKey(firedAlert(alert)))
      : null,
  };
};

/** Hosts with their names in the metrics, and when each was changed, by what is known of them. */
const alertedHosts = async (
  context: EngineContext,
  prometheus: Prometheus,
  entries: readonly HostEntry[],
): Promise<readonly AlertedHost[]> => {
  const names = await prometheus.query(namesQuery, context.world.clock.now());
  return entries.flatMap((entry): readonly AlertedHost[] => {
    const facts = context.state().hosts[entry.name]?.facts ?? null;
    if (facts === null) return [];
    const { last } = changesOf(facts, context.records.lastDeploy(entry.name));
    if (last === null) return [];
    const places = names.ok ? findPlaces(namedHost(context, entry), names.value.series) : [];
    return [
      {
        host: entry.name,
        instances: places.map(({ instance }) => instance),
        changedAt: last,
        beganAt: beganAt(context, facts, entry.name, last),
        until: null,
        pauses: pausesOf({ facts, journal: null }, last),
      },
    ];
  });
};

/** Of new alerts, those that the history of the server does not explain: in words, with their host. */
const newAlerts = async (
  context: EngineContext,
  prometheus: Prometheus,
  fired: readonly FiredAlert[],
  entries: readonly HostEntry[],
): Promise<readonly string[]> => {
  if (fired.length === 0) return [];
  const hosts = await alertedHosts(context, prometheus, entries);
  const told = await watchAlerts(
    prometheus,
    hosts,
    context.world.clock.now(),
    await restOfFleet(context, prometheus, hosts),
  );
  const plain = fired.map((alert) => alertSentence({ ...unexplained, ...alert }));
  if (!told.ok) return plain;
  const keys = new Set(fired.map(alertKey));
  const known = [
    ...[...told.value.byHost].flatMap(([host, alerts]) =>
      alerts.map((alert) => ({ alert, words: aboutHost(host, alertSentence(alert)) })),
    ),
    ...told.value.others.map((alert) => ({ alert, words: alertSentence(alert) })),
  ].filter(({ alert }) => alert.change !== 'unknown' && keys.has(alertKey(alert)));
  // A server that keeps no history of alerts, or does not tell it, knows nothing against them.
  const judged = new Set(known.map(({ alert }) => alertKey(alert)));
  return [
    ...known.filter(({ alert }) => isAlertWorse(alert)).map(({ words }) => words),
    ...fired
      .filter((alert) => !judged.has(alertKey(alert)))
      .map((alert) => alertSentence({ ...unexplained, ...alert })),
  ];
};

const unexplained = {
  first: null,
  last: null,
  change: 'new',
  isFiring: true,
  cause: null,
} as const;

/** New trouble since the sets of before: targets that are down, and alerts that fire. Null: nothing to compare with. */
export const newlyMonitored = async (
  context: EngineContext,
  prometheus: Prometheus,
  before: MonitoredSets,
  entries: readonly HostEntry[],
): Promise<{
  readonly targets: readonly string[] | null;
  readonly alerts: readonly string[] | null;
  /** What the server did not tell, or not in words that can be read: whether that is worse is not known. */
  readonly unread: readonly ('targets' | 'alerts')[];
}> => {
  const [targets, alerts] = await Promise.all([prometheus.targets(), prometheus.alerts()]);
  const down = before.down === null ? null : new Set(before.down);
  const fired = before.alerts === null ? null : new Set(before.alerts);
  return {
    targets:
      targets.ok && down !== null
        ? targets.value
            .filter((target) => target.health === 'down' && !down.has(targetKey(target)))
            .map((target) => `target ${targetKey(target)} is down: ${target.lastError}`)
        : null,
    alerts:
      alerts.ok && fired !== null
        ? await newAlerts(
            context,
            prometheus,
            alerts.value
              .filter(isFiring)
              .map(firedAlert)
              .filter((alert) => !fired.has(alertKey(alert))),
            entries,
          )
        : null,
    unread: [
      ...(targets.ok ? [] : ['targets' as const]),
      ...(alerts.ok ? [] : ['alerts' as const]),
    ],
  };
};
