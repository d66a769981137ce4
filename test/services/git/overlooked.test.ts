import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAgainCommand } from '../../../source/model/commit/git.ts';
import { failed } from '../../../source/model/result.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const flake = { 'flake.nix': '{}\n', 'flake.lock': '{"a":1}\n', 'hosts/nas.nix': '1\n' };

test.each([
  [['assume-unchanged']],
  [['skip-worktree']],
  [['assume-unchanged', 'skip-worktree']],
] as const)('a change that %j hides from git is part of the tree that Nix sees, and named', async (ways) => {
  using repository = temporaryRepository(flake);
  for (const way of ways) repository.git('update-index', `--${way}`, 'hosts/nas.nix');
  const untouched = await repository.service.observe();
  expect(untouched).toMatchObject({
    value: { dirty: [], overlooked: [], tree: repository.git('rev-parse', 'HEAD^{tree}') },
  });
  repository.write('hosts/nas.nix', 'hidden\n');
  expect(repository.git('status', '--porcelain')).toBe('');
  const before = repository.git('ls-files', '-v');
  const seen = await repository.service.observe();
  if (!seen.ok) throw new Error('git did not answer');
  const { dirty, overlooked = [], tree, root } = seen.value;
  expect({ dirty, overlooked }).toEqual({
    dirty: ['hosts/nas.nix'],
    overlooked: [{ path: 'hosts/nas.nix', ways }],
  });
  expect(repository.git('show', `${tree}:hosts/nas.nix`)).toBe('hidden');
  expect(repository.git('ls-files', '-v')).toBe(before);
  // The remedy works as it is printed.
  for (const command of lookAgainCommand(root, overlooked).split(' && '))
    repository.git(...command.split(' ').slice(1));
  expect(repository.git('status', '--porcelain')).toBe('M hosts/nas.nix');
});

test('a file that a sparse checkout left out is not deleted', async () => {
  using repository = temporaryRepository(flake);
  repository.git('sparse-checkout', 'set', '--no-cone', '/flake.*');
  expect(await repository.service.observe()).toMatchObject({
    value: { dirty: [], tree: repository.git('rev-parse', 'HEAD^{tree}') },
  });
});

test('a commit of what was tested is refused while another file is hidden from git', async () => {
  using repository = temporaryRepository(flake);
  repository.git('update-index', '--skip-worktree', 'hosts/nas.nix');
  repository.write('hosts/nas.nix', 'hidden\n');
  repository.write('flake.lock', '{"a":2}\n');
  const seen = await repository.service.observe();
  const tree = seen.ok ? seen.value.tree : '';
  expect(
    await repository.service.commit({ message: 'lock', paths: ['flake.lock'], tree }),
  ).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  expect(
    await repository.service.commit({
      message: 'lock',
      paths: ['flake.lock'],
      left: ['hosts/nas.nix'],
      tree,
    }),
  ).toMatchObject({ ok: true });
});

test.each([
  'index.lock',
  'HEAD.lock',
  'refs/heads/main.lock',
])('%s that a dead git left is an obstacle before anything is done, and named', async (lock) => {
  using repository = temporaryRepository(flake);
  repository.write('flake.lock', '{"a":2}\n');
  const file = join(repository.folder, '.git', lock);
  writeFileSync(file, '');
  const named = { code: 'git-refused', detail: expect.stringContaining(`/.git/${lock}`) };
  expect(await repository.service.commitObstacle()).toMatchObject(named);
  expect(await repository.service.commit({ message: 'lock', paths: ['flake.lock'] })).toMatchObject(
    { ok: false, failure: named },
  );
  rmSync(file);
  expect(await repository.service.commitObstacle()).toBeNull();
});

test('the lock of a branch with a folder in its name, in a linked worktree, is found', async () => {
  using repository = temporaryRepository(flake);
  const linked = join(repository.folder, '../linked');
  repository.git('worktree', 'add', '--quiet', '-b', 'update/nas', linked);
  const lock = join(repository.folder, '.git/refs/heads/update/nas.lock');
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  expect(await repository.below('../linked').commitObstacle()).toMatchObject({
    detail: expect.stringContaining('refs/heads/update/nas.lock'),
  });
});

test('a lock that appears while the commit is made is named, not cut off', async () => {
  using repository = temporaryRepository(flake);
  repository.write('flake.lock', '{"a":2}\n');
  const hook = join(repository.folder, '.git/hooks/pre-commit');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\n: > .git/HEAD.lock\n', { mode: 0o755 });
  expect(await repository.service.commit({ message: 'lock', paths: ['flake.lock'] })).toMatchObject(
    { failure: { detail: expect.stringContaining('/.git/HEAD.lock') } },
  );
});

test.each([
  ['which files it overlooks', '-v'],
  ['what differs from HEAD', 'diff-tree'],
])('where git does not say %s, that is no answer that there is nothing', async (_, word) => {
  using repository = temporaryRepository(flake);
  repository.git('update-index', '--skip-worktree', 'hosts/nas.nix');
  repository.write('hosts/nas.nix', 'hidden\n');
  const { world, folder } = repository;
  const exec: typeof world.exec = async (command, options) =>
    command.args.includes(word)
      ? failed({ code: 'command-failed', command: 'git', exitCode: 128, tail: ['fatal: no'] })
      : await world.exec(command, options);
  expect(await createGit({ ...world, exec }, folder).observe()).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', detail: 'no' },
  });
});
