import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  makeCommitPlan,
  pushOwed,
  runCommit,
  runPush,
} from '../../../source/engine/commit/commit.ts';
import { commitGate, commitWays, pushGate } from '../../../source/engine/commit/gate.ts';
import { owePush, readOwedPushes } from '../../../source/engine/commit/owed-push.ts';
import { pushAtEnd, withPushes } from '../../../source/engine/commit/run-pushes.ts';
import { describeFilesBack } from '../../../source/engine/deploy/files-back.ts';
import { rollbackGoal } from '../../../source/engine/deploy/rollback.ts';
import { prepareFilesBack, takeBackFiles } from '../../../source/engine/deploy/take-back-files.ts';
import { observeGit, observeLock } from '../../../source/engine/lock/observe.ts';
import { openRecords } from '../../../source/engine/records/records.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import type { RunWish } from '../../../source/engine/run/options.ts';
import type { Command } from '../../../source/model/command.ts';
import { owedWords } from '../../../source/model/commit/owed-push.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { type Result, success } from '../../../source/model/result.ts';
import type { PushRefusal } from '../../../source/parsers/git/push.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { endOperation } from '../../../source/services/git/obstacles.ts';
import type { World } from '../../../source/services/world/world.ts';
import { lockOf, type RealRepository, realRepository } from '../../support/real-repository.ts';

