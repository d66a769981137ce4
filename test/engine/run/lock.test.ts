import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveRun, type RunLock, takeRunLock } from '../../../source/engine/run/lock.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import type { World } from '../../../source/services/world/world.ts';

let folder: string;
let flake: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-run-'));
  flake = path.join(folder, 'fleet');
  await mkdir(flake);
});
const held: RunLock[] = [];
afterEach(async () => {
  // The one for all users stands outside of the folder.
  for (const lock of held.splice(0)) await lock.release();
  await rm(folder, { recursive: true });
});

const real = createProcessWorld();

/** Two nixups of two users: other state folders, and processes that both live. */
const user = (name: string, pid: number): { world: World; state: string } => ({
  world: { ...real, userName: name, processId: pid, isProcessAlive: () => true },
  state: path.join(folder, name),
});

const take = async ({ world, state }: ReturnType<typeof user>, run: string, at = flake) => {
  const lock = await takeRunLock(world, { flake: at, folder: state, run, goal: 'deploy' });
  if (lock.ok) held.push(lock.value);
  return lock;
};

const outcome = async (taking: ReturnType<typeof take>): Promise<string> => {
  const taken = await taking;
  if (taken.ok) return 'taken';
  const { failure } = taken;
  return failure.code === 'run-active' && failure.run.kind !== 'unreadable'
    ? `${failure.run.user} ${failure.run.goal}`
    : failure.code;
};

const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: flake,
    stdio: 'ignore',
  });
};

describe.each([
  ['in a git repository', true],
  ['in no repository', false],
])('a flake %s', (_where, isRepository) => {
  test('is held across users and state folders, and told to the other', async () => {
    if (isRepository) git('init');
    const [root, ada] = [user('root', 1), user('ada', 2)];
    const lock = await take(root, 'a');
    expect(await outcome(take(ada, 'b'))).toBe('root deploy');
    expect(await liveRun(ada.world, flake, ada.state)).toMatchObject({
      kind: 'here',
      id: 'a',
      user: 'root',
      pid: 1,
      goal: 'deploy',
    });
    // Its own run is told by its own events.
    expect(await liveRun(root.world, flake, root.state)).toBeNull();
    if (lock.ok) await lock.value.release();
    expect(await liveRun(ada.world, flake, ada.state)).toBeNull();
    expect(await outcome(take(ada, 'c'))).toBe('taken');
  });
});

test('another worktree of the repository is another flake, with a lock of its own', async () => {
  git('init');
  await writeFile(path.join(flake, 'flake.nix'), '{}');
  git('add', '.');
  git('commit', '-m', 'one');
  const other = path.join(folder, 'other');
  git('worktree', 'add', other);
  expect(await outcome(take(user('root', 1), 'a'))).toBe('taken');
  expect(await outcome(take(user('ada', 2), 'b', other))).toBe('taken');
  expect(await outcome(take(user('ada', 3), 'c', other))).toBe('ada deploy');
});

test('the lock of a process that has ended is replaced, and that is said', async () => {
  const dead = user('root', 1);
  await take(dead, 'a');
  const ada = user('ada', 2);
  const world = { ...ada.world, isProcessAlive: (pid: number) => pid === 2 };
  expect(await take({ ...ada, world }, 'b')).toMatchObject({
    ok: true,
    value: { replaced: { user: 'root', run: 'a' } },
  });
});
