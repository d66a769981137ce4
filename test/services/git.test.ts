import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGit } from '../../source/services/git.ts';
import { temporaryRepository } from './temporary-repository.ts';

test('a clean repository has the tree of its head', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.treeHash()).toEqual({
    ok: true,
    value: repository.git('rev-parse', 'HEAD^{tree}'),
  });
});

test('an edit moves the tree and leaves the index as it was', async () => {
  using repository = temporaryRepository();
  const index = join(repository.folder, '.git/index');
  repository.write('flake.lock', '{"a":2}\n');
  const before = statSync(index, { bigint: true }).mtimeNs;
  const tree = await repository.service.treeHash();
  expect(statSync(index, { bigint: true }).mtimeNs).toBe(before);
  expect(repository.git('diff', '--cached', '--name-only')).toBe('');
  repository.git('commit', '--quiet', '--all', '--message=edit');
  expect(tree).toEqual({ ok: true, value: repository.git('rev-parse', 'HEAD^{tree}') });
});

test('an untracked file is not in the tree, an intended one is with its content', async () => {
  using repository = temporaryRepository();
  const clean = repository.git('rev-parse', 'HEAD^{tree}');
  repository.write('new.nix', '1\n');
  expect(await repository.service.treeHash()).toEqual({ ok: true, value: clean });
  repository.git('add', '--intent-to-add', 'new.nix');
  const tree = await repository.service.treeHash();
  expect(tree.ok && repository.git('ls-tree', '--name-only', tree.value)).toContain('new.nix');
});

test('a deleted, a staged and a renamed file move the tree as the next commit would', async () => {
  using repository = temporaryRepository({ 'a.nix': '1', 'b.nix': '2', 'flake.nix': '{}' });
  repository.git('rm', '--quiet', '--cached', 'a.nix');
  repository.git('mv', 'b.nix', 'c.nix');
  const tree = await repository.service.treeHash();
  repository.git('commit', '--quiet', '--message=staged');
  expect(tree).toEqual({ ok: true, value: repository.git('rev-parse', 'HEAD^{tree}') });
});

test('a folder may have line breaks, quotes and pattern characters in its name', async () => {
  using repository = temporaryRepository({ 'a\n"b" *?\n/flake.nix': '{}' });
  const flake = 'a\n"b" *?\n';
  const service = repository.below(flake);
  expect(await service.place()).toMatchObject({
    ok: true,
    value: { root: repository.folder, prefix: `${flake}/` },
  });
  repository.write(`${flake}/flake.nix`, '{ }');
  expect(await service.observe()).toMatchObject({
    ok: true,
    value: { dirty: [`${flake}/flake.nix`] },
  });
});

test('a submodule that is checked out as recorded leaves the tree as it is', async () => {
  using inner = temporaryRepository();
  using repository = temporaryRepository();
  repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    inner.folder,
    'vendor',
  );
  repository.git('commit', '--quiet', '--message=submodule');
  expect(await repository.service.treeHash()).toEqual({
    ok: true,
    value: repository.git('rev-parse', 'HEAD^{tree}'),
  });
  repository.git('submodule', '--quiet', 'deinit', '--force', 'vendor');
  expect(await repository.service.treeHash()).toEqual({
    ok: true,
    value: repository.git('rev-parse', 'HEAD^{tree}'),
  });
});

test('a repository without commits has a tree and no head', async () => {
  using repository = temporaryRepository();
  repository.git('update-ref', '-d', 'HEAD');
  expect(await repository.service.observe()).toMatchObject({ ok: true, value: { head: null } });
});

