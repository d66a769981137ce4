import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGit } from '../../../source/services/git/git.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

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

test.each([
  ['flake/flake.lock', 'stay'],
  ['flake/nixup.toml', 'stay'],
  ['README.md', 'stay'],
  ['flake/docs/Notes.MD', 'stay'],
  ['other/flake.lock', 'move'],
  ['nixup.toml', 'move'],
  ['flake/hosts/a.nix', 'move'],
  ['flake/hosts.json', 'move'],
  ['md', 'move'],
])('with an edit of %s the sources of hosts %s, and a commit leaves them', async (path, moves) => {
  using repository = temporaryRepository({ 'flake/flake.nix': '{}', [path]: '1' });
  const flake = repository.below('flake');
  const sources = async (): Promise<string | null | undefined> => {
    const seen = await flake.observe();
    return seen.ok ? seen.value.sources : undefined;
  };
  const before = await sources();
  repository.write(path, '2');
  const edited = await sources();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(edited === before ? 'stay' : 'move').toBe(moves);
  repository.git('commit', '--quiet', '--all', '--message=edit');
  expect(await sources()).toBe(edited);
  expect(await flake.sourcesOf(repository.git('rev-parse', 'HEAD^{tree}'))).toBe(edited);
  expect(await flake.sourcesOf('0'.repeat(40))).toBeNull();
});

/** Each way in which a configuration may read a Markdown, and what does not read it. */
test.each([
  ['{ users.motd = builtins.readFile ./motd.md; }', 'hosts/motd.md', 'move'],
  ['{ users.motd = builtins.readFile ./MOTD.MD; }', 'hosts/MOTD.MD', 'move'],
  ['{ users.motd = builtins.readFile (./. + "/motd.md"); }', 'hosts/motd.md', 'move'],
  [`{ self, ... }: { a = "$\{self}/texts/motd.md"; }`, 'texts/motd.md', 'move'],
  [`{ name, ... }: { a = ./texts + "/$\{name}.md"; }`, 'hosts/texts/a.md', 'move'],
  ['{ a = builtins.readDir ../texts; }', 'texts/a.md', 'move'],
  ['{ a.source = ../texts/deep; }', 'texts/deep/er/a.md', 'move'],
  ['{ a.source = ./.; }', 'hosts/a.md', 'move'],
  ['{ users.motd = builtins.readFile ./motd.md; }', 'README.md', 'stay'],
  ['{ a.source = ../texts; }', 'docs/a.md', 'stay'],
  ['{ imports = [ ./a.nix ../b/c.nix ]; }', 'hosts/README.md', 'stay'],
  ['{ }', 'hosts/motd.md', 'stay'],
])('where a file says %s, an edit of %s makes the sources %s', async (nix, path, moves) => {
  using repository = temporaryRepository({ 'flake.nix': '{}', 'hosts/a.nix': nix, [path]: '1' });
  const sources = async (): Promise<string | null | undefined> => {
    const seen = await repository.service.observe();
    return seen.ok ? seen.value.sources : undefined;
  };
  const before = await sources();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  repository.write(path, '2');
  expect((await sources()) === before ? 'stay' : 'move').toBe(moves);
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
  repository.write('nix/flake.lock', 'old');
  expect(await git.treeHash()).toEqual({
    ok: true,
    value: repository.git('rev-parse', 'HEAD^{tree}'),
  });
});
