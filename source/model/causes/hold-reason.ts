import { showDate } from '../words/format-time.ts';
import { type BisectProgress, guiltyInputs } from './bisect.ts';

/** The reason that stands in nixup.toml: what failed where, and when it was found. */
export const holdReason = (hosts: readonly string[], what: string, at: number): string =>
  `breaks ${hosts.join(', ')}: ${what} (${showDate(at)})`;

/** Inputs to hold, with the reason that stands in nixup.toml. */
export interface GuiltyHold {
  readonly inputs: readonly string[];
  readonly reason: string;
}

/**
 * The inputs that searches found guilty, each with what it broke: two inputs may break one host in
 * two ways.
 */
export const guiltyHolds = (
  searches: readonly BisectProgress[],
  at: number,
): readonly GuiltyHold[] => {
  const byReason = new Map<string, readonly string[]>();
  for (const input of guiltyInputs(searches)) {
    const own = searches.filter(
      ({ outcome }) =>
        outcome.kind === 'found' && outcome.isExact && outcome.inputs.includes(input),
    );
    const hosts = [...new Set(own.flatMap((search) => search.hosts))];
    const reason = holdReason(hosts, own[0]?.what ?? 'found by bisect', at);
    byReason.set(reason, [...(byReason.get(reason) ?? []), input]);
  }
  return [...byReason].map(([reason, inputs]) => ({ inputs, reason }));
};
