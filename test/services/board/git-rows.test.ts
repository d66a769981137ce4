import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { UnseenFile } from '../../../source/model/nix/unseen-file.ts';
import { failed, success } from '../../../source/model/result.ts';
import {
  judgeAuthor,
  judgeBranch,
  judgeConflicts,
  judgeDirty,
  judgePush,
  judgeUntracked,
  judgeUpstream,
} from '../../../source/services/board/git-rows.ts';
import type { RepositoryState } from '../../../source/services/git/observe.ts';
import { told } from '../../support/told.ts';

const repository = (over: Partial<RepositoryState> = {}): RepositoryState => ({
  root: '/fleet',
  prefix: '',
  branch: 'main',
  head: '139fd17e2449753034f4f1ff84c79d289bc925f5',
  upstream: 'origin/main',
  ahead: 0,
  behind: 0,
  dirty: [],
  dirtyFiles: [],
  conflicted: [],
  untrackedNix: [],
  branchesHere: [],
  isShallow: false,
  tree: '0',
  sources: null,
  operation: null,
  remote: 'origin',
  remoteRef: 'refs/heads/main',
  remoteUrl: null,
  ...over,
});

const http: Failure = {
  code: 'http-failed',
  url: 'http://p620:9090',
  detail: 'the connection was refused',
};

test.each<[string, Partial<RepositoryState>, string, string | undefined]>([
  ['a branch', {}, 'green: main at 139fd17', undefined],
  [
    'a detached head',
    { branch: null, branchesHere: ['work'] },
    'red: HEAD is detached at 139fd17: a commit would belong to no branch',
    'git -C /fleet switch work',
  ],
  [
    'a detached head where no branch is',
    { branch: null },
    'red: HEAD is detached at 139fd17: a commit would belong to no branch',
    'git -C /fleet switch --create from-139fd17',
  ],
  [
    'patches that are being applied',
    { operation: 'am' },
    'red: git am was begun and not ended',
    'git -C /fleet am --continue',
  ],
  [
    'a rebase that was not ended',
    { operation: 'rebase' },
    'red: a rebase was begun and not ended',
    'git -C /fleet rebase --continue',
  ],
  [
    'a cherry-pick with conflicts',
    { operation: 'cherry-pick', conflicted: ['a.nix', 'b.nix'] },
    'red: a cherry-pick was begun and not ended',
    'git -C /fleet add -- a.nix b.nix && git -C /fleet cherry-pick --continue',
  ],
  [
    'a branch without commits',
    { head: null },
    'red: main has no commit yet',
    'git -C /fleet commit --message Start',
  ],
])('%s is judged', (_, over, evidence, command) => {
  expect(told(judgeBranch(repository(over)))).toEqual([evidence, command]);
});

test('changed files are named, and a dirty tree is red', () => {
  const row = judgeDirty(
    repository({
      dirty: ['b.nix', 'a.nix'],
      dirtyFiles: [{ path: 'b.nix', state: 'renamed', from: 'a.nix' }],
    }),
  );
  expect(told(row)).toEqual(['red: 1 tracked file changed: b.nix', 'git -C /fleet diff HEAD']);
  expect(row.detail).toEqual(['renamed  a.nix → b.nix']);
  expect(judgeDirty(repository()).state).toBe('green');
});

test('a lock that differs alone, or with its holds, is the update under way: to look at, not red', () => {
  const changed = (...paths: readonly string[]): RepositoryState =>
    repository({
      prefix: 'hosts/',
      dirty: paths,
      dirtyFiles: paths.map((path) => ({ path, state: 'modified', from: null })),
    });
  expect(told(judgeDirty(changed('hosts/flake.lock')))).toEqual([
    'warning: only flake.lock differs from HEAD: an update that is not committed yet',
    'nixup diff',
  ]);
  expect(told(judgeDirty(changed('hosts/flake.lock', 'hosts/nixup.toml')))).toEqual([
    'warning: only flake.lock and nixup.toml differ from HEAD: an update with its holds that is not committed yet',
    'nixup diff',
  ]);
  expect(told(judgeDirty(changed('hosts/nixup.toml')))).toEqual([
    'warning: only nixup.toml differs from HEAD: its holds and settings are not committed yet',
    'nixup diff',
  ]);
  expect(
    judgeDirty({
      ...changed('hosts/flake.lock', 'hosts/nixup.toml'),
      overlooked: [{ path: 'hosts/nixup.toml', ways: ['skip-worktree'] }],
    }).state,
  ).toBe('red');
  expect(judgeDirty(changed('flake.lock')).state).toBe('red');
  expect(judgeDirty(changed('hosts/flake.lock', 'hosts/flake.nix')).state).toBe('red');
});

