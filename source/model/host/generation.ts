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

/** `g241`. */
export const showGeneration = (number: number): string => `g${number}`;

/** `generation 241`, in a sentence. */
export const nameGeneration = (number: number): string => `generation ${number}`;
