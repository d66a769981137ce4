import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../../source/model/command.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { failed, type Result } from '../../../source/model/result.ts';
import type { Commit, CommitRequest } from '../../../source/services/git/commit.ts';
import { createGit } from '../../../source/services/git/git.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

const begin = (): TemporaryRepository => {
  const repository = temporaryRepository({
    'flake.nix': '{}\n',
    'flake.lock': '{"a":1}\n',
    'notes.md': 'one\n',
  });
  repository.write('flake.lock', '{"a":2}\n');
  return repository;
};

const addHook = ({ folder }: TemporaryRepository, name: string, script: string): void => {
  const path = join(folder, '.git/hooks', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

const isCommit = ({ args }: Command): boolean => args.includes('commit');

/** What a person does, right before git's commit runs or right after it ended. */
interface Meanwhile {
  readonly before?: () => void;
  readonly after?: () => void;
}

/** Commits while somebody works in the same repository. */
const commitWith = (
  { world, folder }: TemporaryRepository,
  { before, after }: Meanwhile,
  more: Partial<CommitRequest> = {},
): Promise<Result<Commit, Failure>> => {
  const exec: typeof world.exec = async (command, options) => {
    if (!isCommit(command)) return await world.exec(command, options);
    before?.();
    const done = await world.exec(command, options);
    after?.();
    return done;
  };
  return createGit({ ...world, exec }, folder).commit({
    message: 'lock',
    paths: ['flake.lock'],
    ...more,
  });
};

const wordsOf = (done: Result<Commit, Failure>): string =>
  done.ok
    ? done.value.notes.join('. ')
    : done.failure.code === 'git-refused'
      ? `${done.failure.detail} -> ${done.failure.remedy}`
      : done.failure.code;

const leftIn = ({ folder }: TemporaryRepository): readonly string[] =>
  readdirSync(join(folder, '.git')).filter((name) => /^nixup-(?:kept|index)|\.lock$/.test(name));

describe('a commit that git refused is not told as made', () => {
  test.each([
    'log',
    'symbolic-ref',
    'refs/stash',
  ])('where git did not say in time where HEAD is: %s', async (word) => {
    using repository = begin();
    addHook(repository, 'pre-commit', 'exit 1');
    const { world, folder } = repository;
    let isAnswered = false;
    const exec: typeof world.exec = async (command, options) => {
      // The first question for the log, and every one for a name: others ask for that before.
      const isAsked = command.args.includes(word) && !(word === 'log' && isAnswered);
      if (!isAsked) return await world.exec(command, options);
      isAnswered = true;
      return failed({ code: 'command-timeout', command: 'git', afterMs: 60_000, tail: [] });
    };
    const head = repository.git('rev-parse', 'HEAD');
    const done = await createGit({ ...world, exec }, folder).commit({
      message: 'lock',
      paths: ['flake.lock'],
    });
    expect(isAnswered).toBe(true);
    expect(done).toMatchObject({ ok: false, failure: { code: 'command-timeout' } });
    expect(repository.git('rev-parse', 'HEAD')).toBe(head);
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });

  test('where the branch is broken', async () => {
    using repository = begin();
    repository.write('.git/refs/heads/main', 'broken\n');
    expect(await commitWith(repository, {})).toMatchObject({ ok: false });
    expect(repository.read('.git/refs/heads/main')).toBe('broken\n');
  });
});

/** From now on git dies of the signature. */
const dieNext = ({ git }: TemporaryRepository): void => {
  git('config', 'gpg.program', 'false');
  git('config', 'commit.gpgSign', 'true');
};

const theirCommit = ({ git, write }: TemporaryRepository): void => {
  write('notes.md', 'theirs\n');
  git('commit', '--quiet', '--no-verify', '--message=theirs', 'notes.md');
};

describe("somebody's commit stays", () => {
  test.each([
    ['where git dies, without hooks', undefined],
    ['where a hook refuses', 'exit 1'],
    ['where a hook refuses and writes files', 'echo x > flake.nix; exit 1'],
  ])('%s', async (_, script) => {
    using repository = begin();
    if (script !== undefined) addHook(repository, 'pre-commit', script);
    const before = () => {
      theirCommit(repository);
      if (script === undefined) dieNext(repository);
      repository.write('notes.md', 'staged\n');
      repository.git('add', 'notes.md');
    };
    const done = await commitWith(repository, { before });
    expect(done).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
    expect(wordsOf(done)).toMatch(/[Ss]omebody/);
    expect(wordsOf(done)).not.toMatch(/changed what is committed|taken back/);
    expect(repository.git('log', '-1', '--format=%s')).toBe('theirs');
    expect(repository.git('diff', '--cached', '--name-only')).toBe('notes.md');
    expect(repository.read('flake.lock')).toBe('{"a":2}\n');
    expect(leftIn(repository)).toEqual([]);
  });

  test('below a commit that was made on top of it, and both are named', async () => {
    using repository = begin();
    const done = await commitWith(repository, { before: () => theirCommit(repository) });
    expect(done).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
    const [theirs = ''] = [repository.git('rev-parse', 'HEAD^')];
    expect(wordsOf(done)).toContain(theirs.slice(0, 12));
    expect(wordsOf(done)).toContain(`reset --soft ${theirs.slice(0, 12)}`);
    expect(repository.git('log', '-2', '--format=%s').split('\n')).toEqual(['lock', 'theirs']);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('that commits the same files with other words: theirs is not taken for ours', async () => {
    using repository = begin();
    const before = () => void repository.git('commit', '--quiet', '--message=mine', 'flake.lock');
    const done = await commitWith(repository, { before });
    expect(done).toMatchObject({ ok: false });
    expect(wordsOf(done)).toMatch(/there is nothing to commit.*[Ss]omebody committed/);
    expect(repository.git('log', '-1', '--format=%s')).toBe('mine');
  });

  test('on top of the commit that was made, which is told', async () => {
    using repository = begin();
    const done = await commitWith(repository, { after: () => theirCommit(repository) });
    expect(done).toMatchObject({
      ok: true,
      value: { revision: repository.git('rev-parse', 'HEAD^') },
    });
    expect(wordsOf(done)).toBe(
      `On top of it somebody made ${repository.git('rev-parse', 'HEAD').slice(0, 12)}`,
    );
  });
});

test('a file that was saved while the commit was made is not told as the deed of a hook', async () => {
  using repository = begin();
  const head = repository.git('rev-parse', 'HEAD');
  const before = () => repository.write('flake.lock', '{"a":3}\n');
  const done = await commitWith(repository, { before });
  expect(done).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  expect(wordsOf(done)).toContain('flake.lock changed while the commit was made');
  expect(wordsOf(done)).not.toContain('hook');
  expect(repository.git('rev-parse', 'HEAD')).toBe(head);
  expect(repository.git('diff', '--cached', '--name-only')).toBe('');
  expect(repository.read('flake.lock')).toBe('{"a":3}\n');
});

describe('without hooks what somebody does to the repository meanwhile stays', () => {
  test('a switch to another branch, after a commit that was refused', async () => {
    using repository = begin();
    const done = await commitWith(repository, {
      before: () => dieNext(repository),
      after: () => void repository.git('switch', '--quiet', '--create', 'other'),
    });
    expect(done).toMatchObject({ ok: false });
    expect(wordsOf(done)).toContain('Somebody switched to other meanwhile');
    expect(wordsOf(done)).not.toContain('hook had');
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/other');
  });

  test('a switch to another branch, after a commit that was made', async () => {
    using repository = begin();
    const head = repository.git('rev-parse', 'HEAD');
    const done = await commitWith(repository, {
      after: () => void repository.git('switch', '--quiet', '--create', 'other', head),
    });
    expect(done).toMatchObject({
      ok: true,
      value: { revision: repository.git('rev-parse', 'main') },
    });
    expect(wordsOf(done)).toBe('Somebody switched to other meanwhile; the commit is on main');
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/other');
    expect(repository.git('rev-parse', 'HEAD')).toBe(head);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('a branch that was moved, and what was staged', async () => {
    using repository = begin();
    repository.git('commit', '--quiet', '--allow-empty', '--message=second');
    const done = await commitWith(repository, {
      before: () => dieNext(repository),
      after: () => {
        repository.git('reset', '--quiet', '--soft', 'HEAD^');
        repository.write('notes.md', 'staged\n');
        repository.git('add', 'notes.md');
      },
    });
    expect(wordsOf(done)).toContain('Somebody moved main to');
    expect(repository.git('log', '-1', '--format=%s')).toBe('start');
    expect(repository.git('diff', '--cached', '--name-only')).toBe('notes.md');
  });

  test('a popped entry of the stash is not told as one that was left', async () => {
    using repository = begin();
    for (const text of ['a', 'b']) {
      repository.write('notes.md', `${text}\n`);
      repository.git('stash', 'push', '--quiet', '--', 'notes.md');
    }
    const done = await commitWith(repository, {
      after: () => void repository.git('stash', 'pop', '--quiet'),
    });
    expect(done).toMatchObject({ ok: true, value: { notes: [] } });
    expect(repository.read('notes.md')).toBe('b\n');
  });

  test('a new entry of the stash is told, and not as the deed of a hook', async () => {
    using repository = begin();
    const done = await commitWith(repository, {
      after: () => {
        repository.write('notes.md', 'mine\n');
        repository.git('stash', 'push', '--quiet');
      },
    });
    expect(wordsOf(done)).toMatch(/^Somebody left an entry in the stash: git -C/);
  });
});

/** A hook in the middle of which a person does something in the tree that is theirs. */
const addPerson = (repository: TemporaryRepository, name: string, deed: string, then = ''): void =>
  addHook(
    repository,
    name,
    `(unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE; cd '${repository.folder}' && { ${deed}; })\n${then}`,
  );

describe('while a hook runs, what a person does stays', () => {
  test.each([
    ['a hook that refuses', 'exit 1'],
    ['a hook that rewrites files and refuses', 'echo hook > notes.md; echo x > new.nix; exit 1'],
    ['a hook that changes the commit', 'echo hook > new.nix; git add new.nix'],
    ['a hook that lets it pass', ''],
  ])('a file that an editor saves, a new one, and what is staged: %s', async (_, then) => {
    using repository = begin();
    const deed = 'echo mine > notes.md; echo fresh > mine.nix; git add mine.nix';
    addPerson(repository, 'pre-commit', deed, then);
    const done = await commitWith(repository, {});
    expect(done.ok).toBe(then === '');
    expect(repository.read('notes.md')).toBe('mine\n');
    expect(repository.read('mine.nix')).toBe('fresh\n');
    expect(() => repository.read('new.nix')).toThrow('ENOENT');
    expect(wordsOf(done)).not.toContain('mine.nix');
    expect(repository.git('diff', '--cached', '--name-only')).toBe('mine.nix');
    expect(repository.git('log', '-1', '--format=%s')).toBe(done.ok ? 'lock' : 'start');
    expect(leftIn(repository)).toEqual([]);
  });

  test.each([
    ['pre-commit', 'exit 1'],
    ['pre-commit', 'echo x > new.nix; git add new.nix'],
    ['pre-commit', ''],
    ['post-commit', ''],
  ])('a switch to another branch in the time of %s, then: %s', async (name, then) => {
    using repository = begin();
    addPerson(repository, name, 'git switch -q -c other; git branch -q stays', then);
    const head = repository.git('rev-parse', 'HEAD');
    const done = await commitWith(repository, {});
    expect(wordsOf(done)).toContain('Somebody switched to other meanwhile');
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/other');
    expect(repository.git('rev-parse', done.ok ? 'main^' : 'main')).toBe(head);
    // In the time of post-commit the branch is made from the commit, and holds it.
    if (name === 'pre-commit') expect(repository.git('rev-parse', 'other')).toBe(head);
    expect(repository.git('diff', '--cached', '--name-only')).toBe('');
  });

  test('a change of the lock itself, which is not what was committed', async () => {
    using repository = begin();
    addPerson(repository, 'pre-commit', `echo '{"a":3}' > flake.lock`);
    const done = await commitWith(repository, {});
    expect(done).toMatchObject({ ok: true });
    expect(repository.git('show', 'HEAD:flake.lock')).toBe('{"a":2}');
    expect(repository.read('flake.lock')).toBe('{"a":3}\n');
    expect(repository.git('status', '--porcelain')).toBe('M flake.lock');
    expect(repository.git('show', ':flake.lock')).toBe('{"a":2}');
  });

  test('another version of the lock that was staged, and the way on is said', async () => {
    using repository = begin();
    addPerson(repository, 'pre-commit', `echo '{"a":3}' > flake.lock; git add flake.lock`);
    const done = await commitWith(repository, {});
    expect(done).toMatchObject({ ok: true });
    expect(wordsOf(done)).toMatch(
      /Somebody staged flake.lock meanwhile; nixup did not change that.*reset/,
    );
    expect(repository.git('show', ':flake.lock')).toBe('{"a":3}');
  });
});

describe('hooks find in their copy what they find in the tree', () => {
  test.each([
    ['the branch', 'git symbolic-ref --short HEAD', 'main'],
    ['the top of the tree', 'git rev-parse --show-prefix', ''],
    ['a folder of the tree as one of the same repository', 'cd far && git ls-files', 'away.txt'],
    ['what git ignores', 'cat cache/one secret', 'cached\nhidden'],
    ['files that are not tracked', 'cat fresh.txt', 'fresh'],
    ['what lies beside the checkout', 'cat ../beside/file', 'beside'],
    ['what is staged', 'git diff --cached --name-only', 'flake.lock'],
    ['the other changes, unstaged', 'git status --short -uno', ' M far/away.txt\nM  flake.lock'],
    ['settings of the repository', 'git config fleet.name', 'home'],
    ['settings that it includes', 'git config fleet.included', 'yes'],
    ['git without a variable of its folder', 'echo "dir=$GIT_DIR"', 'dir='],
  ])('%s', async (_, script, said) => {
    using repository = temporaryRepository({
      'flake.nix': '{}\n',
      'flake.lock': '{"a":1}\n',
      'far/away.txt': 'a\n',
      '.gitignore': 'cache/\nsecret\n',
    });
    repository.write('flake.lock', '{"a":2}\n');
    repository.write('far/away.txt', 'changed\n');
    repository.write('cache/one', 'cached\n');
    repository.write('secret', 'hidden\n');
    repository.write('fresh.txt', 'fresh\n');
    repository.write('../beside/file', 'beside\n');
    repository.git('config', 'fleet.name', 'home');
    repository.git('config', 'include.path', 'more');
    repository.write('.git/more', '[fleet]\n\tincluded = yes\n');
    addHook(repository, 'pre-commit', `{ ${script}; } > '${repository.folder}/../said'`);
    expect(await commitWith(repository, {})).toMatchObject({ ok: true, value: { notes: [] } });
    expect(repository.read('../said').trimEnd()).toBe(said);
    expect(repository.git('status', '--porcelain')).toContain('M far/away.txt');
  });

  test('hooks of the tree itself, by a path from its root', async () => {
    using repository = begin();
    repository.git('config', 'core.hooksPath', 'hooks');
    repository.write('hooks/pre-commit', '#!/bin/sh\necho refused by ours\nexit 1\n');
    chmodSync(join(repository.folder, 'hooks/pre-commit'), 0o755);
    expect(wordsOf(await commitWith(repository, {}))).toContain('refused by ours');
  });

  test('in a linked worktree, whose branch and index are its own', async () => {
    using repository = begin();
    repository.git('worktree', 'add', '--quiet', '../linked', '-b', 'linked');
    const linked = join(repository.folder, '../linked');
    writeFileSync(join(linked, 'flake.lock'), '{"a":7}\n');
    addHook(
      repository,
      'pre-commit',
      'echo x > notes.md; git symbolic-ref HEAD > "$(dirname "$0")/../said"',
    );
    const done = await createGit(repository.world, linked).commit({
      message: 'lock',
      paths: ['flake.lock'],
    });
    expect(done).toMatchObject({ ok: true });
    expect(repository.read('.git/said').trim()).toBe('refs/heads/linked');
    expect(repository.git('-C', linked, 'status', '--porcelain')).toBe('');
    expect(repository.git('log', '-1', '--format=%s', 'linked')).toBe('lock');
    expect(repository.git('log', '-1', '--format=%s', 'main')).toBe('start');
  });
});

describe('the first commit of a repository', () => {
  const unborn = (): TemporaryRepository => {
    const repository = begin();
    repository.git('reset', '--quiet', '--hard');
    repository.git('switch', '--quiet', '--orphan', 'fresh');
    repository.write('flake.lock', '{"a":2}\n');
    repository.write('notes.md', 'mine\n');
    repository.write('secret', 'x\n');
    repository.write('.git/info/exclude', 'secret\n');
    repository.git('add', 'notes.md');
    return repository;
  };

  test('leaves index, files and branch as before where a hook refuses it', async () => {
    using repository = unborn();
    addHook(
      repository,
      'pre-commit',
      'echo x > notes.md; echo y > new; rm secret; git add --all; exit 1',
    );
    const index = repository.git('ls-files', '--stage');
    const done = await commitWith(repository, {});
    expect(done).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
    expect(wordsOf(done)).toMatch(/notes.md, new changed in the copy of the tree that it ran in/);
    expect(repository.read('secret')).toBe('x\n');
    expect(repository.git('ls-files', '--stage')).toBe(index);
    expect(repository.read('notes.md')).toBe('mine\n');
    expect(() => repository.read('new')).toThrow('ENOENT');
    expect(() => repository.git('rev-parse', '--verify', 'HEAD')).toThrow();
    expect(leftIn(repository)).toEqual([]);
  });

  test('is taken back where a hook made it into something else', async () => {
    using repository = unborn();
    addHook(repository, 'pre-commit', 'echo y > new; git add new');
    const done = await commitWith(repository, {});
    expect(wordsOf(done)).toMatch(
      /a hook \(pre-commit\) changed what is committed: new.*taken back/,
    );
    expect(() => repository.git('rev-parse', '--verify', 'HEAD')).toThrow();
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/fresh');
    expect(repository.git('ls-files')).toBe('notes.md');
  });

  test('is made, and somebody on another branch is not taken for it', async () => {
    using repository = unborn();
    const done = await commitWith(repository, {});
    expect(done).toMatchObject({
      ok: true,
      value: { revision: repository.git('rev-parse', 'fresh'), notes: [] },
    });
    expect(repository.git('show', '--name-only', '--format=%P', 'HEAD').trim()).toBe('flake.lock');
    expect(repository.git('status', '--porcelain')).toBe('A  notes.md');
  });

  test("is somebody else's where git refused ours meanwhile", async () => {
    using repository = unborn();
    addHook(repository, 'pre-commit', 'exit 1');
    const done = await commitWith(repository, {
      before: () => void repository.git('commit', '--quiet', '--no-verify', '--message=theirs'),
    });
    expect(done).toMatchObject({ ok: false });
    expect(wordsOf(done)).toMatch(/[Ss]omebody/);
    expect(repository.git('log', '-1', '--format=%s')).toBe('theirs');
  });
});
