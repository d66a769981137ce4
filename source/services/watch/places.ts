import type { PrometheusSeries } from '../../parsers/board/prometheus.ts';
import { type Instance, nowLabel } from './queries.ts';

/** A host as the metrics may know it. */
export interface NamedHost {
  readonly host: string;
  /** The name that its kernel has. */
  readonly hostName: string;
  /** Its name in the metrics, where the configuration has one. */
  readonly instance: string | null;
}

export const keyOf = ({ job, instance }: Instance): string => JSON.stringify([job, instance]);

export const instanceOfSeries = ({ labels }: PrometheusSeries): Instance => ({
  job: labels['job'] ?? '',
  instance: labels['instance'] ?? '',
});

/**
 * The numbers of an answer by exporter (`keyOf`) and by the name `q` that the query gave each; what
 * is NaN or infinite is none.
 */
export const numbersByExporter = (
  series: readonly PrometheusSeries[],
): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const values = new Map<string, Map<string, number>>();
  for (const one of series) {
    const value = one.samples[0]?.[1];
    const name = one.labels['q'];
    if (value === undefined || name === undefined || !Number.isFinite(value)) continue;
    const key = keyOf(instanceOfSeries(one));
    const known = values.get(key) ?? new Map<string, number>();
    values.set(key, known.set(name, value));
  }
  return values;
};

/** Exporters of which an answer has a value that is no number: NaN or infinite. */
export const exportersWithoutNumber = (series: readonly PrometheusSeries[]): ReadonlySet<string> =>
  new Set(
    series.flatMap((one) =>
      one.samples[0] === undefined || Number.isFinite(one.samples[0][1])
        ? []
        : [keyOf(instanceOfSeries(one))],
    ),
  );

/** `p620` of `p620:9100` and of `[2001:db8::1]:9100` the address. */
export const hostOfInstance = (instance: string): string => instance.replace(/:\d+$/, '');

/** Those that answer now stand first; among them one with the name of the host in its address. */
const byRank =
  (host: string) =>
  (one: PrometheusSeries, other: PrometheusSeries): number => {
    const rank = ({ labels }: PrometheusSeries): number =>
      (labels['q'] === nowLabel ? 0 : 2) +
      (hostOfInstance(labels['instance'] ?? '') === host ? 0 : 1);
    return rank(one) - rank(other);
  };

/**
 * The exporter of a host: by configuration, by the name of its machine, or by the name in its address. Then
 * the names that it had in the days before: an upgrade may rename it. Empty where none is known.
 */
export const findPlaces = (
  host: NamedHost,
  names: readonly PrometheusSeries[],
): readonly Instance[] => {
  const { instance } = host;
  if (instance !== null) {
    const named = names.filter(({ labels }) => labels['instance'] === instance);
    // A name that the configuration has is asked for even where the server knows nothing of it now.
    return distinct(named.toSorted(byRank(host.host)));
  }
  const byName = names.filter(({ labels }) => labels['nodename'] === host.hostName);
  const found =
    byName.length > 0
      ? byName
      : names.filter(({ labels }) => hostOfInstance(labels['instance'] ?? '') === host.host);
  const [first, ...others] = found.toSorted(byRank(host.host));
  if (first === undefined) return [];
  // Two that answer now are two machines with one name, and no renaming.
  return distinct([first, ...others.filter(({ labels }) => labels['q'] !== nowLabel)]);
};

const distinct = (series: readonly PrometheusSeries[]): readonly Instance[] => [
  ...new Map(series.map((one) => [keyOf(instanceOfSeries(one)), instanceOfSeries(one)])).values(),
];
