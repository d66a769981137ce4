/** What was measured of one row of the table, next to what it is measured against. */
export interface Measured {
  readonly name: string;
  /** The measurement in words: `2.1 s`. */
  readonly took: string;
  /** What it is held against: `xargs 1.9 s`. */
  readonly against: string;
  /** How many times that it took; null where the goal is a number of its own. */
  readonly times: number | null;
  readonly goal: string;
  readonly holds: boolean;
}

export const seconds = (ms: number): string =>
  ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;

/** A row whose goal is a multiple of another measurement of the same run. */
export const atMostTimes = (
  name: string,
  tookMs: number,
  against: { readonly name: string; readonly tookMs: number },
  most: number,
  more: { readonly holds: boolean; readonly words: string } = { holds: true, words: '' },
): Measured => {
  const times = tookMs / against.tookMs;
  return {
    name,
    took: more.words === '' ? seconds(tookMs) : `${seconds(tookMs)}, ${more.words}`,
    against: `${against.name} ${seconds(against.tookMs)}`,
    times,
    goal: `at most ${most} times`,
    holds: times <= most && more.holds,
  };
};

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

export const showRow = ({ name, took, against, times, goal, holds }: Measured): string =>
  [
    holds ? 'holds ' : 'FAILS ',
    name.padEnd(44),
    took.padEnd(26),
    `against ${against}`.padEnd(36),
    times === null ? '' : `${times.toFixed(2)} times, `,
    goal,
  ].join(' ');
