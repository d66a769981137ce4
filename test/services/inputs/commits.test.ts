import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whyUncounted } from '../../../source/model/explain/why-uncounted.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { FlakeLock } from '../../../source/model/lock/lock.ts';
import { withRememberedCounts } from '../../../source/services/inputs/cache.ts';
import { createCommits } from '../../../source/services/inputs/commits.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import type { World } from '../../../source/services/world/world.ts';
import { github, lockOf, revision, type Sample, someDay } from '../../support/lock-samples.ts';
import {
  type StrictAnswer,
  type StrictWorldOptions,
  strictWorld,
} from '../../support/strict-world.ts';

let folder = '';
let revisions: readonly string[] = [];

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example',
});

/** Real git and files, no network: every request fails the test. */
const realWorld = (): World => ({
  ...strictWorld({}),
  exec: createExec(environment(), () => 0),
  files: createFiles(),
  environment: environment(),
  folders: { state: folder, home: folder, runtime: folder, cache: join(folder, 'cache') },
});

const repository = (): string => join(folder, 'remote');

const gitIn = async (args: readonly string[], input?: string): Promise<string> => {
  const exec = createExec(environment(), () => 0);
  const ended = await exec(
    { file: 'git', args: ['-C', repository(), ...args] },
    input === undefined ? {} : { input },
  );
  if (!ended.ok) throw new Error(JSON.stringify(ended.failure));
  return ended.value.stdout.trim();
};

/** Commits on one line, and a last one that parts after the third. */
const history = (count: number): string => {
  const commit = (mark: number, from: number | null, branch: string): string => {
    const subject = `subject ${mark}`;
    return [
      `commit refs/heads/${branch}`,
      `mark :${mark}`,
      `committer a <a@example> ${someDay + mark} +0000`,
      `data ${subject.length}`,
      subject,
      ...(from === null ? [] : [`from :${from}`]),
      '',
    ].join('\n');
  };
  const lines = Array.from({ length: count }, (_, index) =>
    commit(index + 1, index === 0 ? null : index, 'main'),
  );
  return [...lines, commit(count + 1, 3, 'other'), 'done', ''].join('\n');
};

const commitsOnMain = 10_001;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nixup-commits-'));
  const exec = createExec(environment(), () => 0);
  const made = await exec({
    file: 'git',
    args: ['init', '--quiet', '--initial-branch=main', repository()],
  });
  if (!made.ok) throw new Error(JSON.stringify(made.failure));
  await gitIn(['fast-import', '--quiet', '--done'], history(commitsOnMain));
  revisions = (await gitIn(['rev-list', '--reverse', 'main'])).split('\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gitInput = (
  rev: string,
  url: string,
  more: Readonly<Record<string, number>> = {},
): Sample => ({
  original: { type: 'git', url },
  locked: { type: 'git', url, rev, narHash: `sha256-${rev}`, lastModified: someDay, ...more },
});

const changeOf = (old: Sample, now: Sample): LockChange => {
  const lock = (sample: Sample): FlakeLock => lockOf({ x: sample });
  const [change] = diffLocks(lock(old), lock(now));
  if (change === undefined) throw new Error('no change');
  return change;
};

const at = (index: number): string => revisions[index] ?? '';

const between = (from: string, to: string, more?: Readonly<Record<string, number>>): LockChange =>
  changeOf(gitInput(from, `file://${repository()}`), gitInput(to, `file://${repository()}`, more));

test('commits of a repository on this machine are counted exactly, with their direction', async () => {
  const commits = createCommits(realWorld());
  expect(await commits.count(between(at(0), at(commitsOnMain - 1)))).toEqual({
    ok: true,
    value: { count: commitsOnMain - 1, exact: true, source: 'git', direction: 'ahead' },
  });
  expect(await commits.count(between(at(9), at(4)))).toMatchObject({
    value: { count: 5, direction: 'behind' },
  });
  const other = await gitIn(['rev-parse', 'other']);
  expect(await commits.count(between(at(9), other))).toMatchObject({
    value: { count: 1, direction: 'diverged' },
  });
});

test('every one of ten thousand subjects is listed, the newest first', async () => {
  const commits = createCommits(realWorld());
  const listed = await commits.subjects(between(at(0), at(commitsOnMain - 1)));
  const { subjects = [], rest } = (listed.ok ? listed.value : null) ?? {};
  expect(rest).toBeNull();
  expect(subjects).toHaveLength(commitsOnMain - 1);
  expect(subjects[0]).toEqual({
    revision: at(commitsOnMain - 1),
    at: someDay + commitsOnMain,
    subject: `subject ${commitsOnMain}`,
    author: 'a',
  });
  expect(subjects.at(-1)?.subject).toBe('subject 2');
});

test('the whole message of a commit is read from a repository on this machine', async () => {
  const commits = createCommits(realWorld());
  expect(await commits.message(between(at(0), at(9)), at(4))).toEqual({
    ok: true,
    value: 'subject 5',
  });
  const elsewhere = changeOf(
    gitInput(at(0), 'https://git.example.org/x'),
    gitInput(at(9), 'https://git.example.org/x'),
  );
  expect(await commits.message(elsewhere, at(4))).toEqual({ ok: true, value: null });
});

