import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { FlakeLock, InputEdge, LockNode } from '../../../source/model/lock/lock.ts';
import { nameNodes } from '../../../source/model/lock/lock-names.ts';
import { revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { fc, runs } from '../../support/chance.ts';
import { anyLock, anyUpdate } from '../../support/lock-random.ts';

const reread = (lock: FlakeLock): FlakeLock => {
  const read = parseFlakeLock(writeFlakeLock(lock), 'flake.lock');
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  return read.value;
};

const renumbered = (lock: FlakeLock, suffix: number): FlakeLock => {
  const key = (old: string): string => `${old.length}-${suffix}-${old}`;
  const nodes = [...lock.nodes].reverse().map(([old, node]): [string, LockNode] => {
    const inputs = Object.entries(node.inputs ?? {})
      .reverse()
      .map(([name, edge]): [string, InputEdge] => [
        name,
        typeof edge === 'string' ? key(edge) : edge,
      ]);
    return [key(old), { ...node, inputs: Object.fromEntries(inputs) }];
  });
  return { ...lock, root: key(lock.root), nodes: new Map(nodes) };
};

test('a lock does not differ from itself', () => {
  fc.assert(
    fc.property(anyLock, (lock) => {
      expect(diffLocks(lock, reread(lock))).toEqual([]);
    }),
    { numRuns: runs(40) },
  );
});

test('other keys and another order are no change, and Nix names are found again', () => {
  fc.assert(
    fc.property(anyLock, fc.nat(99), (lock, suffix) => {
      const other = renumbered(lock, suffix);
      expect(diffLocks(lock, other)).toEqual([]);
      expect(writeFlakeLock(nameNodes(other))).toBe(writeFlakeLock(lock));
    }),
    { numRuns: runs(40) },
  );
});

test('a difference is sorted, names each path once, and is the same each time', () => {
  fc.assert(
    fc.property(anyUpdate, ({ old, now }) => {
      const changes = diffLocks(old, now);
      const paths = changes.map((change) => change.path);
      expect(paths).toEqual([...new Set(paths)].sort());
      expect(diffLocks(renumbered(old, 1), renumbered(now, 2))).toEqual(changes);
    }),
    { numRuns: runs(40) },
  );
});

test('reverting all inputs one by one in any order restores the bytes', () => {
  const order = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(anyUpdate, order, ({ old, now, names }, weights) => {
      const shuffled = names
        .map((name) => ({ name, weight: weights.next().value ?? 0 }))
        .sort((left, right) => left.weight - right.weight);
      let lock = reread(now);
      for (const { name } of shuffled) {
        const reverted = revertInputs(reread(old), lock, [name]);
        if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
        lock = reread(reverted.value);
        expect(diffLocks(old, lock).filter((change) => change.path.split('/')[0] === name)).toEqual(
          [],
        );
      }
      expect(writeFlakeLock(lock)).toBe(writeFlakeLock(old));
    }),
    { numRuns: runs(40) },
  );
});

test('reverting one input leaves every other as the update made it', () => {
  fc.assert(
    fc.property(anyUpdate, fc.nat(), ({ old, now, names }, pick) => {
      const name = names[pick % names.length] ?? '';
      const reverted = revertInputs(old, now, [name]);
      if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
      const others = diffLocks(now, reverted.value).filter(
        (change) => change.path.split('/')[0] !== name,
      );
      expect(others).toEqual([]);
      expect(writeFlakeLock(nameNodes(reverted.value))).toBe(writeFlakeLock(reverted.value));
    }),
    { numRuns: runs(40) },
  );
});
