import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandContext } from '../../../source/commands/program/command.ts';
import type { Program } from '../../../source/commands/program/open.ts';
import { propose } from '../../../source/commands/program/propose.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { initialState } from '../../../source/state/state.ts';
import { result } from '../../support/fake-program.ts';
import { strictWorld } from '../../support/strict-world.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

/** A repository whose remote is called github.com and lies here, and a gh that is this script. */
const withForge = (
  gh: string | null,
): { readonly repository: TemporaryRepository; readonly bin: string } => {
  const repository = temporaryRepository();
  const origin = repository.addOrigin();
  repository.git('config', `url.${origin}.insteadOf`, 'https://github.com/ada/fleet.git');
  repository.git('remote', 'set-url', 'origin', 'https://github.com/ada/fleet.git');
  const bin = join(repository.folder, '../bin');
  mkdirSync(bin);
  if (gh !== null) {
    writeFileSync(
      join(bin, 'gh'),
      `#!/bin/sh\necho "$@" >> ${bin}/calls\n[ "$2" = create ] && cat > ${bin}/body\n${gh}\n`,
    );
    chmodSync(join(bin, 'gh'), 0o755);
  }
  return { repository, bin };
};

const proposeIn = async (
  { repository, bin }: ReturnType<typeof withForge>,
  message = 'chore(flake): update nixpkgs\n\nfixes #12 by @ada',
) => {
  const path = `${bin}:/usr/bin:/bin`;
  const home = join(repository.folder, '..');
  const world = {
    ...strictWorld({ workingFolder: repository.folder }),
    exec: createExec({ PATH: path, HOME: home, GIT_CONFIG_NOSYSTEM: '1' }, Date.now),
    files: createFiles(),
  };
  const seen = await repository.service.observe();
  if (!seen.ok) throw new Error('the repository can be read');
  const context = { world, console: { terminal: null } } as unknown as CommandContext;
  const program = {
    state: () => ({ ...initialState, git: seen.value, flakePath: repository.folder }),
  } as unknown as Program;
  return propose(
    context,
    program,
    result({ summary: 'Committed as abc.', commit: seen.value.head }),
    seen.value.head ?? '',
    message,
  );
};

const list = (json: string): string => `[ "$2" = list ] && { echo '${json}'; exit 0; }`;

test('the first pull request is opened from a branch of its own, and mentions nobody', async () => {
  const forge = withForge(`${list('[]')}\necho https://github.com/ada/fleet/pull/7`);
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  const done = await proposeIn(forge);
  expect(done).toMatchObject({
    ok: true,
    summary: 'Committed as abc. The pull request: https://github.com/ada/fleet/pull/7',
  });
  const head = repository.git('rev-parse', 'HEAD');
  expect(repository.git('ls-remote', 'origin', `nixup/${head.slice(0, 12)}`)).toContain(head);
  expect(readFileSync(join(forge.bin, 'body'), 'utf8')).toBe('fixes #<!-- -->12 by @<!-- -->ada');
});

test("nixup's open pull request gets the next commit, and no second one is opened", async () => {
  const forge = withForge(
    `${list('[{"url":"https://github.com/ada/fleet/pull/9","headRefName":"nixup/refactor","isCrossRepository":false},{"url":"https://github.com/ada/fleet/pull/7","headRefName":"nixup/0123456789ab","isCrossRepository":false}]')}\nexit 1`,
  );
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  repository.git('push', '--quiet', 'origin', 'main:refs/heads/nixup/0123456789ab');
  repository.git('commit', '--quiet', '--allow-empty', '--message=3');
  const done = await proposeIn(forge);
  expect(done).toMatchObject({
    ok: true,
    summary: expect.stringContaining('has it now: https://github.com/ada/fleet/pull/7'),
  });
  expect(repository.git('ls-remote', 'origin', 'nixup/0123456789ab')).toContain(
    repository.git('rev-parse', 'HEAD'),
  );
  expect(repository.git('ls-remote', 'origin', 'nixup/refactor')).toBe('');
  expect(readFileSync(join(forge.bin, 'calls'), 'utf8')).not.toContain('pr create');
});

test('an open pull request whose branch went another way is named, and not overwritten', async () => {
  const forge = withForge(
    `${list('[{"url":"https://github.com/ada/fleet/pull/7","headRefName":"nixup/0123456789ab"}]')}\nexit 1`,
  );
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=theirs');
  repository.git('push', '--quiet', 'origin', 'main:refs/heads/nixup/0123456789ab');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  repository.git('commit', '--quiet', '--allow-empty', '--message=mine');
  expect(await proposeIn(forge)).toMatchObject({
    ok: false,
    exitCode: 1,
    summary: expect.stringMatching(/pull\/7 is open.*merge or close it, then: nixup commit --pr/is),
  });
});

