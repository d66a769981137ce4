/**
 * Numbers of what begins and ends (`include/nix/util/logging.hh`), as far as nixup follows it.
 * One that is added here does not compile until `log.ts` has its case.
 */
export const activityType = {
  copyPath: 100,
  copyPaths: 103,
  builds: 104,
  build: 105,
  buildWaiting: 111,
} as const;

/** Numbers of what is said about an activity; each needs its case as well. */
export const resultType = {
  logLine: 101,
  phase: 104,
  progress: 105,
  expected: 106,
  hookLogLine: 107,
  /** Determinate Nix only. */
  buildResult: 110,
} as const;

export type ActivityType = (typeof activityType)[keyof typeof activityType];
export type ResultType = (typeof resultType)[keyof typeof resultType];

const activityTypes: ReadonlySet<number> = new Set(Object.values(activityType));
const resultTypes: ReadonlySet<number> = new Set(Object.values(resultType));

export const isActivityType = (type: number): type is ActivityType => activityTypes.has(type);
export const isResultType = (type: number): type is ResultType => resultTypes.has(type);