const hookIn = (folder: string, name: string, script: string): void => {
  const path = join(folder, '.git/hooks', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

const wish: RunWish = {
  inputs: 'all',
  exclude: [],
  hosts: ['p620', 'razer'],
  deploy: true,
  commit: true,
  push: false,
  approve: async (plan) => ({ ok: true, value: plan }),
};

const gateOf = async (
  real: RealRepository,
  over: Partial<RunWish> = {},
): Promise<string | null> => {
  await observeGit(real.context);
  const refused = await commitGate(real.context, { ...wish, ...over });
  return refused === null ? null : explainInLine(refused);
};

const conflict = ({ git, write }: RealRepository['repository']): void => {
  git('checkout', '--quiet', '-b', 'other');
  write('flake.nix', 'other\n');
  git('commit', '--quiet', '--all', '--message=other');
  git('checkout', '--quiet', 'main');
  write('flake.nix', 'mine\n');
  git('commit', '--quiet', '--all', '--message=mine');
};

const unanswered = async (): Promise<Result<never, Failure>> => ({
  ok: false,
  failure: { code: 'command-timeout', command: 'git', afterMs: 60_000, tail: [] },
});

const refusing = (work: () => unknown): void => {
  try {
    work();
  } catch {
    // Git ends with 1 where a conflict is left: that is what is wanted here.
  }
};

/** What would refuse the commit of a run: how it comes about, what is said, and the command that helps. */
const obstacles: readonly (readonly [
  string,
  (repository: RealRepository['repository']) => void,
  RegExp,
  string | null,
])[] = [
  [
    'a detached HEAD',
    ({ git }) => git('checkout', '--quiet', '--detach'),
    /HEAD is detached/,
    'switch main',
  ],
  [
    'a merge that is not ended',
    (repository) => {
      conflict(repository);
      repository.git('merge', '--quiet', '--no-commit', '--strategy=ours', 'other');
    },
    /a merge was begun and not ended/,
    'merge --continue',
  ],
  [
    'a rebase',
    (repository) => {
      conflict(repository);
      refusing(() => repository.git('rebase', 'other'));
    },
    /a rebase was begun and not ended/,
    null,
  ],
  [
    'git am',
    (repository) => {
      conflict(repository);
      repository.git('format-patch', '--quiet', '-1', 'other', '-o', '..');
      refusing(() => repository.git('am', '../0001-other.patch'));
    },
    /git am was begun and not ended/,
    null,
  ],
  [
    'a cherry-pick',
    (repository) => {
      conflict(repository);
      refusing(() => repository.git('cherry-pick', 'other'));
    },
    /a cherry-pick was begun and not ended/,
    null,
  ],
  [
    'a revert',
    (repository) => {
      conflict(repository);
      repository.write('flake.nix', 'third\n');
      repository.git('commit', '--quiet', '--all', '--message=third');
      refusing(() => repository.git('revert', '--no-edit', 'HEAD~1'));
    },
    /a revert was begun and not ended/,
    null,
  ],
  [
    'a bisect',
    ({ git }) => git('bisect', 'start'),
    /a bisect was begun and not ended/,
    'bisect reset',
  ],
  [
    'no identity',
    ({ folder }) =>
      writeFileSync(join(folder, '../.gitconfig'), '[user]\n\tuseConfigOnly = true\n\tname = A\n'),
    /git does not know whose commit it is/,
    null,
  ],
  [
    "git's own lock",
    ({ folder }) => writeFileSync(join(folder, '.git/index.lock'), ''),
    /one that died left its lock: \S+index\.lock/,
    null,
  ],
  [
    'another changed file',
    ({ write }) => write('flake.nix', '{ a = 1; }\n'),
    /other tracked files changed: flake\.nix.*--with flake\.nix commits them too, --leave-rest/s,
    null,
  ],
];

test.each(obstacles)('%s is known before a run does anything', async (_, prepare, said, remedy) => {
  using real = await realRepository();
  expect(await gateOf(real)).toBeNull();
  prepare(real.repository);
  const told = await gateOf(real);
  expect(told).toMatch(said);
  expect(told).toContain('Nothing was changed.');
  if (remedy === null) return;
  // The command that is named is one that works.
  const command = `git -C ${real.repository.folder} ${remedy}`;
  expect(told).toContain(command);
  real.repository.git('-c', 'core.editor=true', ...remedy.split(' '));
  expect(await gateOf(real)).toBeNull();
});

test.each([
  ['merge', ['merge', 'other']],
  ['rebase', ['rebase', 'other']],
  ['cherry-pick', ['cherry-pick', 'other']],
  ['revert', ['revert', '--no-edit', 'HEAD~1']],
] as const)('a %s with conflicts is told with its files, and with a command that works', async (operation, words) => {
  using real = await realRepository();
  const { repository } = real;
  conflict(repository);
  if (operation === 'revert') {
    repository.write('flake.nix', 'third\n');
    repository.git('commit', '--quiet', '--all', '--message=third');
  }
  refusing(() => repository.git(...words));
  const told = await gateOf(real);
  const git = `git -C ${repository.folder}`;
  const add = 'add -- flake.nix';
  expect(told).toContain(
    `esolve the conflicts in flake.nix, or drop it: ${git} ${operation} --abort. Once they are resolved: ${git} ${add} && ${git} ${operation} --continue`,
  );
  repository.write('flake.nix', 'resolved\n');
  repository.git(...add.split(' '));
  repository.git('-c', 'core.editor=true', operation, '--continue');
  expect(await gateOf(real)).toBeNull();
});

test('of many files with conflicts three are named in the sentence', () => {
  const conflicted = ['a', 'b', 'c', 'd', 'e'];
  expect(endOperation({ root: '/fleet', conflicted }, 'merge').text).toBe(
    'resolve the conflicts in a, b, c and 2 more, or drop it: git -C /fleet merge --abort. Once they are resolved',
  );
});

test.each(
  obstacles.filter(([what]) => /HEAD|merge|rebase|git am|pick|revert|bisect/.test(what)),
)('%s is named by the plan of a commit before anything else is asked', async (_, prepare, said) => {
  using real = await realRepository({
    'flake.nix': '{}\n',
    'flake.lock': lockOf('a'),
    'notes.md': '1\n',
  });
  prepare(real.repository);
  for (const file of ['flake.lock', 'notes.md']) real.repository.write(file, lockOf('b'));
  const plan = await makeCommitPlan(real.context);
  expect(plan.isBlocked).toBe(true);
  expect(plan.obstacle).toMatch(said);
  const pushed = await runPush(real.context, real.session());
  if (real.context.state().git?.branch === null) expect(pushed).toMatchObject({ ok: false });
  if (/rebase/.test(plan.obstacle ?? ''))
    expect(pushed.ok ? '' : explainInLine(pushed.failure)).toMatch(said);
});

test('a commit that is to be pushed is refused before, where its checkout is behind', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  await observeGit(context);
  expect(await pushGate(context, commitWays)).toBeNull();
  repository.git('commit', '--quiet', '--allow-empty', '--message=theirs');
  repository.git('push', '--quiet');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const refusal = await pushGate(context, commitWays);
  expect(refusal === null ? '' : explainInLine(refusal)).toMatch(
    /main is 1 commit behind origin\/main.*pull --rebase --autostash/s,
  );
  repository.git('pull', '--quiet', '--rebase', '--autostash');
  await observeGit(context);
  expect(await pushGate(context, commitWays)).toBeNull();
});

test('what changed after the test is named, and not said to be tested', async () => {
  using real = await realRepository({
    'flake.nix': '{}\n',
    'flake.lock': lockOf('a'),
    'notes.md': '1\n',
  });
  real.repository.write('flake.lock', lockOf('b'));
  await real.test();
  real.repository.write('notes.md', '2\n');
  expect((await makeCommitPlan(real.context)).obstacle).toMatch(
    /^this tree was not tested: notes\.md changed after the last test\. Test it first: nixup test$/,
  );
});

test('an unborn branch and a key that cannot sign are known before', async () => {
  using real = await realRepository();
  real.repository.git('config', 'commit.gpgSign', 'true');
  real.repository.git('config', 'gpg.program', 'false');
  expect(await gateOf(real)).toMatch(/the key cannot sign without asking.*gpg --clearsign/s);
  real.repository.git('config', 'commit.gpgSign', 'false');
  real.repository.git('switch', '--quiet', '--orphan', 'fresh');
  writeFileSync(join(real.repository.folder, 'flake.nix'), '{}\n');
  expect(await gateOf(real)).toMatch(/fresh has no commit yet/);
});

test('a run of some hosts only can never commit, and says so before', async () => {
  using real = await realRepository();
  expect(await gateOf(real, { hosts: ['p620'] })).toMatch(
    /this run leaves out razer.*nixup run p620 --no-commit/s,
  );
  expect(await gateOf(real, { hosts: ['p620'], commit: false })).toBeNull();
});

test('a checkout behind its remote is known before, and its remedy works', async () => {
  using real = await realRepository();
  const { repository } = real;
  repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=theirs');
  repository.git('push', '--quiet');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  expect(await gateOf(real)).toMatch(/main is 1 commit behind origin\/main.*pull --rebase/s);
  repository.git('pull', '--quiet', '--rebase');
  expect(await gateOf(real)).toBeNull();
});

test('a remote that moved on is asked before a run that pushes', async () => {
  using real = await realRepository();
  const { repository } = real;
  const origin = repository.addOrigin();
  const other = join(repository.folder, '../other');
  repository.git('clone', '--quiet', origin, other);
  execFileSync(
    'git',
    ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m2'],
    { cwd: other },
  );
  execFileSync('git', ['push', '-q'], { cwd: other, stdio: 'pipe' });
  repository.git('commit', '--quiet', '--allow-empty', '--message=mine');
  expect(await gateOf(real, { push: true })).toMatch(
    /the push at the end would fail.*has commits that are not here/s,
  );
});

test.each<[string, (repository: RealRepository['repository']) => void, RegExp]>([
  [
    'a branch whose name is an option',
    ({ git }) => {
      git('update-ref', 'refs/heads/-x', 'HEAD');
      git('symbolic-ref', 'HEAD', 'refs/heads/-x');
    },
    /does not push the branch "-x".*git branch --move/,
  ],
  [
    'a remote of git that is not there',
    ({ git }) => git('config', 'remote.pushDefault', 'nowhere'),
    /to be pushed to "nowhere" by a setting/,
  ],
  [
    'a remote of the branch that is not there',
    ({ git }) => git('config', 'branch.main.pushRemote', 'no_push'),
    /to be pushed to "no_push" by a setting/,
  ],
  [
    'an upstream that is a local branch',
    ({ git }) => {
      git('branch', 'other');
      git('branch', '--quiet', '--set-upstream-to=other');
    },
    /to be pushed to this very repository by a setting/,
  ],
])('%s is known before a commit that is to be pushed', async (_, change, said) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  change(repository);
  await observeGit(context);
  const refused = await pushGate(context, commitWays);
  expect(refused === null ? '' : explainInLine(refused)).toMatch(said);
});

