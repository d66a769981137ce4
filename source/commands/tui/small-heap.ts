import { setFlagsFromString } from 'node:v8';
import type { AppStore } from '../../store.ts';

/** A fleet of so many hosts makes much that lives for one frame only. */
const manyHosts = 100;

/**
 * Has V8 give memory back instead of letting its heap grow. What a thousand hosts say lives for
 * one frame: with its defaults V8 keeps 300 MB of that, of which 30 are in use, and never returns
 * it. Both flags are read at each collection (`MemoryController` and `NewSpace::Grow` in `src/heap`
 * of V8), so that they count also after the start of the program; they cost a fifth more time in
 * a stream of 10,000 lines a second and up to half more for a key, so a small fleet goes without.
 */
const keepHeapSmall = (): void => {
  setFlagsFromString('--heap-growing-percent=40');
  setFlagsFromString('--semi-space-growth-factor=1');
};

/** Keeps the heap small from the moment on at which a large fleet is known. */
export const followFleetSize = (store: AppStore): (() => void) => {
  let isSmall = false;
  return store.subscribe(({ app }) => {
    if (isSmall || app.hostNames.length < manyHosts) return;
    isSmall = true;
    keepHeapSmall();
  });
};