/** What gh and GitHub say, by the status they end with, and what nixup says of it. */
test.each<[string, string | null, RegExp]>([
  ['no gh', null, /gh is not installed.*install gh/is],
  [
    'no login',
    'echo "To get started with GitHub CLI, please run:  gh auth login" >&2; echo "Alternatively, populate the GH_TOKEN environment variable with a GitHub API authentication token." >&2; exit 4',
    /gh is not logged in.*gh auth login/is,
  ],
  [
    'a login that ended',
    'echo "HTTP 401: Bad credentials (https://api.github.com/graphql)" >&2; echo "Try authenticating with:  gh auth login" >&2; exit 1',
    /gh is not logged in/,
  ],
  [
    'offline',
    'echo "error connecting to api.github.com" >&2; echo "check your internet connection or https://githubstatus.com" >&2; exit 1',
    /github\.com cannot be reached.*connect to the network/is,
  ],
  [
    'a host that gh does not know',
    'echo "none of the git remotes configured for this repository point to a known GitHub host. To tell gh about a new GitHub host, please use \\`gh auth login\\`" >&2; exit 1',
    /gh does not know github\.com as a GitHub host.*gh auth login --hostname github\.com/is,
  ],
  [
    'too long',
    'echo "pull request create failed: GraphQL: Body is too long (maximum is 65536 characters) (createPullRequest)" >&2; exit 1',
    /the text is longer than GitHub takes.*gh pr create/is,
  ],
  [
    'no commits',
    'echo "pull request create failed: GraphQL: No commits between main and nixup/1 (createPullRequest)" >&2; exit 1',
    /has every commit/,
  ],
  [
    'no right',
    'echo "pull request create failed: GraphQL: must be a collaborator (createPullRequest)" >&2; exit 1',
    /may not open pull requests there.*gh auth status/is,
  ],
  [
    'a token that may not',
    'echo "pull request create failed: GraphQL: Resource not accessible by personal access token (createPullRequest)" >&2; exit 1',
    /may not open pull requests there/,
  ],
  [
    'single sign-on',
    'echo "HTTP 403: Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization." >&2; exit 1',
    /single sign-on.*gh auth refresh/is,
  ],
  [
    'too many requests',
    'echo "HTTP 403: API rate limit exceeded for user ID 1. (https://api.github.com/graphql)" >&2; exit 1',
    /too many requests/,
  ],
  [
    'archived',
    'echo "pull request create failed: GraphQL: Repository was archived so is read-only. (createPullRequest)" >&2; exit 1',
    /the repository is archived/,
  ],
  [
    'its own trouble',
    'echo "HTTP 502: Bad Gateway (https://api.github.com/graphql)" >&2; exit 1',
    /trouble of its own.*githubstatus/is,
  ],
  ['something new', 'echo "the moon is full" >&2; exit 1', /the moon is full.*gh pr create/is],
])('gh with %s has a remedy of its own', async (_, gh, said) => {
  const forge = withForge(gh === null ? null : `${list('[]')}\n${gh}`);
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  const done = await proposeIn(forge);
  expect(done).toMatchObject({ ok: false, exitCode: 1 });
  expect(done.summary).toMatch(said);
});

test('one that exists already is named, and is no failure', async () => {
  const forge = withForge(
    `${list('[]')}\necho 'a pull request for branch "x" into branch "main" already exists:' >&2; echo https://github.com/ada/fleet/pull/7 >&2; exit 1`,
  );
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  expect(await proposeIn(forge)).toMatchObject({
    ok: true,
    summary: expect.stringContaining(
      'The pull request that was open: https://github.com/ada/fleet/pull/7',
    ),
  });
});

test('a very long message is cut before it is sent', async () => {
  const forge = withForge(`${list('[]')}\necho https://github.com/ada/fleet/pull/7`);
  using repository = forge.repository;
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  await proposeIn(forge, `title\n\n${'a line of the report\n'.repeat(5_000)}`);
  const body = readFileSync(join(forge.bin, 'body'), 'utf8');
  expect(body.length).toBeLessThan(60_200);
  expect(body).toMatch(/… \d+ more lines/);
});