test('foreign files are asked for, named on purpose, or left', async () => {
  using real = await realRepository({
    'flake.nix': '{}\n',
    'flake.lock': lockOf('a'),
    'notes.md': '1\n',
  });
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.write('notes.md', 'foreign\n');
  repository.git('add', 'notes.md');
  await real.test();
  const unasked = await makeCommitPlan(context);
  expect(unasked).toMatchObject({
    paths: ['flake.lock'],
    others: { kind: 'unasked', paths: ['notes.md'] },
    obstacle: null,
  });
  const refused = await runCommit(context, real.session(), unasked);
  expect(refused).toMatchObject({
    ok: false,
    failure: { code: 'gate-closed', remedy: expect.stringContaining('--with notes.md') },
  });
  const left = await makeCommitPlan(context, { also: [], rest: 'left' });
  const done = await runCommit(context, real.session(), left);
  expect(done).toMatchObject({ ok: true, value: { note: ' Left uncommitted: notes.md.' } });
  expect(repository.git('show', '--name-only', '--format=')).toBe('flake.lock');
  expect(repository.git('diff', '--cached', '--name-only')).toBe('notes.md');
  expect(context.state().stages.commit).toMatchObject({
    evidence: expect.stringContaining('left uncommitted: notes.md'),
  });
});

test('all that was tested is committed when it is named', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.write('flake.nix', '{ a = 1; }\n');
  await real.test();
  const plan = await makeCommitPlan(context, { also: ['flake.nix'], rest: 'unasked' });
  expect(await runCommit(context, real.session(), plan)).toMatchObject({ ok: true });
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(context.state().stages.commit).toMatchObject({
    evidence: expect.stringContaining('holds exactly the tested tree'),
  });
});

test.each([
  ['one\n\ntw\0o\n', /line 3 of the message has a NUL byte/],
  ['one\nb\ufffdd\n', /line 2 of the message has a byte that is not UTF-8/],
])('a message that git would not keep as it is, %j, is refused with its line', async (message, said) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const plan = await makeCommitPlan(context);
  const refused = await runCommit(context, real.session(), { ...plan, message });
  expect(refused.ok ? '' : explainInLine(refused.failure)).toMatch(said);
  expect(repository.git('log', '--format=%s')).toBe('start');
});

