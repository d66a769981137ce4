import { packageName } from './plan.ts';

/** How long a derivation took to build, ms. */
export interface BuildDuration {
  /** The derivation's name with its version. */
  readonly name: string;
  readonly ms: number;
  /** The remote builder; null for this machine. */
  readonly machine: string | null;
}

/** Durations of the last builds, ms, oldest first, by `machine name`. */
export type Durations = Readonly<Record<string, readonly number[]>>;

/** Builds of one package that are remembered, and packages. */
const keptRuns = 10;
const keptPackages = 3_000;

const keyOf = (name: string, machine: string | null): string =>
  `${machine ?? 'local'} ${packageName(name)}`;

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
};

/** What a build of this name is likely to take, ms: the median of earlier ones; null when there is none. */
export const estimate = (
  durations: Durations,
  name: string,
  machine: string | null = null,
): number | null => {
  const own = keyOf(name, machine);
  const values = Object.hasOwn(durations, own) ? durations[own] : undefined;
  return values === undefined ? null : median(values);
};

/** The durations with newer ones; the packages that were built longest ago are forgotten first. */
export const addDurations = (durations: Durations, added: readonly BuildDuration[]): Durations => {
  const all = new Map(Object.entries(durations));
  for (const { name, ms, machine } of added) {
    const key = keyOf(name, machine);
    const values = [...(all.get(key) ?? []), Math.round(ms)].slice(-keptRuns);
    all.delete(key);
    all.set(key, values);
  }
  return Object.fromEntries([...all].slice(-keptPackages));
};
