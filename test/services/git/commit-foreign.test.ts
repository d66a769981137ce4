import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGit } from '../../../source/services/git/git.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

/** Every file below a folder but git's own: mode and bytes. */
const filesBelow = (folder: string, prefix = ''): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
      const path = join(prefix, entry.name);
      if (entry.name === '.git') return [];
      if (entry.isDirectory()) return Object.entries(filesBelow(folder, path));
      const at = join(folder, path);
      const { mode } = lstatSync(at);
      const bytes = entry.isSymbolicLink() ? Buffer.from(readlinkSync(at)) : readFileSync(at);
      return [[path, `${mode.toString(8)} ${bytes.toString('hex')}`]];
    }),
  );

/** The index with all of its flags, but for one path, and every file. */
const pictureOf = (repository: TemporaryRepository, without?: string) => ({
  index: repository
    .git('ls-files', '--stage', '-v', '-z')
    .split('\0')
    .filter((line) => !line.endsWith(`\t${without}`)),
  intended: repository
    .git('diff', '--cached', '--ita-visible-in-index', '--no-renames', '--raw', '-z', 'HEAD')
    .split('\0')
    // `:MODES IDS STATUS`, then the path.
    .flatMap((line, index, all) => (line.startsWith(':') ? [`${line} ${all[index + 1]}`] : []))
    .filter((line) => !line.endsWith(` ${without}`)),
  files: filesBelow(repository.folder),
});

const bare = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const run = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
      env,
      stdio: 'pipe',
    });
  };
  run('init', '--quiet', '--initial-branch=main');
  run('commit', '--quiet', '--allow-empty', '--message=one');
};

const files = {
  'flake.nix': '{ a = 1; }\n',
  'flake.lock': '{"a":1}\n',
  'notes.md': 'one\ntwo\nthree\n',
  'old.nix': 'a rather long text that a rename is found by\n',
  'gone.nix': 'x\n',
  'run.sh': 'true\n',
  'far/away.txt': 'y\n',
  'windows.txt': 'a\n',
  'secret.bin': 'plain\n',
};