test('a lock that git was told to overlook is said, with a command that works', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.git('update-index', '--assume-unchanged', 'flake.lock');
  // Of another size: git may take a change within one second and of the same size for none.
  repository.write('flake.lock', `${lockOf('b')}\n`);
  await real.test();
  const { obstacle } = await makeCommitPlan(context);
  const command = /git -C \S+ (update-index .*)$/.exec(obstacle ?? '')?.[1] ?? '';
  repository.git(...command.split(' '));
  await real.test();
  expect(await makeCommitPlan(context)).toMatchObject({ obstacle: null, paths: ['flake.lock'] });
});

test('a kept message that cannot be read is told, and the commit has one made of facts', async () => {
  using real = await realRepository();
  const { context, repository } = real;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const file = (await makeCommitPlan(context)).keptIn ?? '';
  mkdirSync(join(file, '..'), { recursive: true });
  execFileSync('mkfifo', [file]);
  const told: string[] = [];
  const plan = await makeCommitPlan({ ...context, tellDamage: (_, what) => told.push(what) });
  expect(plan).toMatchObject({ kept: null, obstacle: null });
  expect(told).toEqual([
    expect.stringMatching(/^The message that is kept for this lock cannot be used: .*it is a pipe/),
  ]);
});

test("an edited message is kept through a hook's refusal, and gone once it is committed", async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const first = await makeCommitPlan(context);
  expect(first.kept).toBeNull();
  const file = first.keptIn ?? '';
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'my words\n');
  hookIn(repository.folder, 'pre-commit', 'exit 1');
  const again = await makeCommitPlan(context);
  expect(again.kept).toBe('my words\n');
  expect(
    await runCommit(context, real.session(), { ...again, message: again.kept ?? '' }),
  ).toMatchObject({ ok: false });
  expect(readFileSync(file, 'utf8')).toBe('my words\n');
  rmSync(join(repository.folder, '.git/hooks/pre-commit'));
  const last = await makeCommitPlan(context);
  expect(
    await runCommit(context, real.session(), { ...last, message: last.kept ?? '' }),
  ).toMatchObject({
    ok: true,
  });
  expect(repository.git('log', '-1', '--format=%B')).toBe('my words');
  expect(existsSync(file)).toBe(false);
});

test('what an editor saved is offered though nixup was killed before the editor ended', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const file = (await makeCommitPlan(context)).keptIn ?? '';
  const nixup = fork(join(import.meta.dirname, '../../support/edit-kept.ts'), [file], {
    env: { ...process.env, EDITOR: 'f() { echo my words > "$1"; kill -KILL $PPID; }; f' },
    stdio: 'ignore',
  });
  await once(nixup, 'exit');
  expect(await makeCommitPlan(context)).toMatchObject({ kept: 'my words\n' });
});

test('a push that failed is owed until the remote has the commit', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  hookIn(join(origin, '..'), 'unused', '');
  const refuse = join(origin, 'hooks/pre-receive');
  writeFileSync(refuse, '#!/bin/sh\necho "not today" >&2\nexit 1\n');
  chmodSync(refuse, 0o755);
  await observeGit(context);
  expect(await runPush(context, real.session())).toMatchObject({ ok: false });
  expect(await readOwedPushes(context)).toMatchObject([
    { branch: 'main', revision: repository.git('rev-parse', 'HEAD') },
  ]);
  rmSync(refuse);
  expect(await runPush(context, real.session())).toMatchObject({ ok: true });
  expect(await readOwedPushes(context)).toEqual([]);
});

const owed = async ({ context, repository }: RealRepository): Promise<void> => {
  await observeGit(context);
  const branch = repository.git('branch', '--show-current');
  await owePush(context, { branch, revision: null }, { code: 'canceled', what: 'the push' });
};

test('an owed push goes up to its commit, and nothing of another branch goes with it', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=to push');
  await owed(real);
  repository.git('commit', '--quiet', '--allow-empty', '--message=not asked for');
  repository.git('switch', '--quiet', '--create', 'wip', 'main~2');
  repository.git('commit', '--quiet', '--allow-empty', '--message=work');
  await observeGit(context);
  const [first] = await readOwedPushes(context);
  if (first === undefined) throw new Error('nothing is owed');
  expect(owedWords(first, 'wip')).toMatch(
    /of the branch main is still not pushed, and HEAD is on wip, so it was left.*git switch main && nixup commit --push/,
  );
  // Pushed from another branch: what is owed of main stays owed.
  expect(await runPush(context, real.session())).toMatchObject({ ok: true });
  expect(await readOwedPushes(context)).toMatchObject([{ branch: 'main' }]);
  repository.git('push', '--quiet', 'origin', '--delete', 'wip');
  expect(await pushOwed(context, real.session(), first)).toMatchObject({ ok: true });
  expect(
    repository.git('--git-dir', origin, 'for-each-ref', '--format=%(refname) %(objectname)'),
  ).toBe(`refs/heads/main ${repository.git('rev-parse', 'main~1')}`);
  expect(await readOwedPushes(context)).toEqual([]);
});

