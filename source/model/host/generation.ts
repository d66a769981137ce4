import type { StorePath } from '../nix/store-path.ts';
import type { Generation, HostFacts } from './host.ts';

/** The newest generation of a system: the same one can be in the profile several times. */
export const newestOf = (
  facts: Pick<HostFacts, 'generations'> | null | undefined,
  path: StorePath | null,
): Generation | undefined => facts?.generations.findLast((generation) => generation.path === path);

/** Its number; null where the profile does not have the system. */
export const generationOf = (
  facts: Pick<HostFacts, 'generations'> | null,
  path: StorePath | null,
): number | null => newestOf(facts, path)?.number ?? null;

/** The generation that a host runs; undefined where it runs a system that its profile does not have. */
export const runningGeneration = (
  facts: Pick<HostFacts, 'generations' | 'current'> | null | undefined,
): Generation | undefined => newestOf(facts, facts?.current ?? null);

/**
 * The generation from which a host was started: the newest one of that system that was there then, and
 * where the clocks tell of none the oldest, as a rollback brings the same system under a later number.
 */
const bootedGeneration = (
  facts: Pick<HostFacts, 'at' | 'booted' | 'generations' | 'uptimeSeconds'>,
): Generation | undefined => {
  const { at, booted, generations, uptimeSeconds } = facts;
  const bootAt = uptimeSeconds === null ? null : at - uptimeSeconds * 1_000;
  return (
    generations.findLast((one) => one.path === booted && (bootAt === null || one.at <= bootAt)) ??
    generations.find((one) => one.path === booted)
  );
};

/**
 * What a generation is to its host: `runs`, `booted`, `boots next`, `known good`. After a rollback two
 * generations have one system; only one of them has each mark, and the older says `the same system`.
 */
export const generationMarks = (generation: Generation, facts: HostFacts): readonly string[] => {
  const { bootDefault, current, knownGood } = facts;
  const next = bootDefault.kind === 'resolved' ? bootDefault.toplevel : null;
  const isIt = (one: Generation | undefined): boolean => one?.number === generation.number;
  const marks = [
    ...(isIt(newestOf(facts, current)) ? ['runs'] : []),
    ...(isIt(bootedGeneration(facts)) ? ['booted'] : []),
    ...(isIt(newestOf(facts, next)) ? ['boots next'] : []),
    ...(knownGood !== undefined && isIt(newestOf(facts, knownGood)) ? ['known good'] : []),
  ];
  const newest = newestOf(facts, generation.path);
  const isRepeated = newest !== undefined && newest.number !== generation.number;
  return isRepeated ? [...marks, `the same system as ${showGeneration(newest.number)}`] : marks;
};

/** The kernel that a host runs: of the system it was started from, whatever it was switched to since. */
export const runningKernel = ({
  kernel,
  bootedKernel,
}: Pick<HostFacts, 'kernel' | 'bootedKernel'>): string | null => bootedKernel ?? kernel;

/** `g241`. */
export const showGeneration = (number: number): string => `g${number}`;

/** `generation 241`, in a sentence. */
export const nameGeneration = (number: number): string => `generation ${number}`;
