import type { FlakeLock } from '../../source/model/lock/lock.ts';
import { fc } from './chance.ts';
import { github, lockOf, type Sample, someDay } from './lock-samples.ts';

/** A tree of inputs, as a flake would declare it. */
interface Shape {
  readonly source: string;
  /** Below a root input: follows the root's first input instead of having its own. */
  readonly follows: boolean;
  readonly inputs: Readonly<Record<string, Shape>>;
}

const names = ['nixpkgs', 'systems', 'flake-utils', 'home-manager', '2024', 'root'];

const shape = (depth: number): fc.Arbitrary<Shape> =>
  fc.record({
    source: fc.constantFrom('o/r', 'o/s', 'p/r'),
    follows: fc.boolean(),
    inputs:
      depth === 0
        ? fc.constant({})
        : fc.dictionary(fc.constantFrom(...names), shape(depth - 1), { maxKeys: 4 }),
  });

/** Revisions come from a counter of one lock, so two locks of one shape differ as the salt says. */
const sampleOf = (
  one: Shape,
  path: string,
  salt: (path: string) => string,
  depth: number,
): Sample => {
  if (one.follows && depth > 0) return ['first'];
  const inputs = Object.entries(one.inputs).map(([name, child]): [string, Sample] => [
    name,
    sampleOf(child, `${path}/${name}`, salt, depth + 1),
  ]);
  const seed = salt(path);
  return github(one.source, seed, {
    at: someDay + seed.length,
    ...(inputs.length === 0 ? {} : { inputs: Object.fromEntries(inputs) }),
  });
};

const roots = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', ...names), shape(3), {
  minKeys: 1,
  maxKeys: 6,
});

const lockWith = (
  inputs: Readonly<Record<string, Shape>>,
  salt: (path: string) => string,
): FlakeLock =>
  lockOf(
    Object.fromEntries([
      ['first', github('o/first', salt('first'))],
      ...Object.entries(inputs).map(([name, one]): [string, Sample] => [
        name,
        sampleOf({ ...one, follows: false }, name, salt, 0),
      ]),
    ]),
  );

const saltOf =
  (moved: ReadonlySet<number>, count: { value: number }) =>
  (path: string): string => {
    count.value += 1;
    return moved.has(count.value % 7) ? `new ${path}` : `old ${path}`;
  };

/** One lock. */
export const anyLock: fc.Arbitrary<FlakeLock> = roots.map((inputs) =>
  lockWith(inputs, (path) => `old ${path}`),
);

/** Two locks of one flake: the same declarations, some revisions moved, some nested inputs come and gone. */
export const anyUpdate: fc.Arbitrary<{
  readonly old: FlakeLock;
  readonly now: FlakeLock;
  readonly names: readonly string[];
}> = fc.tuple(roots, roots, fc.uniqueArray(fc.nat(6))).map(([inputs, others, moved]) => {
  const later = Object.fromEntries(
    Object.entries(inputs).map(([name, one]) => {
      const other = others[name];
      return [
        name,
        other === undefined ? one : { ...one, inputs: mergeShapes(one.inputs, other.inputs) },
      ];
    }),
  );
  return {
    old: lockWith(inputs, (path) => `old ${path}`),
    now: lockWith(later, saltOf(new Set(moved), { value: 0 })),
    names: ['first', ...Object.keys(inputs)],
  };
});

/** Upstream took inputs away and added others; where both have one, what the flake declares stays. */
const mergeShapes = (
  old: Readonly<Record<string, Shape>>,
  other: Readonly<Record<string, Shape>>,
): Readonly<Record<string, Shape>> =>
  Object.fromEntries(
    Object.entries(other).map(([name, one]) => {
      const before = old[name];
      return [
        name,
        before === undefined
          ? one
          : { ...one, follows: before.follows, inputs: mergeShapes(before.inputs, one.inputs) },
      ];
    }),
  );
