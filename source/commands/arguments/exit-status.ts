/** What the exit statuses mean, for help and README. */
export const exitStatuses: readonly (readonly [number, string])[] = [
  [0, 'all well; nothing to do is well'],
  [1, 'something failed'],
  [2, 'the command line, the config or the lock file is wrong'],
  [3, 'refused by a gate: not tested, a protected or mistaken host, another run active'],
  [
    4,
    'partly done: hosts that are offline are pending, or checks of a host could not be asked; the rest is well',
  ],
  [5, 'done, but something is unhealthy'],
  [130, 'canceled'],
];

const byWeight: readonly number[] = [130, 2, 1, 5, 3, 4];

/** The one of several statuses that counts: 1 over 5, and 5 over 4. */
export const worstStatus = (statuses: readonly number[]): number =>
  byWeight.find((status) => statuses.includes(status)) ??
  statuses.find((status) => status !== 0) ??
  0;
