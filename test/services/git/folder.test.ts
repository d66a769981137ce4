import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findEndlessFile } from '../../../source/services/git/folder.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

/** What git reads of a checkout, by which file is opened (strace of git 2.39: status, add, check-ignore). */
const read = [
  'flake.nix',
  'flake.lock',
  '.gitattributes',
  '.gitignore',
  '.gitmodules',
  '.git/HEAD',
  '.git/index',
  '.git/config',
  '.git/packed-refs',
  '.git/info/exclude',
  '.git/info/attributes',
  'included',
  'nested',
  'excludes',
  '../.gitconfig',
  '../.config/git/ignore',
];

test.each(read)('a pipe in the place of %s is found before git waits for it', async (name) => {
  using repository = temporaryRepository();
  const { world, folder, git, write } = repository;
  git('config', 'include.path', '../included');
  write('included', '[include]\n\tpath = nested\n[core]\n\texcludesFile = excludes\n');
  const look = () =>
    findEndlessFile({ files: world.files, environment: { HOME: dirname(folder) } }, folder);
  expect(await look()).toBeNull();
  const at = join(folder, name);
  rmSync(at, { force: true });
  mkdirSync(dirname(at), { recursive: true });
  execFileSync('mkfifo', [at]);
  expect(await look()).toMatchObject({ code: 'file-failed', path: at });
});

test('a flake.nix of gigabytes is refused before git and Nix read it', async () => {
  using repository = temporaryRepository();
  const { world, folder } = repository;
  truncateSync(join(folder, 'flake.nix'), 2 * 1024 ** 3);
  const environment = { HOME: dirname(folder) };
  expect(await findEndlessFile({ files: world.files, environment }, folder)).toMatchObject({
    path: join(folder, 'flake.nix'),
    detail: 'it has 2 GiB, and nixup reads at most 64 MiB of a file',
  });
});

/** Git reads these in every folder that it looks into, tracked or new, and waits for a pipe (git 2.39). */
test.each([
  'hosts/.gitignore',
  'hosts/.gitattributes',
  'new/deep/.gitignore',
  'new/.gitattributes',
])('a pipe in the place of %s is found before git waits for it', async (name) => {
  using repository = temporaryRepository({ 'hosts/alpha.nix': '{}\n' });
  const { world, folder, write } = repository;
  const environment = { HOME: dirname(folder) };
  write('new/deep/file', '');
  execFileSync('mkfifo', [join(folder, 'hosts/data')]);
  const look = () => findEndlessFile({ files: world.files, environment }, folder);
  expect(await look()).toBeNull();
  execFileSync('mkfifo', [join(folder, name)]);
  expect(await look()).toMatchObject({ code: 'file-failed', path: join(folder, name) });
});

test.each([
  ['/dev/zero', true],
  ['/dev/null', false],
])('a link to %s in the place of a file that git reads', async (target, isFound) => {
  using repository = temporaryRepository();
  const { world, folder } = repository;
  const at = join(folder, '.gitignore');
  symlinkSync(target, at);
  const environment = { HOME: dirname(folder) };
  const found = await findEndlessFile({ files: world.files, environment }, folder);
  expect(found === null).toBe(!isFound);
});

test('a flake below the root of its repository is looked at up to that root', async () => {
  using repository = temporaryRepository({ 'nix/flake.nix': '{}\n', 'nix/flake.lock': '{}\n' });
  const { world, folder } = repository;
  execFileSync('mkfifo', [join(folder, '.gitattributes')]);
  const environment = { HOME: dirname(folder) };
  expect(
    await findEndlessFile({ files: world.files, environment }, join(folder, 'nix')),
  ).toMatchObject({ path: join(folder, '.gitattributes') });
});
