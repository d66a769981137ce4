import { expect, test } from 'vitest';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { remoteRepository } from '../../../source/model/forge/remote.ts';
import { failed, success } from '../../../source/model/result.ts';
import { forgejo } from '../../../source/services/forge/forgejo.ts';
import { github } from '../../../source/services/forge/github.ts';
import { gitlab } from '../../../source/services/forge/gitlab.ts';
import { findOwn, openIssue, openRequest } from '../../../source/services/forge/requests.ts';
import type { ForgeTool } from '../../../source/services/forge/tool.ts';
import type { Exec } from '../../../source/services/world/world.ts';

const branches = { branch: 'nixup/0123456789ab', into: 'main' };
const text = { title: 'flake.lock: 1 input', body: 'b' };

const forgeAt = (tool: ForgeTool, address: string) => {
  const repository = remoteRepository(address);
  if (repository === null) throw new Error(`${address} is no address`);
  return { tool, repository, remote: 'origin', root: '/fleet' };
};

const fleet = forgeAt(github, 'git@github.com:ada/fleet.git');

const listed = (url: string): string =>
  JSON.stringify([
    {
      url,
      headRefName: branches.branch,
      baseRefName: branches.into,
      isCrossRepository: false,
      title: text.title,
      author: { login: 'ada' },
    },
  ]);

/** A program that prints this for a new request or issue, and that for the list; a failure where it has none. */
const programOf =
  (made: string | Failure, list: string | Failure = '[]'): Exec =>
  async (command) => {
    const said = command.args[1] === 'list' ? list : made;
    return typeof said === 'string'
      ? success({ stdout: said, stderr: '', tookMs: 1 })
      : failed(said);
  };

const hangs: Failure = {
  code: 'command-timeout',
  command: 'gh pr create',
  afterMs: 60_000,
  tail: [],
};

const news = 'A new release of gh: 2.1 → 2.2\nhttps://github.com/cli/cli/releases/tag/v2.2\n';

test.each<[string, ForgeTool, string, string, string]>([
  [
    'news of itself before it',
    github,
    'git@github.com:ada/fleet.git',
    `${news}https://github.com/ada/fleet/pull/9\n`,
    'https://github.com/ada/fleet/pull/9',
  ],
  [
    'the page of another repository before it',
    github,
    'git@github.com:ada/fleet.git',
    'See https://github.com/bob/fleet/pull/3 and https://github.com/ada/fleet/compare/a\nhttps://github.com/ada/fleet/pull/9',
    'https://github.com/ada/fleet/pull/9',
  ],
  [
    'a link of the terminal around it',
    github,
    'git@github.com:Ada/Fleet.git',
    '\u001b]8;;https://github.com/ada/fleet/pull/9\u0007#9\u001b]8;;\u0007\n',
    'https://github.com/ada/fleet/pull/9',
  ],
  [
    'groups, and a number with what follows it',
    gitlab,
    'git@gitlab.com:group/sub/fleet.git',
    '!9 title\n https://gitlab.com/group/sub/fleet/-/merge_requests/9/diffs.\n',
    'https://gitlab.com/group/sub/fleet/-/merge_requests/9',
  ],
  [
    'a server with another name for git, and a folder of its own',
    gitlab,
    'git@altssh.corp.example:ada/fleet.git',
    'https://corp.example/gitlab/ada/fleet/-/merge_requests/9',
    'https://corp.example/gitlab/ada/fleet/-/merge_requests/9',
  ],
  [
    'a port',
    forgejo,
    'ssh://git@git.lan:2222/ada/fleet.git',
    'http://git.lan:3000/ada/fleet/pulls/9\n',
    'http://git.lan:3000/ada/fleet/pulls/9',
  ],
])('the address of a new request: %s', async (_, tool, address, stdout, url) => {
  const opened = await openRequest(
    { exec: programOf(stdout) },
    forgeAt(tool, address),
    branches,
    text,
  );
  expect(opened).toEqual(success({ kind: 'opened', url }));
});

test('a program that prints only other addresses: the list has the request by its branch', async () => {
  const url = 'https://github.com/ada/new-name/pull/9';
  const opened = await openRequest({ exec: programOf(news, listed(url)) }, fleet, branches, text);
  expect(opened).toEqual(success({ kind: 'opened', url }));
  const none = await openRequest({ exec: programOf(news) }, fleet, branches, text);
  expect(none.ok ? '' : explainInLine(none.failure)).toMatch(
    /^No pull request was opened: gh printed no address/,
  );
});

test('an issue is none of the news either', async () => {
  const made = 'https://github.com/ada/fleet/issues/4';
  expect(await openIssue({ exec: programOf(`${news}${made}\n`) }, fleet, text)).toEqual(
    success(made),
  );
  expect((await openIssue({ exec: programOf(news) }, fleet, text)).ok).toBe(false);
});

test('a program that was stopped while it waited may have opened the request: the list says so', async () => {
  const url = 'https://github.com/ada/fleet/pull/9';
  expect(await openRequest({ exec: programOf(hangs, listed(url)) }, fleet, branches, text)).toEqual(
    success({ kind: 'opened', url }),
  );
});

test.each<[string, Failure]>([
  [
    'was killed behind the address that it printed',
    {
      code: 'command-killed',
      command: 'gh pr create',
      signal: 'SIGKILL',
      tail: ['https://github.com/ada/fleet/pull/9'],
    },
  ],
  [
    'was killed before it printed one',
    { code: 'command-killed', command: 'gh pr create', signal: 'SIGTERM', tail: [] },
  ],
  [
    'failed behind the address that it printed',
    {
      code: 'command-failed',
      command: 'gh pr create',
      exitCode: 1,
      tail: ['https://github.com/ada/fleet/pull/9', 'error writing to the terminal'],
    },
  ],
])('a program that %s may have opened the request: the list says so', async (_, failure) => {
  const url = 'https://github.com/ada/fleet/pull/9';
  expect(
    await openRequest({ exec: programOf(failure, listed(url)) }, fleet, branches, text),
  ).toEqual(success({ kind: 'opened', url }));
  expect((await openRequest({ exec: programOf(failure) }, fleet, branches, text)).ok).toBe(false);
});

test('a program that does not answer is no network that is down', async () => {
  const opened = await openRequest({ exec: programOf(hangs) }, fleet, branches, text);
  expect(opened.ok ? '' : explainInLine(opened.failure)).toBe(
    'No pull request was opened: gh did not answer within 1 m: it or github.com waits for something. See whether gh answers you, then open it for the commit that exists: gh auth status && nixup commit --pr',
  );
});

test('of several requests of nixup one is taken, and the others are named', async () => {
  const [one] = JSON.parse(listed('https://github.com/ada/fleet/pull/9'));
  const list = JSON.stringify([
    one,
    { ...one, url: 'https://github.com/ada/fleet/pull/8', headRefName: 'nixup/ba9876543210' },
    { ...one, url: 'https://github.com/ada/fleet/pull/7', headRefName: 'nixup/by-hand' },
    { ...one, url: 'https://github.com/ada/fleet/pull/6', isCrossRepository: true },
  ]);
  expect(await findOwn({ exec: programOf('', list) }, fleet, branches)).toMatchObject({
    value: {
      url: 'https://github.com/ada/fleet/pull/9',
      others: ['https://github.com/ada/fleet/pull/8'],
    },
  });
  expect(await findOwn({ exec: programOf('') }, fleet, branches)).toEqual(success(null));
});
