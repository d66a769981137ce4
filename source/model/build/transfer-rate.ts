/** A rate is the mean of so long, ms: shorter ones jump. */
const windowMs = 5_000;

/** Sums of bytes at their times, the oldest first. */
export type ByteSamples = readonly { readonly at: number; readonly bytes: number }[];

/** The samples with a newer one, without those that are too old. */
export const addSample = (samples: ByteSamples, at: number, bytes: number): ByteSamples => {
  const kept = samples.filter((sample) => at - sample.at <= windowMs);
  return [...kept, { at, bytes }];
};

/** Bytes a second in the last seconds; 0 where nothing moved, or nobody can tell yet. */
export const bytesPerSecond = (samples: ByteSamples): number => {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return 0;
  return Math.max(0, ((last.bytes - first.bytes) / (last.at - first.at)) * 1_000);
};