/** Foreign changes, by what makes them. */
const foreign: readonly (readonly [string, (repository: TemporaryRepository) => void])[] = [
  [
    'a staged file',
    ({ write, git }) => {
      write('notes.md', 'foreign\n');
      git('add', 'notes.md');
    },
  ],
  ['an unstaged edit', ({ write }) => write('notes.md', 'foreign\n')],
  [
    'a half-staged flake.nix',
    ({ write, git }) => {
      write('flake.nix', '{ a = 2; }\n');
      git('add', 'flake.nix');
      write('flake.nix', '{ a = 3; }\n');
    },
  ],
  [
    'a half-staged flake.lock',
    ({ write, git }) => {
      write('flake.lock', '{"a":0}\n');
      git('add', 'flake.lock');
    },
  ],
  ['a file outside of the flake', ({ write }) => write('far/away.txt', 'foreign\n')],
  [
    'a new staged file',
    ({ write, git }) => {
      write('new.nix', 'n\n');
      git('add', 'new.nix');
    },
  ],
  [
    'a new staged file that is gone again',
    ({ write, git, folder }) => {
      write('new.nix', 'n\n');
      git('add', 'new.nix');
      execFileSync('rm', [join(folder, 'new.nix')]);
    },
  ],
  [
    'a file that is to be added (add -N)',
    ({ write, git }) => {
      write('later.nix', 'n\n');
      git('add', '--intent-to-add', 'later.nix');
    },
  ],
  ['a staged rename', ({ git }) => git('mv', 'old.nix', 'renamed.nix')],
  ['a staged deletion', ({ git }) => git('rm', '--quiet', 'gone.nix')],
  ['a deleted file', ({ folder }) => void execFileSync('rm', [join(folder, 'gone.nix')])],
  [
    'a staged deletion whose file is there',
    ({ git }) => git('rm', '--quiet', '--cached', 'gone.nix'),
  ],
  ['a changed mode', ({ folder }) => chmodSync(join(folder, 'run.sh'), 0o755)],
  [
    'a file that became a link',
    ({ folder }) => {
      execFileSync('rm', [join(folder, 'run.sh')]);
      symlinkSync('flake.nix', join(folder, 'run.sh'));
    },
  ],
  [
    'a folder that became a link to a file',
    ({ folder, git }) => {
      execFileSync('rm', ['-r', join(folder, 'far')]);
      symlinkSync('notes.md', join(folder, 'far'));
      git('add', '--all');
    },
  ],
  [
    'a folder that became a link to a folder with a file of that name',
    ({ folder, git, write }) => {
      write('near/away.txt', 'z\n');
      git('add', '--all');
      git('commit', '--quiet', '--message=near');
      execFileSync('rm', ['-r', join(folder, 'far')]);
      symlinkSync('near', join(folder, 'far'));
      git('add', '--all');
    },
  ],
  [
    'a link that became a folder',
    ({ folder, git, write }) => {
      symlinkSync('notes.md', join(folder, 'link'));
      git('add', '--all');
      git('commit', '--quiet', '--message=link');
      execFileSync('rm', [join(folder, 'link')]);
      write('link/in.txt', 'x\n');
      git('add', '--all');
    },
  ],
  [
    'a file that became a folder',
    ({ folder, git, write }) => {
      execFileSync('rm', [join(folder, 'gone.nix')]);
      write('gone.nix/default.nix', 'x\n');
      git('add', '--all');
    },
  ],
  [
    'a submodule that became a folder',
    ({ git, folder, write }) => {
      bare(join(folder, '../module'));
      git('-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', '../module', 'sub');
      git('commit', '--quiet', '--message=submodule');
      git('rm', '--quiet', '--cached', 'sub');
      execFileSync('rm', ['-r', join(folder, 'sub')]);
      write('sub/file', 'x\n');
      git('add', '--all');
    },
  ],
  [
    'a file that became a repository',
    ({ folder, git }) => {
      execFileSync('rm', [join(folder, 'gone.nix')]);
      bare(join(folder, 'gone.nix'));
      git('add', 'gone.nix');
    },
  ],
  [
    'odd names',
    ({ write, git }) => {
      for (const name of [' a b ', '-x', ':(top)', '*.nix', 'ä\n', '"q"', 'a\tb'])
        write(name, 'odd\n');
      git('add', '--all', '--', '.');
    },
  ],
  [
    'assume-unchanged',
    ({ write, git }) => {
      git('update-index', '--assume-unchanged', 'notes.md');
      write('notes.md', 'hidden\n');
    },
  ],
  [
    'skip-worktree',
    ({ write, git }) => {
      git('update-index', '--skip-worktree', 'notes.md');
      write('notes.md', 'hidden\n');
    },
  ],
  ['a sparse checkout', ({ git }) => git('sparse-checkout', 'set', '--no-cone', '/*', '!/far/')],
  [
    'line endings by attributes',
    ({ write, git }) => {
      write('.gitattributes', 'windows.txt text eol=crlf\n');
      git('add', '.gitattributes');
      git('commit', '--quiet', '--message=attributes');
      write('windows.txt', 'a\r\nb\n');
    },
  ],
  [
    'a filter as of git-crypt',
    ({ write, git }) => {
      git('config', 'filter.swap.clean', 'tr a-z A-Z');
      git('config', 'filter.swap.smudge', 'tr A-Z a-z');
      write('.gitattributes', 'secret.bin filter=swap\n');
      git('add', '.gitattributes', 'secret.bin');
      git('commit', '--quiet', '--message=filter');
      write('secret.bin', 'Mixed\n');
    },
  ],
  [
    'a moved submodule',
    ({ git, folder }) => {
      bare(join(folder, '../module'));
      git('-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', '../module', 'sub');
      git('commit', '--quiet', '--message=submodule');
      const inside = join(folder, 'sub');
      execFileSync(
        'git',
        ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '-m2'],
        { cwd: inside },
      );
    },
  ],
  ['an untracked file', ({ write }) => write('untracked.txt', 'u\n')],
];

const identityOfSubmodule = ({ git }: TemporaryRepository): void => {
  git('config', 'protocol.file.allow', 'always');
};

test.each(foreign)('%s stays as it was beside a commit of the lock', async (_, change) => {
  using repository = temporaryRepository(files);
  identityOfSubmodule(repository);
  change(repository);
  repository.write('flake.lock', '{"a":2}\n');
  const before = pictureOf(repository, 'flake.lock');
  const head = repository.git('rev-parse', 'HEAD');
  const done = await repository.service.commit({ message: 'lock', paths: ['flake.lock'] });
  expect(done).toMatchObject({ ok: true });
  expect(repository.git('diff-tree', '-r', '--name-only', head, 'HEAD')).toBe('flake.lock');
  expect(pictureOf(repository, 'flake.lock')).toEqual(before);
  expect(repository.git('show', ':flake.lock')).toBe('{"a":2}');
});