test('conflict markers are red, and a lock with them is taken from HEAD', () => {
  expect(told(judgeConflicts(repository(), success([])))).toEqual(['green: none', undefined]);
  expect(
    told(judgeConflicts(repository({ conflicted: ['flake.lock'] }), success(['flake.lock']))),
  ).toEqual([
    'red: 1 file with conflicts: flake.lock',
    'git -C /fleet checkout HEAD -- flake.lock',
  ]);
  expect(told(judgeConflicts(repository(), success(['a b.nix'])))).toEqual([
    'red: 1 file with conflicts: a b.nix',
    "git -C /fleet add -- 'a b.nix'",
  ]);
});

test('Nix files that git does not track are invisible, and told', () => {
  expect(told(judgeUntracked(repository({ untrackedNix: ['new.nix'] })))).toEqual([
    'red: 1 Nix file not tracked by git: new.nix',
    'git -C /fleet add --intent-to-add -- new.nix',
  ]);
  expect(judgeUntracked(repository()).state).toBe('green');
});

/** Each reason has its own words and command; the file is not said to be tracked. */
test.each<[string, UnseenFile, string, string]>([
  [
    'ignored',
    {
      kind: 'ignored',
      repository: '/fleet',
      file: 'secrets.nix',
      rule: { file: '.gitignore', line: 2, pattern: 'secrets*' },
    },
    'red: secrets.nix is there, but git ignores it (.gitignore:2: secrets*): Nix sees only what git tracks',
    'git -C /fleet add --force --intent-to-add -- secrets.nix',
  ],
  [
    'in a submodule',
    { kind: 'submodule', repository: '/fleet', file: 'lib/a.nix', submodule: 'lib', inside: null },
    'red: lib/a.nix is there, but it is in the submodule lib, and Nix reads submodules only where it is told to',
    "nixup --flake '.?submodules=1'",
  ],
])('a file that the flake names and that is %s is no tracked file', (_title, unseen, what, command) => {
  const judged = judgeUntracked(repository(), [unseen]);
  const [words, advice] = told(judged);
  expect(words).toBe(what);
  expect(advice ?? '').toBe(command);
});

test.each<[Partial<RepositoryState>, string, string | undefined]>([
  [{}, 'green: same as origin/main, as of the last fetch', undefined],
  [{ ahead: 2 }, 'red: 2 commits not on origin/main', 'git -C /fleet push'],
  [
    { behind: 1 },
    'red: 1 commit of origin/main not here, as of the last fetch',
    'git -C /fleet pull --rebase --autostash',
  ],
  [
    { ahead: 1, behind: 3 },
    'red: main and origin/main have diverged: 1 here, 3 there',
    'git -C /fleet pull --rebase --autostash',
  ],
  [
    { upstream: null },
    'not-set-up: main has no upstream branch',
    'git -C /fleet push --set-upstream origin main',
  ],
  [{ upstream: null, remote: null }, 'not-set-up: no remote branch to compare with', undefined],
])('unpushed commits %j are judged', (over, evidence, command) => {
  expect(told(judgeUpstream(repository(over)))).toEqual([evidence, command]);
});

test('push rights are green, not set up, or red with the reason', () => {
  const seen = repository();
  expect(
    judgePush(seen, success({ kind: 'allowed', remote: 'origin', branch: 'main' })),
  ).toMatchObject({ state: 'green', evidence: 'origin would take main' });
  expect(judgePush(seen, success({ kind: 'no-remote' })).state).toBe('not-set-up');
  const failure: Failure = {
    code: 'git-refused',
    operation: 'push',
    detail: 'the login at origin was refused',
    remedy: 'git push --dry-run origin',
  };
  const row = judgePush(
    seen,
    success({ kind: 'refused', isAsked: false, refusal: { kind: 'login', detail: 'x' }, failure }),
  );
  expect(row.state).toBe('red');
  expect(row.evidence).toContain('the login at origin was refused');
  expect(row.remedy?.text).toContain('git push --dry-run origin');
});

test('an author that git does not know is red', () => {
  expect(judgeAuthor(success('Ada <ada@example.org>')).state).toBe('green');
  expect(judgeAuthor(failed(http))).toMatchObject({
    state: 'red',
    remedy: { command: expect.stringContaining('git config --global user.name') },
  });
});
