import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outermost, sweepHookTrees } from '../../../source/services/git/hook-tree.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

const addHook = ({ folder }: TemporaryRepository, text: string, name = 'pre-commit'): void => {
  const at = join(folder, '.git/hooks', name);
  mkdirSync(join(folder, '.git/hooks'), { recursive: true });
  writeFileSync(at, `#!/bin/sh\n${text}\n`);
  chmodSync(at, 0o755);
};

const commitOf = async (
  { service }: TemporaryRepository,
  paths: readonly string[] = ['flake.lock'],
  onLine: (line: string) => void = () => undefined,
) => {
  const tree = await service.treeHash();
  return await service.commit({
    message: 'Update',
    paths,
    tree: tree.ok ? tree.value : '',
    onLine,
  });
};

const inShell = (folder: string, command: string): void => {
  execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
};

test.each([
  // git ls-files --others --ignored --directory (2.39) of a folder whose own ignore file says `*`.
  [
    ['.husky/_/', '.husky/_/.gitignore', '.husky/_/pre-commit', 'node_modules/'],
    ['.husky/_/', 'node_modules/'],
  ],
  [['.venv/', '.venv/.gitignore', '.venv/lib/', '.venv/lib/x'], ['.venv/']],
  [
    ['result', 'a/result', 'a/result-1/'],
    ['result', 'a/result', 'a/result-1/'],
  ],
  [[], []],
])('of %j these are laid out: %j', (listed, expected) => {
  expect(outermost(listed)).toEqual(expected);
});

test('husky: a relative core.hooksPath in a folder that ignores itself', async () => {
  using repository = temporaryRepository({
    'flake.lock': '1',
    '.gitignore': 'node_modules\n',
    '.husky/pre-commit': 'test -x node_modules/.bin/tool && echo husky ran\n',
  });
  // As husky 9 makes them (typicode/husky, index.js).
  repository.write('.husky/_/.gitignore', '*');
  repository.write(
    '.husky/_/pre-commit',
    '#!/bin/sh\nexec sh -e "$(dirname "$(dirname "$0")")/pre-commit"\n',
  );
  chmodSync(join(repository.folder, '.husky/_/pre-commit'), 0o755);
  repository.write('node_modules/.bin/tool', '');
  chmodSync(join(repository.folder, 'node_modules/.bin/tool'), 0o755);
  repository.git('config', 'core.hooksPath', '.husky/_');
  repository.write('flake.lock', '2');
  const lines: string[] = [];
  expect(await commitOf(repository, undefined, (line) => lines.push(line))).toMatchObject({
    ok: true,
    value: { touched: [], notes: [] },
  });
  expect(lines).toEqual(['husky ran']);
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('lint-staged: after the command that is told, a formatted file is tested and committed', async () => {
  using repository = temporaryRepository({ 'flake.lock': '1', 'hosts/a b.nix': '{ }\n' });
  addHook(repository, "sed -i 's/  */ /g' 'hosts/a b.nix' && git add 'hosts/a b.nix'");
  repository.write('flake.lock', '2');
  repository.write('hosts/a b.nix', '{   b  = 1; }\n');
  const paths = ['flake.lock', 'hosts/a b.nix'];
  const refused = await commitOf(repository, paths);
  if (refused.ok || refused.failure.code !== 'git-refused') throw new Error('it is refused');
  const { remedy } = refused.failure;
  const command = /: (git -C .* restore .*?)\. Then test and commit again/.exec(remedy)?.[1] ?? '';
  inShell(repository.folder, command);
  expect(repository.read('hosts/a b.nix')).toBe('{ b = 1; }\n');
  expect(await commitOf(repository, paths)).toMatchObject({ ok: true, value: { notes: [] } });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('pre-commit: the command that is told takes what a hook formatted into the tree', async () => {
  using repository = temporaryRepository({ 'flake.lock': '1', 'hosts/a.nix': '{ }\n' });
  // It keeps changes that are not staged aside, and fails where a file was formatted.
  addHook(
    repository,
    "git stash -q --keep-index; sed -i 's/  */ /g' hosts/a.nix; git diff --quiet; rc=$?; git stash pop -q 2>/dev/null; exit $rc",
  );
  repository.write('flake.lock', '2');
  repository.write('hosts/a.nix', '{   b  = 1; }\n');
  const paths = ['flake.lock', 'hosts/a.nix'];
  const refused = await commitOf(repository, paths);
  if (refused.ok || refused.failure.code !== 'git-refused') throw new Error('it is refused');
  const command = /To take it into your tree: (cp .*)$/.exec(refused.failure.detail)?.[1] ?? '';
  inShell(repository.folder, command);
  expect(repository.read('hosts/a.nix')).toBe('{ b = 1; }\n');
  expect(await commitOf(repository, paths)).toMatchObject({ ok: true });
});

test('what a hook writes to ignored files stays there', async () => {
  using repository = temporaryRepository({ 'flake.lock': '1', '.gitignore': '.direnv\ncache\n' });
  repository.write('.direnv/seen', '');
  repository.write('cache', '');
  addHook(repository, 'echo 1 > .direnv/seen; echo 2 > cache');
  repository.write('flake.lock', '2');
  expect(await commitOf(repository)).toMatchObject({ ok: true, value: { touched: [] } });
  expect(repository.read('.direnv/seen') + repository.read('cache')).toBe('1\n2\n');
});

test('a folder that was replaced by a link is copied as the link', async () => {
  using repository = temporaryRepository({ 'flake.lock': '1', 'd/x.nix': '1', 'e/x.nix': '1' });
  rmSync(join(repository.folder, 'd'), { recursive: true });
  symlinkSync('e', join(repository.folder, 'd'));
  addHook(repository, 'test -L d');
  repository.write('flake.lock', '2');
  const before = repository.git('status', '--porcelain', 'd', 'e');
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: true,
    value: { touched: [] },
  });
  expect(repository.git('status', '--porcelain', 'd', 'e')).toBe(before);
});

test('the copy of a large tree is told', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2_001 }, (_, at) => [`f/${at % 9}/${at}`, '1'] as const),
  );
  using repository = temporaryRepository({ ...files, 'flake.lock': '1' });
  addHook(repository, 'exit 0');
  repository.write('flake.lock', '2');
  const lines: string[] = [];
  expect(await commitOf(repository, undefined, (line) => lines.push(line))).toMatchObject({
    ok: true,
  });
  expect(lines).toEqual([
    'Copying 2002 files for the hooks of git, which run in a copy of the tree.',
  ]);
});

test('a copy of a killed nixup stays while a hook works in it, and is removed after that', async () => {
  using repository = temporaryRepository();
  const { folder, world } = repository;
  const copy = join(folder, `.git/nixup-hook-tree.${world.hostName}.4194305.dead/fleet`);
  mkdirSync(copy, { recursive: true });
  const place = { root: folder, gitFolder: join(folder, '.git'), prefix: '' };
  const hook = spawn('cat', { cwd: copy, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(hook, 'spawn');
  await sweepHookTrees(world, place);
  expect(existsSync(copy)).toBe(true);
  hook.stdin.end();
  await once(hook, 'close');
  await sweepHookTrees(world, place);
  expect(existsSync(copy)).toBe(false);
});
