import { expect, test } from 'vitest';
import { defaultConfig } from '../../../source/model/config/settings.ts';
import { failed, success } from '../../../source/model/result.ts';
import { botRows } from '../../../source/services/board/bot-requests.ts';
import type { RepositoryState } from '../../../source/services/git/observe.ts';
import { strictWorld } from '../../support/strict-world.ts';

const seen: RepositoryState = {
  root: '/fleet',
  prefix: '',
  branch: 'main',
  head: 'a'.repeat(40),
  upstream: 'origin/main',
  ahead: 0,
  behind: 0,
  dirty: [],
  dirtyFiles: [],
  conflicted: [],
  untrackedNix: [],
  tree: 'b'.repeat(40),
  sources: null,
  operation: null,
  branchesHere: [],
  isShallow: false,
  remote: 'origin',
  remoteRef: 'refs/heads/main',
  remoteUrl: 'git@github.com:ada/fleet.git',
};

const rowsFor = async (
  requests: readonly (readonly [branch: string, author: string, title: string])[],
) =>
  botRows(
    strictWorld({
      answers: [
        {
          match:
            'gh pr list --state=open --base=main --limit=200 --json=url,headRefName,baseRefName,isCrossRepository,title,author --repo=ada/fleet',
          stdout: JSON.stringify(
            requests.map(([headRefName, login, title], index) => ({
              url: `https://github.com/ada/fleet/pull/${index + 1}`,
              headRefName,
              baseRefName: 'main',
              isCrossRepository: false,
              title,
              author: { login },
            })),
          ),
        },
      ],
    }),
    { observe: async () => success(seen) },
    defaultConfig,
  );

/** Branches and accounts as Renovate, Dependabot and update-flake-lock make them. */
test.each<[string, string, string, boolean]>([
  ['renovate/lock-file-maintenance', 'renovate[bot]', 'Lock file maintenance', true],
  ['dependabot/nix/nixpkgs-1a2b3c', 'dependabot[bot]', 'Bump nixpkgs', true],
  ['update_flake_lock_action', 'github-actions[bot]', 'flake.lock: Update', true],
  ['dependabot/github_actions/checkout-5', 'dependabot[bot]', 'Bump actions/checkout', false],
  ['feature', 'ada', 'flake.lock: by hand', false],
  ['nixup/0123456789ab', 'ada', 'flake.lock: 4 inputs, 2026-11-29', false],
])('the request %s of %s, "%s", is told: %s', async (branch, author, title, isTold) => {
  const rows = await rowsFor([[branch, author, title]]);
  expect(rows.map(({ id, state }) => [id, state])).toEqual(
    isTold ? [['tasks.bots', 'warning']] : [],
  );
  if (isTold) expect(rows[0]?.evidence).toContain(title);
});

test('a forge of its own is asked by the program that is logged in there', async () => {
  const request = {
    url: 'https://git.fleet.example/ada/fleet/pull/1',
    headRefName: 'renovate/lock-file-maintenance',
    baseRefName: 'main',
    isCrossRepository: false,
    title: 'Lock file maintenance',
    author: { login: 'renovate[bot]' },
  };
  const world = strictWorld({
    answers: [
      { match: 'ssh -G -- git.fleet.example', stdout: 'hostname git.fleet.example\n' },
      {
        match: 'gh auth status',
        stdout: 'git.fleet.example\n  ✓ Logged in to git.fleet.example account ada\n',
      },
      {
        match: /gh pr list .* --repo=git\.fleet\.example\/ada\/fleet$/,
        stdout: JSON.stringify([request]),
      },
    ],
  });
  const git = {
    observe: async () => success({ ...seen, remoteUrl: 'git@git.fleet.example:ada/fleet.git' }),
  };
  const rows = await botRows(world, git, defaultConfig);
  expect(rows[0]?.evidence).toContain('Lock file maintenance');
});

test('where nobody can be asked there is no row', async () => {
  const missing = { code: 'program-missing', program: 'gh' } as const;
  const world = strictWorld({
    answers: [
      { match: 'ssh -G -- git.notgithub.example', stdout: 'hostname git.notgithub.example\n' },
      ...['gh auth status', 'glab auth status --all', 'tea login list'].map((match) => ({
        match,
        failure: missing,
      })),
    ],
  });
  const elsewhere = { ...seen, remoteUrl: 'git@git.notgithub.example:ada/fleet.git' };
  const git = { observe: async () => success(elsewhere) };
  expect(await botRows(world, git, defaultConfig)).toEqual([]);
  const broken = {
    observe: async () => failed({ code: 'canceled' as const, what: 'the question' }),
  };
  expect(await botRows(world, broken, defaultConfig)).toEqual([]);
});