/** Names that git takes for a branch (git-check-ref-format(1)). */
test.each([
  'fix#12',
  'für',
  'feat(x)',
  'a!b',
  "o'neil",
  'a&b',
  'x/@y',
  '$(id)',
])('a push of the branch %s is owed until it is done', async (branch) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  repository.git('switch', '--quiet', '--create', branch);
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await owed(real);
  expect(await readOwedPushes(context)).toMatchObject([{ branch }]);
  const [first] = await readOwedPushes(context);
  if (first === undefined) throw new Error('nothing is owed');
  expect(await pushOwed(context, real.session(), first)).toMatchObject({ ok: true });
  expect(await readOwedPushes(context)).toEqual([]);
});

/** What becomes of the commit that was to be pushed, by git's own commands, and whether it is owed after. */
const rewritings: readonly (readonly [
  string,
  (repository: RealRepository['repository']) => void,
  string | null,
])[] = [
  ['reworded', ({ git }) => git('commit', '--quiet', '--amend', '--message=other words'), 'main'],
  [
    'made again by somebody else',
    ({ git }) =>
      git(
        '-c',
        'user.email=b@example.org',
        'commit',
        '--quiet',
        '--amend',
        '--reset-author',
        '-C',
        'main',
      ),
    'main',
  ],
  [
    'rebased, with a commit of the person after it',
    ({ git }) => {
      git('commit', '--quiet', '--allow-empty', '--message=mine');
      git('switch', '--quiet', '--create', 'theirs', 'main~2');
      git('commit', '--quiet', '--allow-empty', '--message=theirs');
      git('push', '--quiet', 'origin', 'HEAD:main');
      git('switch', '--quiet', 'main');
      git('pull', '--quiet', '--rebase', 'origin', 'main');
    },
    'main~1',
  ],
  [
    'dropped, with a commit of the person in its place',
    ({ git }) => {
      git('reset', '--quiet', '--hard', 'HEAD~1');
      git('commit', '--quiet', '--allow-empty', '--message=mine', '--date=2001-01-01T00:00:00Z');
    },
    null,
  ],
  [
    'reworded and pushed by hand',
    ({ git }) => {
      git('commit', '--quiet', '--amend', '--message=other words');
      git('push', '--quiet', 'origin', 'main');
    },
    null,
  ],
];

test.each(
  rewritings,
)('what is owed and then %s is owed as what it became', async (_, rewrite, as) => {
  using real = await realRepository();
  const { repository, context } = real;
  const origin = repository.addOrigin();
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--all', '--message=to push');
  await owed(real);
  rewrite(repository);
  await observeGit(context);
  const left = await readOwedPushes(context);
  expect(left.map(({ revision }) => revision)).toEqual(
    as === null ? [] : [repository.git('rev-parse', as)],
  );
  expect(context.records.owedPushes()).toEqual(left);
  for (const one of left)
    expect(await pushOwed(context, real.session(), one)).toMatchObject({ ok: true });
  if (as !== null)
    expect(repository.git('--git-dir', origin, 'rev-parse', 'main')).toBe(
      repository.git('rev-parse', as),
    );
  expect(await readOwedPushes(context)).toEqual([]);
});

/** How a run ends that owes a push, or has a commit that nobody pushed, by what it was asked for. */
const pushesOfRuns: readonly (readonly [
  string,
  { readonly owes: boolean; readonly refuses?: true },
  Partial<RunWish>,
  { readonly exitCode?: 1; readonly says: RegExp; readonly isPushed: boolean },
])[] = [
  [
    '--no-deploy',
    { owes: true },
    { deploy: false },
    {
      exitCode: 1,
      says: /^done\. Commit .* is still not pushed.*nixup commit --push/,
      isPushed: false,
    },
  ],
  [
    '--no-commit',
    { owes: true },
    { commit: false },
    { exitCode: 1, says: /^done\. Commit .* is still not pushed/, isPushed: false },
  ],
  [
    '--no-deploy --push',
    { owes: true },
    { deploy: false, push: true },
    {
      says: /^done\. Commit .* which an earlier run could not push, is pushed now\.$/,
      isPushed: true,
    },
  ],
  [
    '--no-deploy --push, and owes nothing',
    { owes: false },
    { deploy: false, push: true },
    { says: /^done\. 1 commit pushed to origin\/main\.$/, isPushed: true },
  ],
  [
    '--no-deploy, and owes nothing',
    { owes: false },
    { deploy: false },
    {
      says: /^done\. Left: 1 commit not pushed\. nixup commit --push pushes it\.$/,
      isPushed: false,
    },
  ],
  [
    'nothing but to commit, and owes nothing',
    { owes: false },
    {},
    { says: /^done\. Left: 1 commit not pushed\. .*$/, isPushed: false },
  ],
  [
    'nothing but to commit, and is refused again',
    { owes: true, refuses: true },
    {},
    {
      exitCode: 1,
      says: /^done\. Commit .* is still not pushed: .*pre-receive hook declined/,
      isPushed: false,
    },
  ],
  [
    '--no-deploy --push, and is refused',
    { owes: false, refuses: true },
    { deploy: false, push: true },
    { says: /^done\. Not pushed: .*pre-receive hook declined/, isPushed: false },
  ],
  [
    '--no-deploy --push, and is refused again',
    { owes: true, refuses: true },
    { deploy: false, push: true },
    {
      exitCode: 1,
      says: /^done\. Commit .* is still not pushed: .*pre-receive hook declined/,
      isPushed: false,
    },
  ],
  [
    'nothing but to commit',
    { owes: true },
    {},
    { says: /^done\. Commit .* is pushed now\.$/, isPushed: true },
  ],
];

