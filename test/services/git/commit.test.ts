import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../../support/temporary-repository.ts';

test('a commit has exactly the named files and the tested tree', async () => {
  using repository = temporaryRepository();
  const { service } = repository;
  repository.write('flake.lock', '{"a":2}\n');
  const tested = await service.treeHash();
  const tree = tested.ok ? tested.value : '';
  const commit = await service.commit({
    message: 'Update\n\n# kept\n',
    paths: ['flake.lock'],
    tree,
  });
  expect(commit).toEqual({
    ok: true,
    value: { revision: repository.git('rev-parse', 'HEAD'), tree, touched: [], notes: [] },
  });
  expect(repository.git('log', '-1', '--format=%B')).toBe('Update\n\n# kept');
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('what is staged besides stays staged', async () => {
  using repository = temporaryRepository({ 'flake.lock': '1', 'other.nix': '1' });
  repository.write('flake.lock', '2');
  repository.write('other.nix', '2');
  repository.git('add', 'other.nix');
  expect(await repository.service.commit({ message: 'lock', paths: ['flake.lock'] })).toMatchObject(
    { ok: true },
  );
  expect(repository.git('show', '--name-only', '--format=')).toBe('flake.lock');
  expect(repository.git('diff', '--cached', '--name-only')).toBe('other.nix');
});

test('a commit that would leave out a tested change is refused before it is made', async () => {
  using repository = temporaryRepository();
  const head = repository.git('rev-parse', 'HEAD');
  repository.write('flake.lock', '{"a":2}\n');
  repository.write('flake.nix', '{ changed = 1; }\n');
  const tested = await repository.service.treeHash();
  expect(
    await repository.service.commit({
      message: 'x',
      paths: ['flake.lock'],
      tree: tested.ok ? tested.value : '',
    }),
  ).toMatchObject({ ok: false, failure: { code: 'git-refused', operation: 'commit' } });
  expect(repository.git('rev-parse', 'HEAD')).toBe(head);
});

test('a new lock file and a name that looks like a pattern are committed', async () => {
  using repository = temporaryRepository({ 'flake.nix': '{}', 'a.nix': '1' });
  repository.write('flake.lock', 'new');
  repository.write('*.nix', 'star');
  repository.write('a.nix', '2');
  expect(
    await repository.service.commit({ message: 'new', paths: ['flake.lock', '*.nix'] }),
  ).toMatchObject({ ok: true });
  expect(repository.git('status', '--porcelain')).toBe('M a.nix');
});

test('nothing to commit is said so', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', detail: 'there is nothing to commit' },
  });
});

test('without an identity the remedy is the two settings', async () => {
  using repository = temporaryRepository();
  writeFileSync(join(repository.folder, '../.gitconfig'), '[user]\n\tuseConfigOnly = true\n');
  repository.write('flake.lock', '2');
  expect(await repository.service.identity()).toMatchObject({ ok: false });
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      remedy: expect.stringContaining('git config --global user.name'),
    },
  });
});

const addHook = (folder: string, name: string, script: string): void => {
  const path = join(folder, 'hooks', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

test("a refusing hook's own words are told", async () => {
  using repository = temporaryRepository();
  repository.git('config', 'core.hooksPath', '.git/hooks');
  addHook(
    join(repository.folder, '.git'),
    'pre-commit',
    'echo "nixfmt: flake.nix not formatted" >&2; exit 1',
  );
  repository.write('flake.lock', '2');
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      detail: expect.stringContaining('nixfmt: flake.nix not formatted'),
    },
  });
});

test('a hook that changes what is committed is found out', async () => {
  using repository = temporaryRepository();
  addHook(join(repository.folder, '.git'), 'pre-commit', 'echo 3 > flake.lock; git add flake.lock');
  repository.write('flake.lock', '2');
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      detail: expect.stringContaining('a hook (pre-commit) changed what is committed: flake.lock'),
    },
  });
});

test('a signature that cannot be made names the key', async () => {
  using repository = temporaryRepository();
  repository.git('config', 'commit.gpgSign', 'true');
  repository.git('config', 'gpg.program', 'false');
  repository.write('flake.lock', '2');
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', remedy: 'echo | gpg --clearsign > /dev/null' },
  });
});

test('a staged rename and a deletion are committed under both names', async () => {
  using repository = temporaryRepository({ 'a.nix': '1', 'b.nix': '2', 'flake.nix': '{}' });
  repository.git('mv', 'a.nix', 'c.nix');
  repository.git('rm', '--quiet', 'b.nix');
  const seen = await repository.service.observe();
  if (!seen.ok) throw new Error('the repository is readable');
  expect([...seen.value.dirty].sort()).toEqual(['a.nix', 'b.nix', 'c.nix']);
  expect(
    await repository.service.commit({
      message: 'move',
      paths: seen.value.dirty,
      tree: seen.value.tree,
    }),
  ).toMatchObject({ ok: true, value: { tree: seen.value.tree } });
  expect(repository.git('status', '--porcelain')).toBe('');
});