test.each(
  foreign.filter(([what]) => /became|rename|deletion|odd|submodule/.test(what)),
)('%s is committed where it is named, and left where not, as it was tested', async (what, change) => {
  using repository = temporaryRepository(files);
  identityOfSubmodule(repository);
  change(repository);
  repository.write('flake.lock', '{"a":2}\n');
  const seen = await repository.service.observe();
  if (!seen.ok) throw new Error(seen.failure.code);
  const { dirty, tree } = seen.value;
  const alone = await repository.service.commit({
    message: 'lock',
    paths: ['flake.lock'],
    left: dirty.filter((path) => path !== 'flake.lock'),
    tree,
  });
  expect(alone).toMatchObject({ ok: true });
  // Git itself commits that as staged only, never by its name.
  if (what === 'a staged deletion whose file is there') return;
  const rest = dirty.filter((path) => path !== 'flake.lock');
  expect(await repository.service.commit({ message: 'rest', paths: rest, tree })).toMatchObject({
    ok: true,
    value: { tree },
  });
});

test('edits in a submodule that Nix reads are named, as no commit of the repository holds them', async () => {
  using repository = temporaryRepository(files);
  const { git, folder, world, write } = repository;
  identityOfSubmodule(repository);
  bare(join(folder, '../module'));
  git('-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', '../module', 'sub');
  write('sub/a.nix', '{}\n');
  git('-C', 'sub', 'add', 'a.nix');
  git('-C', 'sub', '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '-mtwo');
  git('add', 'sub');
  git('commit', '--quiet', '--message=submodule');
  write('sub/a.nix', '{ x = 1; }\n');
  write('flake.lock', '{"a":2}\n');
  const service = createGit(world, folder, undefined, true);
  const tested = await service.treeHash();
  if (!tested.ok) throw new Error(tested.failure.code);
  const request = { message: 'lock', paths: ['flake.lock'], tree: tested.value };
  expect(await service.commit(request)).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      detail:
        'a commit of these files would not contain what was tested: sub is a submodule that has edits, and no commit of this repository holds those',
      remedy: `commit or restore them there (git -C ${join(folder, 'sub')} status), then test again`,
    },
  });
  git('-C', 'sub', 'checkout', '--quiet', '.');
  const again = await service.treeHash();
  expect(await service.commit({ ...request, tree: again.ok ? again.value : '' })).toMatchObject({
    ok: true,
  });
});

