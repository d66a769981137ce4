/** Numbers of what begins and ends (`include/nix/util/logging.hh`), as far as nixup follows it. */
export const activityType = {
  copyPath: 100,
  copyPaths: 103,
  builds: 104,
  build: 105,
  buildWaiting: 111,
} as const;

/** Numbers of what is said about an activity. */
export const resultType = {
  logLine: 101,
  phase: 104,
  progress: 105,
  expected: 106,
  hookLogLine: 107,
  /** Determinate Nix only. */
  buildResult: 110,
} as const;