test.each(pushesOfRuns)('a run with %s says what became of its push', async (_, {
  owes,
  refuses,
}, over, wanted) => {
  using real = await realRepository();
  const { repository, context } = real;
  const origin = repository.addOrigin();
  if (refuses) {
    const refuse = join(origin, 'hooks/pre-receive');
    writeFileSync(refuse, '#!/bin/sh\necho "not today" >&2\nexit 1\n');
    chmodSync(refuse, 0o755);
  }
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await observeGit(context);
  if (owes) await owed(real);
  const ending = await withPushes(context, real.session(), { ...wish, ...over }, async () => ({
    summary: 'done.',
  }));
  expect(ending.summary).toMatch(wanted.says);
  expect(ending.exitCode).toBe(wanted.exitCode);
  expect(ending.failure?.code).toBe(refuses && !owes ? 'git-refused' : undefined);
  const there = repository.git('--git-dir', origin, 'rev-parse', 'main');
  expect(there === repository.git('rev-parse', 'main')).toBe(wanted.isPushed);
});

test('a run that pushed what was owed says so though it fails later', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await owed(real);
  const ending = await withPushes(context, real.session(), wish, async () => ({
    exitCode: 1,
    summary: 'The test failed.',
  }));
  expect(ending).toMatchObject({
    exitCode: 1,
    summary: expect.stringMatching(/^The test failed\. Commit .* is pushed now\.$/),
  });
});

/** How the end of a run tells its push, by where the branch goes. */
test.each([
  ['its upstream', () => undefined, '1 commit pushed to origin/main.'],
  [
    'another remote than its upstream',
    ({ git, folder }: RealRepository['repository']) => {
      const fork = join(folder, '../fork.git');
      git('init', '--quiet', '--bare', fork);
      git('remote', 'add', 'fork', fork);
      git('config', 'branch.main.pushRemote', 'fork');
    },
    'The branch main is pushed to fork/main.',
  ],
] as const)('a push at the end of a run to %s is told', async (_, prepare, words) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  prepare(repository);
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await observeGit(context);
  const pushing = { ...wish, push: true };
  const end = await withPushes(
    context,
    real.session(),
    { ...pushing, commit: false },
    async () => ({ summary: 'done.' }),
  );
  expect(end).toEqual({ summary: `done. ${words}` });
  repository.git('commit', '--quiet', '--allow-empty', '--message=3');
  await observeGit(context);
  expect(await pushAtEnd(context, real.session(), pushing)).toEqual(success(words));
});

test('a run that was not asked to push, and one whose remote has every commit, push nothing', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  await observeGit(context);
  expect(await pushAtEnd(context, real.session(), { ...wish, push: true })).toEqual(success(null));
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await observeGit(context);
  expect(await pushAtEnd(context, real.session(), wish)).toEqual(success(null));
});

test('what a run left is told once, and a commit whose push failed is not told a second time', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await observeGit(context);
  const left = [
    { kind: 'asleep' as const, hosts: ['razer'] },
    { kind: 'unpushed' as const, commits: 1 },
  ];
  const end = () =>
    withPushes(context, real.session(), { ...wish, commit: false }, async () => ({
      summary: 'done.',
      left,
    }));
  expect((await end()).summary).toBe(
    'done. Left: razer asleep; 1 commit not pushed. nixup commit --push pushes it.',
  );
  await owed(real);
  expect((await end()).summary).toMatch(/^done\. Left: razer asleep\. Commit .* still not pushed/);
});

test('a run that is to push and makes no commit is refused before, where its push cannot be', async () => {
  using real = await realRepository();
  expect(await gateOf(real, { deploy: false, push: true })).toMatch(/the repository has no remote/);
});

test('what is owed outlives a git that cannot tell, and ends with its branch', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  repository.git('switch', '--quiet', '--create', 'gone');
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await owed(real);
  const slow = {
    ...context,
    git: { ...context.git, branchTip: unanswered, isAncestor: unanswered },
  };
  expect(await readOwedPushes(slow)).toMatchObject([{ branch: 'gone' }]);
  expect(await readOwedPushes(context)).toMatchObject([{ branch: 'gone' }]);
  repository.git('switch', '--quiet', 'main');
  repository.git('branch', '--quiet', '-D', 'gone');
  expect(await readOwedPushes(context)).toEqual([]);
});

