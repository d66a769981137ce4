import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles } from '../../../source/services/world/files.ts';
import { lockHolder, ownerHere, takeOwnedLock } from '../../../source/services/world/owned-lock.ts';
import type { World } from '../../../source/services/world/world.ts';
import { strictWorld } from '../../support/strict-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const boot = '/proc/sys/kernel/random/boot_id';

interface Process {
  readonly pid: number;
  readonly machine?: string;
  readonly machineId?: string;
  readonly bootId?: string;
}

/** Processes on real files; `alive` are the process ids that run. */
const worldOf = (
  { pid, machine = 'p620', machineId = 'm1', bootId = 'b1' }: Process,
  alive: readonly number[],
  over: Partial<World['files']> = {},
): World => {
  const files = createFiles();
  return {
    ...strictWorld({ processId: pid, hostName: machine, liveProcesses: alive }),
    files: {
      ...files,
      read: async (at, options) => {
        if (at === '/etc/machine-id') return { ok: true, value: machineId };
        if (at === boot) return { ok: true, value: bootId };
        return files.read(at, options);
      },
      ...over,
    },
  };
};

const lockPath = (): string => path.join(folder, 'run.lock');

const take = async (world: World, run: string) =>
  takeOwnedLock(world, lockPath(), await ownerHere(world, run, { goal: 'deploy' }));

const holderOf = async (world: World, run: string): Promise<string> => {
  const taken = await take(world, run);
  if (taken.ok) return 'taken';
  return 'failure' in taken.failure ? taken.failure.failure.code : taken.failure.holder.kind;
};

describe('one owner at a time', () => {
  test('the second is told who, with what and since when; after the release the lock is free', async () => {
    const first = await take(worldOf({ pid: 1 }, [1, 2]), 'a');
    const second = worldOf({ pid: 2 }, [1, 2]);
    expect(await take(second, 'b')).toMatchObject({
      ok: false,
      failure: { holder: { kind: 'alive', owner: { pid: 1, run: 'a', goal: 'deploy' } } },
    });
    if (first.ok) await first.value.release();
    expect(await holderOf(second, 'b')).toBe('taken');
  });

  test('of many that find a dead owner at once one takes its place', async () => {
    await take(worldOf({ pid: 1 }, []), 'dead');
    const pids = Array.from({ length: 20 }, (_, index) => index + 100);
    const taken = await Promise.all(
      pids.map((pid) => holderOf(worldOf({ pid }, pids), `run-${pid}`)),
    );
    expect(taken.filter((one) => one === 'taken')).toHaveLength(1);
    expect(taken.filter((one) => one === 'alive')).toHaveLength(19);
    expect(await readdir(folder)).toEqual(['run.lock']);
  });

  test('a dead owner whose file cannot be replaced is followed all the same, and by one only', async () => {
    await take(worldOf({ pid: 1 }, []), 'dead');
    const sticky: Partial<World['files']> = {
      rename: async (from) => ({
        ok: false,
        failure: { code: 'file-failed', operation: 'rename', path: from, detail: 'not permitted' },
      }),
    };
    const second = await take(worldOf({ pid: 2 }, [2, 3], sticky), 'b');
    expect(second).toMatchObject({ ok: true, value: { replaced: { run: 'dead' } } });
    expect(await holderOf(worldOf({ pid: 3 }, [2, 3], sticky), 'c')).toBe('alive');
    if (second.ok) await second.value.release();
    expect(await holderOf(worldOf({ pid: 3 }, [3], sticky), 'c')).toBe('taken');
    // The one who may take it settles the chain.
    expect(await holderOf(worldOf({ pid: 4 }, [4]), 'd')).toBe('taken');
    expect(await readdir(folder)).toEqual(['run.lock']);
  });
});

describe('whose lock gives way', () => {
  const old = { pid: 9, machine: 'p620', user: 'bob', since: 1, run: 'old' };
  test.each([
    ['a dead process of this machine', old, 'taken'],
    ['a live process of this machine', { ...old, pid: 2 }, 'alive'],
    ['a process of before a restart', { ...old, pid: 2, machineId: 'm1', bootId: 'b0' }, 'taken'],
    ['another machine', { ...old, machine: 'razer' }, 'elsewhere'],
    ['another machine of the same name', { ...old, machineId: 'm2' }, 'elsewhere'],
    ['nobody knows: no JSON', 'x', 'unreadable'],
    ['nobody knows: empty', '', 'unreadable'],
    ['nobody knows: no process', { ...old, pid: 'x' }, 'unreadable'],
    ['a name that would lead elsewhere', { ...old, run: '../../x' }, 'unreadable'],
  ])('%s', async (_what, content, outcome) => {
    await writeFile(lockPath(), typeof content === 'string' ? content : JSON.stringify(content));
    expect(await holderOf(worldOf({ pid: 3 }, [2, 3]), 'mine')).toBe(outcome);
  });

  test('a symbolic link in its place is not followed, not even to a lock', async () => {
    const other = path.join(folder, 'other');
    await writeFile(other, JSON.stringify(old));
    await symlink(other, lockPath());
    expect(await holderOf(worldOf({ pid: 3 }, [3]), 'mine')).toBe('unreadable');
    expect(await readFile(other, 'utf8')).toBe(JSON.stringify(old));
  });

  test('what it says is shown without control characters', async () => {
    await writeFile(lockPath(), JSON.stringify({ ...old, pid: 2, user: '\u001b[2Jbob\nx' }));
    const holder = await lockHolder(worldOf({ pid: 3 }, [2, 3]), lockPath());
    expect(holder).toMatchObject({ owner: { user: 'bobx' } });
  });
});
