/** What is known of one metric in one window of time. */
export interface Quartiles {
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  /** Only shown; no verdict depends on it. */
  readonly p95: number | null;
  /** Samples that were there. */
  readonly samples: number;
  /** Samples that would be there without any gap. */
  readonly expected: number;
}

/**
 * A quantile as `quantile_over_time` of Prometheus makes it: linear between the two nearest
 * ranks. `sorted` is ascending; NaN when it is empty.
 */
const quantileOf = (sorted: readonly number[], share: number): number => {
  const rank = share * (sorted.length - 1);
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  return low === undefined || high === undefined
    ? Number.NaN
    : low + (high - low) * (rank - Math.floor(rank));
};

const ascending = (values: readonly number[]): readonly number[] =>
  values.toSorted((one, other) => one - other);

export const medianOf = (values: readonly number[]): number => quantileOf(ascending(values), 0.5);

/** From the samples themselves, where no server answers for them. NaN and infinity are no samples. */
export const quartilesOf = (values: readonly number[], expected: number): Quartiles | null => {
  const sorted = ascending(values.filter(Number.isFinite));
  if (sorted.length === 0) return null;
  return {
    p25: quantileOf(sorted, 0.25),
    p50: quantileOf(sorted, 0.5),
    p75: quantileOf(sorted, 0.75),
    p95: quantileOf(sorted, 0.95),
    samples: sorted.length,
    expected,
  };
};

/** The share of a window in which samples are there, 0 to 1. */
export const coverageOf = ({ samples, expected }: Quartiles): number =>
  expected <= 0 ? 0 : Math.min(1, samples / expected);