test('what is owed and damaged is said and kept; what cannot be noted is said', async () => {
  using real = await realRepository();
  const { repository, fleet } = real;
  repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  const told: string[] = [];
  const recordsIn = (own: string) =>
    openRecords(real.context.world, { own }, (_path, text) => {
      told.push(text);
    });
  const folder = join(repository.folder, '.git', 'own');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'owed-push.json'), '{"branch":');
  const context = { ...real.context, records: await recordsIn(folder) };
  expect(await readOwedPushes(context)).toEqual([]);
  expect(told).toEqual([expect.stringMatching(/owed-push\.json is damaged/)]);
  const canceled = { code: 'canceled', what: 'the push' } as const;
  await owePush(context, { branch: 'main', revision: null }, canceled);
  expect(await readOwedPushes(context)).toMatchObject([{ branch: 'main' }]);
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/owed-push\.json\.damaged/));
  const full = {
    ...context,
    records: await recordsIn(join(repository.folder, 'flake.nix', 'state')),
  };
  await owePush(full, { branch: 'main', revision: null }, canceled);
  expect(fleet.context.state().notices.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/main is not pushed, and the next run will not try again/),
  );
});

const committed = (real: RealRepository, revision: string): void => {
  real.context.emitter.emit({
    type: 'history-listed',
    runs: [
      {
        id: '20261129-032200-abc',
        goal: 'run',
        startedAt: 1,
        hosts: [],
        ending: {
          at: 2,
          result: { ok: true, exitCode: 0, hosts: {}, commit: revision, build: null, summary: '' },
        },
      },
    ],
  });
};

test('going back with the commit takes its lock back alone, beside staged foreign files', async () => {
  using real = await realRepository({
    'flake.nix': '{}\n',
    'flake.lock': lockOf('a'),
    'notes.md': '1\n',
  });
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.write('notes.md', '2\n');
  repository.git('commit', '--quiet', '--all', '--message=lock and notes');
  committed(real, repository.git('rev-parse', 'HEAD'));
  repository.write('flake.nix', '{ staged = 1; }\n');
  repository.git('add', 'flake.nix');
  const session = real.session();
  const prepared = await prepareFilesBack(context, session, {
    lock: true,
    commit: true,
    push: false,
  });
  if (!prepared.ok) throw new Error(explainInLine(prepared.failure));
  expect(await takeBackFiles(context, session, prepared.value)).toMatchObject({ ok: true });
  expect(repository.git('show', '--name-only', '--format=')).toBe('flake.lock');
  expect(`${repository.git('show', 'HEAD:flake.lock')}\n`).toBe(lockOf('a'));
  expect(repository.git('show', 'HEAD:notes.md')).toBe('2');
  expect(repository.git('diff', '--cached', '--name-only')).toBe('flake.nix');
});

test('what goes back with hosts is remembered before the lock is written, and a push before it is tried', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--all', '--message=2');
  committed(real, repository.git('rev-parse', 'HEAD'));
  const seen: string[] = [];
  const see = (what: string): void => {
    const withdrawn = context.records.withdrawn().map(({ input, revision }) => input + revision[0]);
    const owed = context.records.owedPushes().map(({ branch }) => branch);
    seen.push([what, ...withdrawn, ...owed].join(' '));
  };
  const { files } = context.world;
  const watched: EngineContext = {
    ...context,
    world: {
      ...context.world,
      files: {
        ...files,
        write: (path, text) => {
          if (path.endsWith('/flake.lock')) see('lock');
          return files.write(path, text);
        },
      },
    },
    git: {
      ...context.git,
      push: async (target) => {
        see('push');
        return context.git.push(target);
      },
    },
  };
  const plan = {
    targets: [],
    leftOut: [{ host: 'p620', kind: 'unchanged', reason: 'runs it already' }],
  } as const;
  const also = { lock: true, commit: true, push: true };
  const ending = await rollbackGoal(watched, plan, also)(real.session());
  expect(ending.summary).toMatch(
    /is reverted: its lock, and nothing else\. The branch is pushed\./,
  );
  expect(seen).toEqual(['lock nixpkgsb', 'push nixpkgsb main']);
  expect(context.records.withdrawn()).toMatchObject([{ input: 'nixpkgs' }]);
  expect(context.records.owedPushes()).toEqual([]);
  // Other users of the checkout learn of it there.
  expect(context.records.commits()).toMatchObject([
    { revision: repository.git('rev-parse', 'HEAD'), deed: 'revert' },
  ]);
});