test('files are told apart: changed, conflicted, invisible to Nix', async () => {
  using repository = temporaryRepository();
  repository.git('checkout', '--quiet', '-b', 'other');
  repository.write('flake.lock', '{"a":"other"}\n');
  repository.git('commit', '--quiet', '--all', '--message=other');
  repository.git('checkout', '--quiet', 'main');
  repository.write('flake.lock', '{"a":"main"}\n');
  repository.git('commit', '--quiet', '--all', '--message=main');
  expect(() => repository.git('merge', 'other')).toThrow();
  repository.write('flake.nix', '{ }\n');
  repository.write('hosts/a b.nix', '{ }\n');
  repository.write('notes.md', 'x');
  expect(await repository.service.observe()).toMatchObject({
    ok: true,
    value: {
      branch: 'main',
      operation: 'merge',
      dirty: ['flake.nix', 'flake.lock'],
      conflicted: ['flake.lock'],
      untrackedNix: ['hosts/a b.nix'],
      untrackedCount: 2,
      remote: null,
      remoteUrl: null,
    },
  });
  expect(await repository.service.conflictMarkers()).toEqual({ ok: true, value: ['flake.lock'] });
});

test('a folder outside of any repository is refused with the way out', async () => {
  using repository = temporaryRepository();
  const outside = createGit(repository.world, '/');
  expect(await outside.observe()).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', remedy: expect.stringContaining('git -C / init') },
  });
});

test('before the first commit HEAD has no file, and that is an answer', async () => {
  using repository = temporaryRepository();
  repository.git('switch', '-q', '--orphan', 'fresh');
  expect(await repository.service.show('HEAD', 'flake.lock')).toEqual({ ok: true, value: null });
});

test('the flake may lie in a folder of the repository', async () => {
  using repository = temporaryRepository({
    'nix/flake.nix': '{}',
    'nix/flake.lock': 'old',
    x: '1',
  });
  const git = repository.below('nix');
  expect(await git.pathOf('flake.lock')).toEqual({ ok: true, value: 'nix/flake.lock' });
  expect(await git.show('HEAD', 'flake.lock')).toEqual({ ok: true, value: 'old' });
  expect(await git.show('HEAD', 'nothing')).toEqual({ ok: true, value: null });
  repository.write('nix/flake.lock', 'new');
  expect(await git.restoreFile('HEAD', 'flake.lock')).toEqual({ ok: true, value: undefined });
  expect(repository.read('nix/flake.lock')).toBe('old');
  expect(await git.treeHash()).toEqual(await git.headTree());
});

test('restoring a file leaves what is staged', async () => {
  using repository = temporaryRepository();
  repository.write('flake.lock', 'staged');
  repository.git('add', 'flake.lock');
  repository.write('flake.lock', 'working');
  await repository.service.restoreFile('HEAD', 'flake.lock');
  expect(repository.read('flake.lock')).toBe('{"a":1}\n');
  expect(repository.git('show', ':flake.lock')).toBe('staged');
});

test('revisions are compared and counted', async () => {
  using repository = temporaryRepository();
  const first = repository.git('rev-parse', 'HEAD');
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  repository.git('commit', '--quiet', '--allow-empty', '--message=3');
  const { service } = repository;
  expect(await service.isAncestor(first, 'HEAD')).toEqual({ ok: true, value: true });
  expect(await service.isAncestor('HEAD', first)).toEqual({ ok: true, value: false });
  expect(await service.countCommits(first, 'HEAD')).toEqual({ ok: true, value: 2 });
  expect(await service.countCommits('deadbeef', 'HEAD')).toMatchObject({ ok: false });
  expect(await service.revisionExists('HEAD~1')).toBe(true);
  expect(await service.revisionExists('deadbeef')).toBe(false);
});

test.each([
  '--output=/tmp/x',
  '-x',
  '',
  'a..b',
  'HEAD:flake.nix',
  'a b',
])('the text %j is never taken for a revision', async (revision) => {
  using repository = temporaryRepository();
  expect(await repository.service.show(revision, 'flake.lock')).toMatchObject({
    ok: false,
    failure: { code: 'git-refused' },
  });
  expect(await repository.service.revisionExists(revision)).toBe(false);
});

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
    value: { revision: repository.git('rev-parse', 'HEAD'), tree },
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
    failure: { code: 'git-refused', detail: expect.stringContaining('a hook changed files') },
  });
});

