import fc from 'fast-check';

/**
 * The one place where tests get their chance from. `npm test` draws the same each time; `npm run
 * fuzz` hands in a seed that is new and a number of times. fast-check names the seed with a failure.
 */
const ordinarySeed = 2605;

const numberOf = (name: string, otherwise: number): number => {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is "${text}", which is no whole number`);
  return Number(text);
};

/** The seed of every random test; another one with `NIXUP_FUZZ_SEED`. */
export const seed = numberOf('NIXUP_FUZZ_SEED', ordinarySeed);

/** So many times as many runs as usual: `NIXUP_FUZZ_TIMES`. */
const times = numberOf('NIXUP_FUZZ_TIMES', 1);

/** How often a property is tried, from how often it is in `npm test`. */
export const runs = (usual: number): number => usual * times;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const createChance = (from: number): (() => number) => {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

fc.configureGlobal({ seed, numRuns: runs(100) });

export { fc };
