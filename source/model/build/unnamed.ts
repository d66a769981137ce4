import type { Tally } from './process.ts';

/** What became of derivations, by their paths. */
type Fates = ReadonlyMap<string, string>;

const countOf = (fates: Fates, wanted: string): number =>
  [...fates.values()].filter((fate) => fate === wanted).length;

/** Failures that Nix counts and no message named: the text of messages differs by version. */
export const unnamedFailures = (tally: Tally, fates: Fates): number =>
  Math.max(0, tally.failed - countOf(fates, 'failed'));

/**
 * Those of them that came to an end here as if they had been built. Nix counts what needs a failed build as
 * failed too, though it never began (`DependencyFailed`, build-result.hh): those take nothing off what was
 * built.
 */
export const takenForBuilt = (tally: Tally, fates: Fates): number =>
  Math.min(unnamedFailures(tally, fates), Math.max(0, countOf(fates, 'ended') - tally.done));
