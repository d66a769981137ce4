import type { Tally } from './process.ts';

/** What became of derivations, by their paths. */
type Fates = ReadonlyMap<string, string>;

const countOf = (fates: Fates, wanted: string): number => {
  let count = 0;
  for (const fate of fates.values()) if (fate === wanted) count += 1;
  return count;
};

/** Failures that Nix counts and no message named: the text of messages differs by version. */
export const unnamedFailures = (tally: Tally, fates: Fates): number =>
  // Asked ten times a second of all builds, most of which have no failure.
  tally.failed === 0 ? 0 : Math.max(0, tally.failed - countOf(fates, 'failed'));

/**
 * Those of them that came to an end here as if they had been built. Nix counts what needs a failed build as
 * failed too, though it never began (`DependencyFailed`, build-result.hh): those take nothing off what was
 * built.
 */
export const takenForBuilt = (tally: Tally, fates: Fates): number => {
  const unnamed = unnamedFailures(tally, fates);
  return unnamed === 0 ? 0 : Math.min(unnamed, Math.max(0, countOf(fates, 'ended') - tally.done));
};
