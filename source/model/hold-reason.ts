import { showDate } from './format-time.ts';

/** The reason that stands in nixup.toml: what failed where, and when it was found. */
export const holdReason = (hosts: readonly string[], what: string, at: number): string =>
  `breaks ${hosts.join(', ')}: ${what} (${showDate(at)})`;
