import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommitRequest } from '../../../source/services/git/commit.ts';
import { createGit } from '../../../source/services/git/git.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

const addHook = ({ folder }: TemporaryRepository, name: string, script: string): void => {
  const path = join(folder, '.git/hooks', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

const begin = (files: Readonly<Record<string, string>> = {}): TemporaryRepository => {
  const repository = temporaryRepository({
    'flake.nix': '{}\n',
    'flake.lock': '{"a":1}\n',
    ...files,
  });
  repository.write('flake.lock', '{"a":2}\n');
  return repository;
};

const commit = (repository: TemporaryRepository, more: Partial<CommitRequest> = {}) =>
  repository.service.commit({ message: 'lock', paths: ['flake.lock'], ...more });

/** Commits, and cancels as soon as a hook says a line. */
const cancelAtFirstLine = (repository: TemporaryRepository) => {
  const controller = new AbortController();
  return commit(repository, { signal: controller.signal, onLine: () => controller.abort() });
};

const left = ({ folder }: TemporaryRepository): readonly string[] =>
  readdirSync(join(folder, '.git')).filter((name) => /^nixup-(?:kept|index)|\.lock$/.test(name));

test('a commit whose post-commit hook is canceled is made, and said to be', async () => {
  using repository = begin();
  addHook(repository, 'post-commit', 'echo begun; sleep 600');
  const before = repository.git('rev-parse', 'HEAD');
  expect(await cancelAtFirstLine(repository)).toMatchObject({
    ok: true,
    value: {
      revision: repository.git('rev-parse', 'HEAD'),
      notes: ['Canceled after that: what follows a commit (post-commit) was stopped'],
    },
  });
  expect(repository.git('rev-parse', 'HEAD^')).toBe(before);
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(left(repository)).toEqual([]);
});

test('a commit whose git is killed afterwards is made', async () => {
  using repository = begin();
  addHook(repository, 'post-commit', 'kill -KILL $PPID; sleep 600');
  expect(await commit(repository)).toMatchObject({
    ok: true,
    value: { notes: ['Git was ended by SIGKILL after that'] },
  });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('a commit whose git was stopped before it wrote the index is in the index too', async () => {
  using repository = begin({ 'notes.md': 'a\n' });
  repository.write('notes.md', 'staged\n');
  repository.git('add', 'notes.md');
  // `committed` comes after HEAD moved, and before the index is written (git-refs transactions, githooks(5)).
  addHook(
    repository,
    'reference-transaction',
    'grep -q HEAD || exit 0; test "$1" = committed && kill -KILL $PPID; true',
  );
  expect(await commit(repository)).toMatchObject({ ok: true });
  expect(repository.git('show', '--name-only', '--format=', 'HEAD')).toBe('flake.lock');
  expect(repository.git('status', '--porcelain')).toBe('M  notes.md');
  expect(left(repository)).toEqual([]);
});

test("git's exit ends the commit, although a hook left a process that holds its output", async () => {
  using repository = begin();
  addHook(repository, 'pre-commit', `sleep 600 & echo $! > '${repository.folder}/../pid'`);
  expect(await commit(repository)).toMatchObject({ ok: true, value: { notes: [] } });
  process.kill(Number(repository.read('../pid')));
});

test('a commit that is canceled before it was made is canceled, without the words of git', async () => {
  using repository = begin();
  addHook(repository, 'pre-commit', 'echo begun; echo x > flake.nix; sleep 600');
  const before = repository.git('rev-parse', 'HEAD');
  const done = await cancelAtFirstLine(repository);
  expect(done).toMatchObject({
    ok: false,
    failure: { code: 'canceled', what: expect.stringMatching(/^the commit/) },
  });
  expect(repository.git('rev-parse', 'HEAD')).toBe(before);
  expect(repository.read('flake.nix')).toBe('{}\n');
  expect(left(repository)).toEqual([]);
});

test('a hook that kills git is not told as a lack of memory, and leaves no index behind', async () => {
  using repository = begin();
  addHook(repository, 'pre-commit', 'kill -KILL $PPID');
  expect(await commit(repository)).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      detail: expect.stringMatching(/^git was ended by SIGKILL before the commit was made/),
    },
  });
  expect(repository.git('status', '--porcelain')).toBe(' M flake.lock'.trim());
  expect(left(repository)).toEqual([]);
});

const wordsOf = (done: Awaited<ReturnType<typeof commit>>): string =>
  done.ok
    ? done.value.notes.join('. ')
    : done.failure.code === 'git-refused'
      ? done.failure.detail
      : '';

test.each([
  ['git checkout -q -b other; exit 1', 'A hook switched to other, in its copy of the tree alone'],
  [
    'git checkout -q --detach; exit 1',
    'A hook switched to a detached HEAD, in its copy of the tree alone',
  ],
  [
    'git checkout -q -b other',
    'A hook switched to other, in its copy of the tree alone: the commit is on main',
  ],
  ['git reset -q --soft HEAD^; exit 1', 'A hook had moved main to'],
  ['git stash -q -u; exit 1', 'Somebody or a hook left an entry in the stash: git -C'],
  ['rm -f secret; exit 1', 'git or one of its hooks refused'],
  ['rm -f secret', ''],
  ['git clean -qfdx; exit 1', 'git or one of its hooks refused'],
  ['rm -rf .git/index cache; exit 1', 'git or one of its hooks refused'],
])('what a hook does to its copy of the tree is named, and the tree is as before: %s', async (script, said) => {
  using repository = begin({ '.gitignore': 'secret\ncache/\n', 'notes.md': 'a\n' });
  repository.git('commit', '--quiet', '--allow-empty', '--message=second');
  repository.write('secret', 'x\n');
  repository.write('cache/one', 'x\n');
  repository.write('notes.md', 'mine\n');
  addHook(repository, 'pre-commit', script);
  const before = repository.git('rev-parse', 'HEAD');
  const done = await commit(repository);
  expect(wordsOf(done)).toContain(said);
  expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  expect(repository.git('rev-parse', done.ok ? 'HEAD^' : 'HEAD')).toBe(before);
  expect(repository.read('notes.md')).toBe('mine\n');
  expect(repository.read('flake.lock')).toBe('{"a":2}\n');
  expect(repository.read('secret')).toBe('x\n');
  expect(repository.read('cache/one')).toBe('x\n');
});

test('a branch that was moved where nobody can tell by whom is left, and said', async () => {
  using repository = begin();
  addHook(
    repository,
    'pre-commit',
    'git checkout -q -b other && git branch -q -f main $(git commit-tree -m x HEAD^{tree}); exit 1',
  );
  expect(wordsOf(await commit(repository))).toMatch(
    /Somebody or a hook moved main to [0-9a-f]{12} meanwhile; nixup did not change that/,
  );
  expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
});

test('a dead index of another commit of some paths is removed, one of a living git is not', async () => {
  using repository = begin();
  const lockOf = (pid: number): string => join(repository.folder, `.git/next-index-${pid}.lock`);
  writeFileSync(lockOf(process.pid), '');
  writeFileSync(lockOf(2 ** 22 + 1), '');
  expect(await commit(repository)).toMatchObject({ ok: true });
  expect(existsSync(lockOf(process.pid))).toBe(true);
  expect(existsSync(lockOf(2 ** 22 + 1))).toBe(false);
  rmSync(lockOf(process.pid));
});

test('what a person saved before the hook began stays as it is', async () => {
  using repository = begin({ 'notes.md': 'a\n' });
  addHook(repository, 'pre-commit', 'exit 1');
  const { exec } = repository.world;
  let isWritten = false;
  const world: typeof repository.world = {
    ...repository.world,
    exec: async (command, options) => {
      // Between the copy of the tree and the hook.
      if (command.args.includes('--others') && !command.args.includes('--exclude-standard')) {
        isWritten = true;
        repository.write('notes.md', 'mine\n');
      }
      return await exec(command, options);
    },
  };
  const done = await createGit(world, repository.folder).commit({
    message: 'lock',
    paths: ['flake.lock'],
  });
  expect(done).toMatchObject({ ok: false });
  expect(isWritten).toBe(true);
  expect(repository.read('notes.md')).toBe('mine\n');
});

test.skipIf(process.getuid?.() !== 0)(
  'a commit of root in the git folder of a person says how the files are given back',
  async () => {
    using repository = begin();
    const folder = join(repository.folder, '.git');
    execFileSync('chown', ['-R', '1000:1000', repository.folder]);
    repository.write(
      '../.gitconfig',
      `${repository.read('../.gitconfig')}[safe]\n\tdirectory = *\n`,
    );
    const done = await commit(repository);
    const note = wordsOf(done);
    expect(note).toContain(`Files of root are in ${folder} now`);
    const command = note.split('To give them back: ')[1] ?? '';
    execFileSync('sh', ['-c', command]);
    expect(execFileSync('find', [folder, '-user', '0'], { encoding: 'utf8' })).toBe('');
    repository.git('config', 'core.sharedRepository', 'group');
    repository.write('flake.lock', '{"a":3}\n');
    expect(await commit(repository)).toMatchObject({ ok: true, value: { notes: [] } });
  },
);

test.skipIf(process.getuid?.() !== 0).each([
  ['the folder of a tree or a file', ({ folder }: TemporaryRepository) => folder],
  [
    'a linked worktree, whose objects lie in the common folder',
    ({ folder, git }: TemporaryRepository) => {
      git('worktree', 'add', '--quiet', '../linked', '-b', 'linked');
      writeFileSync(join(folder, '../linked/flake.lock'), '{"a":2}\n');
      return join(folder, '../linked');
    },
  ],
])('files of root are seen in %s', async (_, prepare) => {
  using repository = begin();
  const at = prepare(repository);
  repository.write('../.gitconfig', `${repository.read('../.gitconfig')}[safe]\n\tdirectory = *\n`);
  const gitFolder = join(repository.folder, '.git');
  const folderOfLock = (): string => {
    const words = ['hash-object', 'flake.lock'];
    const id = execFileSync('git', words, { cwd: at, encoding: 'utf8' });
    return join(gitFolder, 'objects', id.slice(0, 2));
  };
  // A lock whose object is the first in its folder; all other folders are the person's already.
  for (let number = 3; existsSync(folderOfLock()); number += 1)
    writeFileSync(join(at, 'flake.lock'), `{"a":${number}}\n`);
  const fresh = folderOfLock();
  for (let index = 0; index < 256; index += 1) {
    const folder = join(gitFolder, 'objects', index.toString(16).padStart(2, '0'));
    if (folder !== fresh) mkdirSync(folder, { recursive: true });
  }
  for (const name of ['COMMIT_EDITMSG', 'worktrees/linked/COMMIT_EDITMSG'])
    if (existsSync(join(gitFolder, name, '..'))) writeFileSync(join(gitFolder, name), '');
  execFileSync('chown', ['-R', '1000:1000', join(repository.folder, '..')]);
  const done = await createGit(repository.world, at).commit({
    message: 'lock',
    paths: ['flake.lock'],
  });
  const note = wordsOf(done);
  expect(note).toContain(`Files of root are in ${gitFolder} now`);
  execFileSync('sh', ['-c', note.split('To give them back: ')[1] ?? '']);
  expect(execFileSync('find', [gitFolder, '-user', '0'], { encoding: 'utf8' })).toBe('');
});
