import { expect, test } from 'vitest';
import { committedVersion, newestVersion } from '../../../source/demo/data/input-source.ts';
import { createDemoLocks } from '../../../source/demo/data/lock-data.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { today } from '../../support/play.ts';

const locks = createDemoLocks(today);

const parsed = (text: string) => {
  const lock = parseFlakeLock(text, 'flake.lock');
  if (!lock.ok) throw new Error(JSON.stringify(lock.failure));
  return lock.value;
};

const committed = locks.write(locks.versionsAt(committedVersion));
const newest = locks.write(locks.versionsAt(newestVersion));

test('the lock is written as Nix writes it', () => {
  expect(writeFlakeLock(parsed(committed))).toBe(committed);
});

test("the node called nixpkgs is another input's, as in many real locks", () => {
  const { nodes } = parsed(committed);
  expect(nodes.get('root')?.inputs?.['nixpkgs']).toBe('nixpkgs_2');
  expect(nodes.get('fh')?.inputs?.['nixpkgs']).toBe('nixpkgs');
});

test('an update of everything holds exactly one alarm: a nested input of another owner', () => {
  const changes = diffLocks(parsed(committed), parsed(newest));
  const alarmed = changes.filter(({ alarms }) => alarms.length > 0);
  expect(alarmed.map(({ path, kind, alarms }) => ({ path, kind, alarms }))).toEqual([
    { path: 'fleet-modules/status-page', kind: 'repointed', alarms: ['owner-changed'] },
  ]);
});

test('versions are read back from a lock in which one input was put back', () => {
  const reverted = revertInputs(parsed(committed), parsed(newest), ['musnix']);
  if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
  const versions = locks.read(writeFlakeLock(reverted.value));
  expect(versions?.get('musnix')).toBe(0);
  expect(versions?.get('nixpkgs')).toBe(newestVersion);
});