const addHook = (folder: string, name: string, script: string): void => {
  const path = join(folder, '.git/hooks', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

/** Ways in which a commit is refused after git began with it. */
const refusals: readonly (readonly [string, (repository: TemporaryRepository) => void])[] = [
  ['a hook that refuses', ({ folder }) => addHook(folder, 'pre-commit', 'exit 1')],
  [
    'a hook that rewrites, adds, deletes, stages and refuses',
    ({ folder }) =>
      addHook(
        folder,
        'pre-commit',
        'echo hook > flake.nix; echo hook > flake.lock; echo hook > fresh.txt; rm -f run.sh gone.nix; git add --all; unset GIT_INDEX_FILE; git add --all; exit 1',
      ),
  ],
  [
    'a hook that writes the index behind git',
    ({ folder }) =>
      addHook(folder, 'pre-commit', 'rm -f .git/index; echo broken > .git/index; exit 1'),
  ],
  ['a hook that refuses the message', ({ folder }) => addHook(folder, 'commit-msg', 'exit 1')],
  [
    'a hook that writes the message and refuses',
    ({ folder }) =>
      addHook(folder, 'prepare-commit-msg', 'echo x > "$1"; echo y > notes.md; exit 1'),
  ],
  [
    'a hook that adds to the commit',
    ({ folder }) => addHook(folder, 'pre-commit', 'echo hook > fresh.txt; git add fresh.txt'),
  ],
  [
    'a hook that changes the lock and lets it pass',
    ({ folder }) => addHook(folder, 'pre-commit', 'echo hook > flake.lock; git add flake.lock'),
  ],
  [
    'a signature that cannot be made',
    ({ git }) => {
      git('config', 'commit.gpgSign', 'true');
      git('config', 'gpg.program', 'false');
    },
  ],
  ["git's own lock", ({ folder }) => writeFileSync(join(folder, '.git/index.lock'), '')],
];

const nothingElse = foreign.find(([what]) => what === 'a half-staged flake.nix') ?? foreign[0];
const worst = refusals.find(([what]) => what.includes('rewrites')) ?? refusals[0];

/** Each refusal with one foreign change, and each foreign change with the worst hook. */
const pairs = [
  ...refusals.map((refusal) => [refusal, nothingElse] as const),
  ...foreign.map((change) => [worst, change] as const),
].flatMap(([refusal, change]) =>
  refusal === undefined || change === undefined
    ? []
    : [[refusal[0], change[0], refusal[1], change[1]] as const],
);

test.each(
  pairs,
)('after %s, with %s, index and files are as before', async (_, __, prepare, change) => {
  using repository = temporaryRepository(files);
  identityOfSubmodule(repository);
  change(repository);
  repository.write('flake.lock', '{"a":2}\n');
  const before = pictureOf(repository);
  const index = readFileSync(join(repository.folder, '.git/index'));
  const head = repository.git('rev-parse', 'HEAD');
  prepare(repository);
  const done = await repository.service.commit({ message: 'lock', paths: ['flake.lock'] });
  expect(done).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  expect(repository.git('rev-parse', 'HEAD')).toBe(head);
  expect(readFileSync(join(repository.folder, '.git/index')).equals(index)).toBe(true);
  expect(pictureOf(repository)).toEqual(before);
  const kept = readdirSync(join(repository.folder, '.git')).filter((name) =>
    /^nixup-(?:kept|index)/.test(name),
  );
  expect(kept).toEqual([]);
});

test('a hook is named with the files that it changed, and its version is kept', async () => {
  using repository = temporaryRepository(files);
  addHook(repository.folder, 'pre-commit', 'echo formatted > flake.nix; echo new > cache; exit 1');
  repository.write('flake.lock', '{"a":2}\n');
  const done = await repository.service.commit({ message: 'lock', paths: ['flake.lock'] });
  if (done.ok || done.failure.code !== 'git-refused') throw new Error('it is refused');
  const { detail } = done.failure;
  expect(detail).toMatch(
    /While the hook \(pre-commit\) ran, (?:cache, flake.nix|flake.nix, cache) changed/,
  );
  const keptIn = /its version is kept for 30 days in (\S+?)\. To take/.exec(detail)?.[1] ?? '';
  expect(readFileSync(join(keptIn, 'flake.nix'), 'utf8')).toBe('formatted\n');
  expect(readFileSync(join(keptIn, 'cache'), 'utf8')).toBe('new\n');
});

test('a hook that changes files beside the commit and lets it pass is told', async () => {
  using repository = temporaryRepository(files);
  addHook(repository.folder, 'pre-commit', 'echo formatted > flake.nix');
  repository.write('flake.lock', '{"a":2}\n');
  expect(await repository.service.commit({ message: 'lock', paths: ['flake.lock'] })).toMatchObject(
    { ok: true, value: { touched: ['flake.nix'] } },
  );
});

test("every line of a hook's output is handed on", async () => {
  using repository = temporaryRepository(files);
  addHook(repository.folder, 'pre-commit', 'for i in $(seq 500); do echo "line $i"; done; exit 1');
  repository.write('flake.lock', '{"a":2}\n');
  const lines: string[] = [];
  await repository.service.commit({
    message: 'lock',
    paths: ['flake.lock'],
    onLine: (line) => lines.push(line),
  });
  expect(lines).toHaveLength(500);
  expect(lines[0]).toBe('line 1');
});

test('a hook sees patterns as patterns, and only the lock as staged', async () => {
  using repository = temporaryRepository(files);
  addHook(
    repository.folder,
    'pre-commit',
    `git diff --cached --name-only -- '*.lock' '*.md' > '${join(repository.folder, '../seen')}'`,
  );
  repository.write('notes.md', 'foreign\n');
  repository.git('add', 'notes.md');
  repository.write('flake.lock', '{"a":2}\n');
  expect(await repository.service.commit({ message: 'lock', paths: ['flake.lock'] })).toMatchObject(
    { ok: true },
  );
  expect(repository.read('../seen')).toBe('flake.lock\n');
});