test('of a downgrade the lost subjects are listed', async () => {
  const commits = createCommits(realWorld());
  const down = between(at(9), at(4));
  await commits.count(down);
  const lost = await commits.subjects(down);
  expect(lost.ok && lost.value?.subjects.map((one) => one.subject)).toEqual([
    'subject 10',
    'subject 9',
    'subject 8',
    'subject 7',
    'subject 6',
  ]);
});

test('what was counted once is remembered without git', async () => {
  const change = between(at(20), at(25));
  expect(await withRememberedCounts(realWorld(), [change])).toEqual([change]);
  await createCommits(realWorld()).count(change);
  await createCommits(realWorld()).subjects(change);
  const silent: World = { ...realWorld(), exec: strictWorld({}).exec };
  expect(await withRememberedCounts(silent, [change])).toEqual([
    { ...change, commits: { count: 5, exact: true, source: 'cache' } },
  ]);
  expect(await createCommits(silent).count(change)).toMatchObject({
    value: { count: 5, source: 'cache' },
  });
  expect(await createCommits(silent).subjects(change)).toMatchObject({
    value: { subjects: [{}, {}, {}, {}, {}], rest: null },
  });
});

test('a repository that cannot be read in place is fetched without its files', async () => {
  // Git takes no url with a query for a folder, so that the fetch is what answers.
  const url = `file://${folder}/./remote/.git`;
  const world = realWorld();
  const hidden: World = {
    ...world,
    files: {
      ...world.files,
      exists: (path) =>
        path.startsWith(join(folder, 'remote')) ? Promise.resolve(false) : world.files.exists(path),
    },
  };
  const counted = await createCommits(hidden).count(
    changeOf(gitInput(at(30), url), gitInput(at(40), url)),
  );
  expect(counted).toMatchObject({
    value: { count: 10, exact: true, source: 'git', direction: 'ahead' },
  });
});

test('of a huge repository only the newest commits are fetched, and the number is approximate', async () => {
  const large = join(folder, 'nixpkgs');
  const exec = createExec(environment(), () => 0);
  await exec({ file: 'git', args: ['init', '--quiet', '--initial-branch=main', large] });
  const tenDays = 864_000;
  const dated = (index: number): number => someDay + index * tenDays;
  const stream = Array.from({ length: 60 }, (_, index) =>
    [
      'commit refs/heads/main',
      `mark :${index + 1}`,
      `committer a <a@example> ${dated(index)} +0000`,
      'data 1',
      'x',
      ...(index === 0 ? [] : [`from :${index}`]),
      '',
    ].join('\n'),
  );
  const imported = await exec(
    { file: 'git', args: ['-C', large, 'fast-import', '--quiet', '--done'] },
    { input: [...stream, 'done', ''].join('\n') },
  );
  expect(imported).toMatchObject({ ok: true });
  const listed = await exec({ file: 'git', args: ['-C', large, 'rev-list', '--reverse', 'main'] });
  const revs = listed.ok ? listed.value.stdout.trim().split('\n') : [];
  const url = 'https://git.example/NixOS/nixpkgs';
  const world: World = {
    ...realWorld(),
    exec: createExec(
      {
        ...environment(),
        // Git itself leads the address to the folder.
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.file://${folder}/./nixpkgs/.git.insteadOf`,
        GIT_CONFIG_VALUE_0: url,
      },
      () => 0,
    ),
  };
  const change = changeOf(
    gitInput(revs[50] ?? '', url, { lastModified: dated(50) }),
    gitInput(revs[59] ?? '', url, { lastModified: dated(59) }),
  );
  expect(await createCommits(world).count(change)).toEqual({
    ok: true,
    value: { count: 9, exact: false, source: 'git', direction: null },
  });
});

test('a missing revision is a failure, not a zero', async () => {
  const counted = await createCommits(realWorld()).count(between(at(0), 'f'.repeat(40)));
  expect(counted).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', detail: expect.stringContaining('fff') },
  });
});

test('a url that is an option or a helper of git runs nothing', async () => {
  for (const url of [
    '--upload-pack=touch pwned',
    'ext::sh -c touch% pwned',
    'ssh://-oProxyCommand=touch/x',
  ]) {
    const world: World = { ...realWorld(), exec: strictWorld({}).exec };
    const counted = await createCommits(world).count(
      changeOf(gitInput(at(0), url), gitInput(at(1), url)),
    );
    expect(counted).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  }
});

test('totals of the lock count without git where git does not have the revisions', async () => {
  const url = 'https://h.example/r';
  const change = changeOf(
    gitInput(at(0), url, { revCount: 5 }),
    gitInput(at(1), url, { revCount: 9 }),
  );
  expect(await createCommits(realWorld()).count(change)).toEqual({
    ok: true,
    value: { count: 4, exact: true, source: 'revCount', direction: null },
  });
});

