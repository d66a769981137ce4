import { expect, test } from 'vitest';
import { createGit } from '../../../source/services/git/git.ts';
import { stillWorld } from '../../support/play.ts';

const open = () => {
  const world = stillWorld();
  return { world, git: createGit(world, world.workingFolder) };
};

const unwrap = <Value>(
  result: { ok: true; value: Value } | { ok: false; failure: unknown },
): Value => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};

test('the repository starts clean, on main, the same as its remote', async () => {
  const { git } = open();
  const seen = unwrap(await git.observe());
  expect(seen).toMatchObject({ branch: 'main', dirty: [], ahead: 0, upstream: 'origin/main' });
  expect(seen.tree).toBe(unwrap(await git.treeOf([])));
});

test('a changed file is dirty, is committed as the tested tree, and is pushed', async () => {
  const { world, git } = open();
  await world.files.write(`${world.workingFolder}/README.md`, 'changed\n');
  const seen = unwrap(await git.observe());
  expect(seen.dirty).toEqual(['README.md']);
  const commit = unwrap(
    await git.commit({ message: 'docs: change\n', paths: ['README.md'], tree: seen.tree }),
  );
  expect(commit.tree).toBe(seen.tree);
  expect(unwrap(await git.observe())).toMatchObject({
    head: commit.revision,
    dirty: [],
    ahead: 1,
  });
  const pushed = unwrap(await git.push({ remote: 'origin', branch: 'main' }));
  expect(pushed.revision).toBe(commit.revision);
  expect(unwrap(await git.observe()).ahead).toBe(0);
});

test('the lock of a commit is taken back by another one', async () => {
  const { world, git } = open();
  const before = unwrap(await git.observe()).tree;
  const lock = `${world.workingFolder}/flake.lock`;
  await world.files.write(lock, '{}\n');
  const { tree } = unwrap(await git.observe());
  const commit = unwrap(await git.commit({ message: 'x\n', paths: ['flake.lock'], tree }));
  const planned = unwrap(await git.planLockRevert(commit.revision));
  if (planned === null) throw new Error('nothing to take back');
  await world.files.write(lock, planned.text);
  const back = unwrap(await git.commit({ message: planned.message, paths: [planned.path] }));
  expect(back.tree).toBe(before);
  expect(unwrap(await git.observe()).dirty).toEqual([]);
  // Once is enough.
  expect(unwrap(await git.planLockRevert(commit.revision))).toBeNull();
});

test('the history has ancestors, counts and older locks', async () => {
  const { git } = open();
  expect(await git.isAncestor('HEAD~3', 'HEAD')).toEqual({ ok: true, value: true });
  expect(await git.isAncestor('HEAD', 'HEAD~3')).toEqual({ ok: true, value: false });
  expect(await git.countCommits('HEAD~3', 'HEAD')).toEqual({ ok: true, value: 3 });
  expect(unwrap(await git.show('HEAD~9', 'flake.lock'))).not.toBe(
    unwrap(await git.show('HEAD', 'flake.lock')),
  );
  expect(await git.show('HEAD', 'no-such-file')).toEqual({ ok: true, value: null });
});

test('a command that the demo does not know is refused in words', async () => {
  const { world } = open();
  const answer = await world.exec({ file: 'git', args: ['-C', world.workingFolder, 'bisect'] });
  expect(answer).toMatchObject({
    ok: false,
    failure: { code: 'command-failed', tail: [expect.stringContaining("does not know 'bisect'")] },
  });
  expect(await world.exec({ file: 'rsync', args: [] })).toMatchObject({
    failure: { code: 'program-missing', program: 'rsync' },
  });
});