test.each<[string, (real: RealRepository) => void, RegExp]>([
  [
    'a hook that refuses',
    ({ repository }) =>
      hookIn(repository.folder, 'pre-commit', 'echo no >&2; echo x > flake.nix; exit 1'),
    /git or one of its hooks refused: no/,
  ],
  [
    "git's own lock",
    ({ repository }) => writeFileSync(join(repository.folder, '.git/index.lock'), ''),
    /left its lock/,
  ],
  [
    'a detached HEAD',
    ({ repository }) => repository.git('checkout', '--quiet', '--detach'),
    /HEAD is detached/,
  ],
  [
    'a later change of the lock',
    ({ repository }) => {
      repository.write('flake.lock', lockOf('c'));
      repository.git('commit', '--quiet', '--all', '--message=later');
    },
    /later commits changed flake\.lock again/,
  ],
])('with %s no host is touched by a rollback with its commit', async (_, prepare, said) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--all', '--message=2');
  committed(real, repository.git('rev-parse', 'HEAD'));
  prepare(real);
  const head = repository.git('rev-parse', 'HEAD');
  await observeLock(context);
  const prepared = await prepareFilesBack(context, real.session(), {
    lock: true,
    commit: true,
    push: false,
  });
  expect(prepared.ok ? '' : explainInLine(prepared.failure)).toMatch(said);
  expect(prepared.ok ? '' : explainInLine(prepared.failure)).toContain('No host was touched');
  expect(repository.git('rev-parse', 'HEAD')).toBe(head);
  expect(repository.read('flake.nix')).toBe('{}\n');
});

test('the dialogs of a commit and of going back show the very commands that run', async () => {
  using real = await realRepository();
  const { repository } = real;
  repository.addOrigin();
  const ran: Command[] = [];
  const world: World = {
    ...real.context.world,
    exec: (command, options) => {
      ran.push(command);
      return real.context.world.exec(command, options);
    },
  };
  const context = { ...real.context, world, git: createGit(world, repository.folder) };
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const plan = await makeCommitPlan(context);
  expect(plan.commands).toHaveLength(1);
  expect(ran).not.toEqual(expect.arrayContaining([...plan.commands]));
  expect(await runCommit(context, real.session(), plan)).toMatchObject({ ok: true });
  expect(ran).toEqual(expect.arrayContaining([...plan.commands]));

  committed(real, repository.git('rev-parse', 'HEAD'));
  const also = { lock: false, commit: true, push: true };
  const files = await describeFilesBack(context, { targets: [], leftOut: [] }, also);
  const shown = files?.commands ?? [];
  expect(shown).toHaveLength(2);
  ran.length = 0;
  const session = real.session();
  const prepared = await prepareFilesBack(context, session, also);
  if (!prepared.ok) throw new Error(explainInLine(prepared.failure));
  expect(await takeBackFiles(context, session, prepared.value)).toMatchObject({ ok: true });
  expect(ran).toEqual(expect.arrayContaining([...shown]));
});

test.each<[string, (real: RealRepository) => void, RegExp]>([
  [
    'the lock was put back by hand',
    ({ repository }) => {
      repository.write('flake.lock', lockOf('a'));
      repository.git('commit', '--quiet', '--all', '--message=back');
    },
    /already the one from before commit/,
  ],
  [
    'later commits changed the lock',
    ({ repository }) => {
      repository.write('flake.lock', lockOf('c'));
      repository.git('commit', '--quiet', '--all', '--message=later');
    },
    /later commits changed flake\.lock again.*rollback is refused/s,
  ],
])('the dialog of going back shows no commit that will not be made: %s', async (_, prepare, why) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--all', '--message=2');
  committed(real, repository.git('rev-parse', 'HEAD'));
  prepare(real);
  const also = { lock: true, commit: true, push: false };
  const files = await describeFilesBack(context, { targets: [], leftOut: [] }, also);
  expect(files).toMatchObject({ commit: null, commands: [] });
  expect(files?.noCommit).toMatch(why);
});

test('a rollback whose commit would bring back a lock that cannot be read touches no host', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--all', '--message=2');
  committed(real, repository.git('rev-parse', 'HEAD'));
  const broken = { text: '{', message: 'back', path: 'flake.lock' };
  Object.assign(context.git, { planLockRevert: async () => success(broken) });
  const prepared = await prepareFilesBack(context, real.session(), {
    lock: true,
    commit: true,
    push: false,
  });
  const said = prepared.ok ? '' : explainInLine(prepared.failure);
  expect(said).toMatch(/No host was touched: the lock from before commit/);
  expect(said).toMatch(/leave --commit out/);
});

test.each<[PushRefusal, boolean, boolean]>([
  [{ kind: 'login', detail: 'no' }, true, true],
  [{ kind: 'login', detail: 'no' }, false, false],
  [{ kind: 'offline', detail: 'no' }, false, true],
  [{ kind: 'refused-by-server', detail: 'no' }, false, false],
])('the push of a rollback is judged like that of a commit: %j, asked %s', async (refusal, isAsked, goesOn) => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.addOrigin();
  await observeGit(context);
  const failure = { code: 'git-refused', operation: 'push', detail: 'no', remedy: 'try' } as const;
  const rights = { kind: 'refused', refusal, failure, isAsked } as const;
  const asked = { ...context, git: { ...context.git, canPush: async () => success(rights) } };
  expect((await pushGate(asked, commitWays)) === null).toBe(goesOn);
  const also = { lock: false, commit: false, push: true };
  expect((await prepareFilesBack(asked, real.session(), also)).ok).toBe(goesOn);
});