/** A Nix without access tokens. */
const noTokens: StrictAnswer = { match: /nix (?:config show|show-config) /, exit: 1, times: 'any' };

const forgeWorld = (http: StrictWorldOptions['http']) =>
  strictWorld({ http: http ?? [], answers: [noTokens], now: 1_000_000 });

const githubChange = changeOf(github('o/r', 'a'), github('o/r', 'b'));
const comparePath = `https://api.github.com/repos/o/r/compare/${revision('a')}...${revision('b')}`;

test('GitHub is asked for the totals only', async () => {
  const world = forgeWorld([
    {
      url: `${comparePath}?per_page=1&page=2`,
      body: '{"status":"ahead","ahead_by":31,"behind_by":0,"total_commits":31,"commits":[]}',
    },
  ]);
  expect(await createCommits(world).count(githubChange)).toEqual({
    ok: true,
    value: { count: 31, exact: true, source: 'compare', direction: 'ahead' },
  });
  world.assertAllUsed();
});

test('the last pages of GitHub hold the newest subjects', async () => {
  const commit = (sha: string) => ({
    sha,
    commit: { message: `${sha} first line\n\nbody`, committer: { date: '2026-11-20T00:00:00Z' } },
  });
  const page = (commits: readonly unknown[]): string =>
    JSON.stringify({ status: 'ahead', ahead_by: 101, commits });
  const hundred = Array.from({ length: 100 }, (_, index) => commit(`c${index + 1}`));
  const world = forgeWorld([
    { url: `${comparePath}?per_page=100&page=1`, body: page(hundred) },
    { url: `${comparePath}?per_page=100&page=2`, body: page([commit('c101')]) },
  ]);
  const parts: number[] = [];
  const listed = await createCommits(world).subjects(githubChange, (part) =>
    parts.push(part.length),
  );
  expect(parts).toEqual([1, 101]);
  expect(listed.ok && listed.value?.subjects.slice(0, 2).map((one) => one.subject)).toEqual([
    'c101 first line',
    'c100 first line',
  ]);
});

test('GitLab and Forgejo are asked in their own way', async () => {
  const gitlab = (rev: string): Sample => ({
    original: { type: 'gitlab', owner: 'o%2Fs', repo: 'r' },
    locked: { type: 'gitlab', owner: 'o%2Fs', repo: 'r', rev: revision(rev), narHash: rev },
  });
  const forgejo = (rev: string): Sample => gitInput(revision(rev), 'https://codeberg.org/o/r');
  const world = forgeWorld([
    {
      url: /^https:\/\/gitlab\.com\/api\/v4\/projects\/o%2Fs%2Fr\/repository\/compare\?from=/,
      body: '{"commits":[{"id":"a"},{"id":"b"}]}',
    },
    {
      url: /^https:\/\/codeberg\.org\/api\/v1\/repos\/o\/r\/compare\//,
      body: '{"total_commits":12,"commits":[]}',
    },
  ]);
  const commits = createCommits(world);
  expect(await commits.count(changeOf(gitlab('a'), gitlab('b')))).toMatchObject({
    value: { count: 2 },
  });
  expect(await commits.count(changeOf(forgejo('a'), forgejo('b')))).toMatchObject({
    value: { count: 12 },
  });
});

test('a forge that cannot be reached is told, and git does not try the same', async () => {
  const failure = {
    code: 'http-failed',
    url: comparePath,
    detail: 'there is no route to it',
  } as const;
  const world = forgeWorld([{ url: /compare/, failure }]);
  expect(await createCommits(world).count(githubChange)).toEqual({ ok: false, failure });
});

test('a used-up limit is not asked against again; git is asked instead', async () => {
  const world = strictWorld({
    now: 1_000_000,
    http: [
      {
        url: /compare/,
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4600' },
      },
    ],
    answers: [
      noTokens,
      { match: 'rev-list', exit: 128, times: 'any' },
      { match: 'init --quiet --bare', times: 2 },
      { match: 'fetch', exit: 128, stderr: 'fatal: could not read', times: 2 },
    ],
  });
  const commits = createCommits(world);
  expect(await commits.count(githubChange)).toMatchObject({ ok: false });
  expect(await commits.count(changeOf(github('o/r', 'a'), github('o/r', 'c')))).toMatchObject({
    ok: false,
  });
  expect(world.requested).toHaveLength(1);
  world.assertAllUsed();
});

test('a forge that answers with an error of its own is left for git, and both say why there is no count', async () => {
  const world = strictWorld({
    now: 1_000_000,
    http: [{ url: /compare/, status: 502 }],
    answers: [
      noTokens,
      { match: 'rev-list', exit: 128, times: 'any' },
      { match: 'init --quiet --bare' },
      { match: 'fetch', exit: 128, stderr: 'fatal: could not read' },
    ],
  });
  const counted = await createCommits(world).count(githubChange);
  expect(counted.ok ? '' : whyUncounted(counted.failure)).toBe(
    'api.github.com: the forge failed (502); git was refused too: could not read',
  );
  world.assertAllUsed();
});