test('a signature that cannot be made names the key', async () => {
  using repository = temporaryRepository();
  repository.git('config', 'commit.gpgSign', 'true');
  repository.git('config', 'gpg.program', 'false');
  repository.write('flake.lock', '2');
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', remedy: expect.stringContaining('unlock the signing key') },
  });
});

test('a push is proven at the remote', async () => {
  using repository = temporaryRepository();
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'allowed' },
  });
  expect(await repository.service.push({ remote: 'origin', branch: 'main' })).toEqual({
    ok: true,
    value: {
      remote: 'origin',
      ref: 'refs/heads/main',
      revision: repository.git('rev-parse', 'HEAD'),
    },
  });
  expect(repository.git('--git-dir', origin, 'rev-parse', 'main')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
});

test('a remote that moved on, one that is gone, and none are told apart', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.canPush()).toEqual({ ok: true, value: { kind: 'no-remote' } });
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  repository.git('push', '--quiet');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  repository.git('commit', '--quiet', '--allow-empty', '--message=other');
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'refused', refusal: { kind: 'behind' } },
  });
  repository.git('checkout', '--quiet', '-b', 'new');
  expect(await repository.service.canPush()).toEqual({
    ok: true,
    value: { kind: 'no-upstream', remote: 'origin', branch: 'new' },
  });
  repository.git('checkout', '--quiet', 'main');
  repository.git('remote', 'set-url', 'origin', `${origin}-gone`);
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'refused', refusal: { kind: 'no-repository' } },
  });
});

test('a hook of the server that refuses is told with its words', async () => {
  using repository = temporaryRepository();
  const origin = repository.addOrigin();
  addHook(origin, 'pre-receive', 'echo "main is protected"; exit 1');
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  expect(await repository.service.canPush()).toMatchObject({ value: { kind: 'allowed' } });
  expect(await repository.service.push({ remote: 'origin', branch: 'main' })).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      operation: 'push',
      remedy: expect.stringContaining('pull request'),
    },
  });
});

test('a branch name never becomes an option or a refspec', async () => {
  using repository = temporaryRepository();
  repository.addOrigin();
  for (const branch of ['--force', 'a:b', '+main', '', 'x y'])
    expect(await repository.service.push({ remote: 'origin', branch })).toMatchObject({
      ok: false,
    });
  expect(
    await repository.service.push({ remote: '--upload-pack=x', branch: 'main' }),
  ).toMatchObject({
    ok: false,
  });
});

test('a commit is taken back by a commit, and a conflict leaves all as it was', async () => {
  using repository = temporaryRepository();
  const start = repository.git('rev-parse', 'HEAD^{tree}');
  repository.write('flake.lock', '{"a":2}\n');
  repository.git('commit', '--quiet', '--all', '--message=2');
  const second = repository.git('rev-parse', 'HEAD');
  const reverted = await repository.service.revertCommit(second);
  expect(reverted).toMatchObject({ ok: true, value: { tree: start } });
  const again = await repository.service.revertCommit(second);
  expect(again).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('a saved reference keeps its commit', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.saveRef('runs/a1', 'HEAD')).toEqual({
    ok: true,
    value: undefined,
  });
  expect(repository.git('rev-parse', 'refs/nixup/runs/a1')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
  expect(await repository.service.saveRef('../x', 'HEAD')).toMatchObject({ ok: false });
});

test('a password in the address of the remote is not shown', async () => {
  using repository = temporaryRepository();
  repository.git('remote', 'add', 'origin', 'https://ada:hunter2@git.example.org/fleet.git');
  expect(await repository.service.observe()).toMatchObject({
    value: { remoteUrl: 'https://ada:***@git.example.org/fleet.git' },
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

test('a branch without an upstream is pushed to the only remote and remembers it', async () => {
  using repository = temporaryRepository();
  repository.addOrigin();
  repository.git('checkout', '--quiet', '-b', 'lock-update');
  expect(await repository.service.push({ branch: 'lock-update' })).toMatchObject({
    ok: true,
    value: { remote: 'origin', ref: 'refs/heads/lock-update' },
  });
  expect(repository.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe('origin/lock-update');
});
