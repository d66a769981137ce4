import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Forge, startForge } from '../support/forge.ts';
import { hasTools } from '../support/needs.ts';

/* Chosen revisions of inputs on forges: git, the archives and the questions of Nix go over https. */

const program = path.join(import.meta.dirname, '../../dist/cli.js');
const can = hasTools(import.meta.filename, 'nix', 'openssl');

const top = mkdtempSync(path.join(tmpdir(), 'nixup-chosen-'));
let forge: Forge | undefined;
beforeAll(async () => {
  if (can) forge = await startForge(top);
});
afterAll(async () => {
  await forge?.[Symbol.asyncDispose]();
  // The store makes its paths read-only.
  spawnSync('chmod', ['-R', 'u+w', top]);
  rmSync(top, { recursive: true, force: true });
});

let count = 0;
let folder = '';
beforeEach(() => {
  count += 1;
  folder = path.join(top, String(count));
  mkdirSync(path.join(folder, 'fleet'), { recursive: true });
});

const environment = (): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  NIX_CONFIG:
    'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\nflake-registry =\ntarball-ttl = 0\n',
  NIX_STORE_DIR: path.join(top, 'store'),
  NIX_STATE_DIR: path.join(top, 'nix-state'),
  NIX_LOG_DIR: path.join(top, 'log'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  NO_COLOR: '1',
  ...forge?.environment,
});

const git = (where: string, args: readonly string[], day?: string): string =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], {
    cwd: where,
    encoding: 'utf8',
    stdio: 'pipe',
    env: {
      ...environment(),
      ...(day === undefined
        ? {}
        : { GIT_AUTHOR_DATE: `${day}T12:00:00Z`, GIT_COMMITTER_DATE: `${day}T12:00:00Z` }),
    },
  }).trim();

/** Asynchronous, because the forge answers in this process. */
const start = (
  file: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve) => {
    const options = { cwd: path.join(folder, 'fleet'), env: environment() };
    execFile(file, [...args], options, (error, stdout, stderr) =>
      resolve({
        status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        text: stdout + stderr,
      }),
    );
  });

const nixup = (...args: readonly string[]) => start(process.execPath, [program, ...args]);

const nix = async (...args: readonly string[]): Promise<string> => {
  const ended = await start('nix', args);
  if (ended.status !== 0) throw new Error(ended.text);
  return ended.text.trim();
};

const lockText = (): string => readFileSync(path.join(folder, 'fleet/flake.lock'), 'utf8');

const lockedRevision = (name: string): string => {
  const lock: { nodes: Record<string, { locked?: { rev?: string } }> } = JSON.parse(lockText());
  return lock.nodes[name]?.locked?.rev ?? '';
};

const commitIn = (where: string, value: string | number, day: string): string => {
  writeFileSync(path.join(where, 'flake.nix'), `{ outputs = _: { value = "${value}"; }; }\n`);
  git(where, ['add', '--all']);
  git(where, ['commit', '--quiet', '--message', String(value)], day);
  return git(where, ['rev-parse', 'HEAD']);
};

/** A repository on a forge, as in `github.com/o/r`, with a commit on each of these days. */
const makeRemote = (place: string, days: readonly string[], branch = 'main') => {
  const where = forge?.folderOf(place) ?? '';
  git(where, ['init', '--quiet', `--initial-branch=${branch}`]);
  return { where, commits: days.map((day, index) => commitIn(where, index + 1, day)) };
};

const makeFleet = async (inputs: string): Promise<void> => {
  const where = path.join(folder, 'fleet');
  writeFileSync(
    path.join(where, 'flake.nix'),
    `{ inputs = { ${inputs} }; outputs = all: { values = builtins.mapAttrs (_: one: one.value or null) all; }; }\n`,
  );
  git(where, ['init', '--quiet']);
  git(where, ['add', '--all']);
  git(where, ['commit', '--quiet', '--message=start']);
  await nix('flake', 'lock');
  git(where, ['add', '--all']);
  git(where, ['commit', '--quiet', '--message=lock']);
};

/** Old Nix takes `master` where the url of a git input names no branch. */
const sources: readonly (readonly [name: string, place: string, url: string, branch: string])[] = [
  ['github', 'github.com/o/github', 'github:o/github', 'main'],
  ['gitlab', 'gitlab.com/o/gitlab', 'gitlab:o/gitlab', 'main'],
  ['sourcehut', 'git.sr.ht/~o/sourcehut', 'sourcehut:~o/sourcehut', 'main'],
  ['git', 'codeberg.org/o/git', 'git+https://codeberg.org/o/git', 'master'],
  ['branch', 'codeberg.org/o/branch', 'git+https://codeberg.org/o/branch?ref=main', 'main'],
];

test.skipIf(!can)(
  'inputs of every forge are taken to a day, a hash, a tag and a branch',
  async () => {
    const group = ['group', 'gitlab.com/group/sub/gitlab', '', 'main'] as const;
    const remotes = [...sources, group].map(([name, place, , branch]) => {
      const { where, commits } = makeRemote(
        place,
        ['2026-10-01', '2026-10-05', '2026-10-20'],
        branch,
      );
      git(where, ['tag', '--annotate', '--message=one', 'v1', commits[0] ?? '']);
      git(where, ['checkout', '--quiet', '-b', 'next']);
      const next = commitIn(where, 'next', '2026-10-21');
      git(where, ['checkout', '--quiet', branch]);
      return { name, branch, first: commits[0], second: commits[1], third: commits[2], next };
    });
    await makeFleet(
      [
        ...sources.map(([name, , url]) => `${name}.url = "${url}";`),
        // In a url newer versions of Nix decode it once more.
        'group = { type = "gitlab"; owner = "group%2Fsub"; repo = "gitlab"; };',
      ].join(' '),
    );
    type Remote = (typeof remotes)[number];
    for (const [title, wishOf, expected, wordsOf] of [
      ['a day', () => '2026-10-19', ({ second }: Remote) => second, () => '2026-10-19 is commit'],
      [
        'a short hash',
        ({ second }) => second?.slice(0, 9),
        ({ second }) => second,
        () => 'of 2026-10-05 of',
      ],
      [
        'a branch',
        () => 'next',
        ({ next }) => next,
        ({ branch }) => `which ${branch} does not have`,
      ],
      ['a tag', () => 'v1', ({ first }) => first, () => 'v1 is commit'],
    ] satisfies readonly (readonly [
      string,
      (remote: Remote) => string | undefined,
      (remote: Remote) => string | undefined,
      (remote: Remote) => string,
    ])[]) {
      const taken = await nixup(
        'update',
        ...remotes.map((one) => `${one.name}@${wishOf(one) ?? ''}`),
      );
      expect(taken.status, taken.text).toBe(0);
      for (const remote of remotes) {
        expect(lockedRevision(remote.name), `${remote.name}: ${title}`).toBe(expected(remote));
        const sentence = taken.text.split('\n').find((line) => line.includes(`${remote.name}: `));
        expect(sentence, `${remote.name}: ${title}`).toContain(wordsOf(remote));
      }
      const written = lockText();
      await nix('flake', 'lock');
      expect(lockText(), `${title}: Nix leaves the lock as it is`).toBe(written);
    }
    const back = await nixup('update');
    expect(back.status, back.text).toBe(0);
    for (const { name, third } of remotes) expect(lockedRevision(name)).toBe(third);
  },
);
