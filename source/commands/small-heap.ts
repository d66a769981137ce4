import { setFlagsFromString } from 'node:v8';
import type { AppState } from '../state/state.ts';

/** A fleet of so many hosts makes much that lives for one frame only; so do logs of so many lines. */
const manyHosts = 100;
const manyLines = 5_000;

let isSmall = false;

/**
 * Has V8 give memory back instead of letting its heap grow, where a fleet has many hosts, or much is logged. What a
 * thousand of them say lives for one frame: with its defaults V8 keeps 300 MB of that, of which 30 are
 * in use, and never returns it. The first two flags are read at each collection (`MemoryController` and
 * `NewSpace::Grow` in `src/heap` of V8), so that they count also after the start of the program; the
 * space of new objects does not shrink, so they are set as soon as the fleet is known, before the
 * program is read where an earlier start knew it. They cost a fifth more time in a stream of 10,000
 * lines a second and up to half more for a key, so a small fleet goes
 * without until it logs much: four hosts that log a million lines take 240 MB with them, and 345 without.
 *
 * The third is read at each collection of new objects (`ScavengerCollector::NumberOfScavengeTasks`). So
 * small a space is collected ten times a second; to share that among threads costs more than it saves:
 * a thousand hosts that log took 41 % of a core, and take 25 %.
 */
export const keepHeapSmall = (hosts: number, logs: AppState['logs'] = {}): void => {
  if (isSmall) return;
  const isLong =
    hosts < manyHosts && Object.values(logs).some(({ dropped }) => dropped > manyLines);
  if (hosts < manyHosts && !isLong) return;
  isSmall = true;
  setFlagsFromString('--heap-growing-percent=25');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
};
