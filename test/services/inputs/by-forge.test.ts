import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { CommitRange } from '../../../source/model/inputs/commits.ts';
import { createForgeCommits } from '../../../source/services/inputs/by-forge.ts';
import { createHttp } from '../../../source/services/world/http.ts';
import type { World } from '../../../source/services/world/world.ts';
import { strictWorld } from '../../support/strict-world.ts';

const old = 'a'.repeat(40);
const now = 'b'.repeat(40);

const rangeOn = (forge: 'github' | 'gitlab' | 'forgejo', host: string): CommitRange => ({
  old,
  new: now,
  url: `https://${host}/o/r`,
  repository: { forge, host, owner: 'o', repo: 'r' },
  since: null,
});

const comparison = JSON.stringify({
  status: 'ahead',
  ahead_by: 3,
  behind_by: 0,
  total_commits: 3,
  commits: [],
});

/** A forge on this machine, answering as documented; every https address leads to it. */
const forgeThat = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tokens: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
  timeoutMs = 60_000,
) => {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const http = createHttp(() => 0);
  const strict = strictWorld({
    environment,
    now: 1_000_000,
    answers: [
      {
        match: 'nix config show',
        stdout: JSON.stringify({ 'access-tokens': { value: tokens } }),
        times: 'any',
      },
    ],
  });
  const world: World = {
    ...strict,
    http: (request) =>
      http({
        ...request,
        timeoutMs,
        url: request.url.replace(/^https:\/\/([^/]+)/, `http://127.0.0.1:${port}`),
      }),
  };
  return {
    forges: createForgeCommits(world),
    world: strict,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const github = rangeOn('github', 'github.com');

test('a renamed repository is followed', async () => {
  await using forge = await forgeThat((request, response) => {
    if (request.url?.startsWith('/repos/') === true)
      response.writeHead(301, { location: `/repositories/1${request.url.slice(10)}` }).end();
    else response.end(comparison);
  });
  expect(await forge.forges.compare(github)).toMatchObject({ ok: true, value: { count: 3 } });
  expect(forge.requests).toHaveLength(2);
});

test('a revision that is gone, or a private repository, is told as such', async () => {
  await using forge = await forgeThat((_, response) => {
    response.writeHead(404).end('{"message":"Not Found"}');
  });
  expect(await forge.forges.compare(github)).toMatchObject({
    failure: { code: 'http-failed', detail: expect.stringContaining('(404)') },
  });
});

test('a slow answer ends as a failure, not as a wait', async () => {
  await using forge = await forgeThat(() => undefined, {}, {}, 300);
  expect(await forge.forges.compare(github)).toMatchObject({
    failure: { code: 'http-failed', detail: expect.stringContaining('no answer within') },
  });
});

test('an answer that is no JSON is told', async () => {
  await using forge = await forgeThat((_, response) => void response.end('<html>'));
  expect(await forge.forges.compare(github)).toMatchObject({
    failure: { detail: 'the answer could not be read' },
  });
});

test.each([
  ['429 with retry-after', 429, { 'retry-after': '120' }],
  [
    '403 with the hour of the reset',
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1120' },
  ],
])('after %s the forge is left alone until then, and that is said', async (_, status, headers) => {
  await using forge = await forgeThat((_request, response) => {
    response.writeHead(status, headers).end();
  });
  for (let asked = 0; asked < 3; asked += 1)
    expect(await forge.forges.compare(github)).toMatchObject({
      failure: { detail: expect.stringMatching(/limit of requests is used up for another 2 m/) },
    });
  expect(forge.requests).toHaveLength(1);
});

test('the last allowed answer is used, and nothing is asked after it', async () => {
  await using forge = await forgeThat((_, response) => {
    response
      .writeHead(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2000' })
      .end(comparison);
  });
  expect(await forge.forges.compare(github)).toMatchObject({ ok: true });
  expect(await forge.forges.compare(github)).toMatchObject({ ok: false });
  expect(forge.requests).toHaveLength(1);
});

test('what a forge still allows is told, and until when it is left alone', async () => {
  let left = 42;
  await using forge = await forgeThat((_, response) => {
    response
      .writeHead(200, { 'x-ratelimit-remaining': String(left), 'x-ratelimit-reset': '2000' })
      .end(comparison);
  });
  expect(forge.forges.limits()).toEqual([]);
  await forge.forges.compare(github);
  expect(forge.forges.limits()).toEqual([{ host: 'github.com', remaining: 42, until: null }]);
  left = 0;
  await forge.forges.compare(github);
  expect(forge.forges.limits()).toEqual([{ host: 'github.com', remaining: 0, until: 2_000_000 }]);
});

/** A GitHub that has so many commits between the two ends, and still allows so many requests. */
const pagesOf = (count: number, budget: { left: number }) => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const query = new URL(request.url ?? '', 'http://h').searchParams;
    const size = Number(query.get('per_page'));
    const first = (Number(query.get('page')) - 1) * size;
    const commits = Array.from(
      { length: Math.max(0, Math.min(size, count - first)) },
      (_, index) => ({
        sha: `${first + index + 1}`,
        commit: { message: `subject ${first + index + 1}`, committer: { date: '2026-11-20' } },
      }),
    );
    budget.left -= 1;
    response
      .writeHead(200, { 'x-ratelimit-remaining': String(budget.left), 'x-ratelimit-reset': '2000' })
      .end(JSON.stringify({ status: 'ahead', ahead_by: count, behind_by: 0, commits }));
  };
  return answer;
};

const numbersDown = (from: number, to: number): readonly string[] =>
  Array.from({ length: from - to + 1 }, (_, index) => String(from - index));

test('all pages of a long range are read, from the newest', async () => {
  await using forge = await forgeThat(pagesOf(1_234, { left: 5_000 }));
  const parts: number[] = [];
  const listed = await forge.forges.list(github, [], (part) => parts.push(part.length));
  const { subjects = [], rest } = (listed.ok ? listed.value : null) ?? {};
  expect(rest).toBeNull();
  expect(subjects.map(({ revision }) => revision)).toEqual(numbersDown(1_234, 1));
  expect(parts.slice(0, 3)).toEqual([34, 134, 234]);
});

test('a long range leaves requests for Nix, says so, and goes on from there the next time', async () => {
  const budget = { left: 20 };
  await using forge = await forgeThat(pagesOf(1_234, budget));
  const listed = await forge.forges.list(github, [], () => undefined);
  const part = listed.ok ? listed.value : null;
  expect(part?.rest).toMatchObject({ detail: expect.stringContaining('15 more requests') });
  expect(part?.subjects.map(({ revision }) => revision)).toEqual(numbersDown(1_234, 901));
  expect(forge.requests).toHaveLength(5);
  budget.left = 5_000;
  const known = (part?.subjects ?? []).slice(0, 300);
  const later = await forge.forges.list(github, known, () => undefined);
  const whole = later.ok ? later.value : null;
  expect(whole?.rest).toBeNull();
  expect(whole?.subjects.map(({ revision }) => revision)).toEqual(numbersDown(1_234, 1));
});

test('a forge that sends less than it counts is not believed to have sent all', async () => {
  await using forge = await forgeThat((_, response) => void response.end(comparison));
  const listed = await forge.forges.list(rangeOn('forgejo', 'h.example'), [], () => undefined);
  expect(listed).toMatchObject({
    value: { subjects: [], rest: { detail: 'the forge sent 0 of 3 commits' } },
  });
});

const answering = (_: IncomingMessage, response: ServerResponse): void =>
  void response.end(comparison);

test.each([
  [github, { 'github.com': 'one', 'github.com/o': 'two' }, {}, 'authorization', 'token two'],
  [github, { 'github.com/o/r': 'three', 'github.com': 'one' }, {}, 'authorization', 'token three'],
  [github, {}, { GH_TOKEN: 'given' }, 'authorization', 'token given'],
  [github, { 'github.com': 'nix' }, { GITHUB_TOKEN: 'given' }, 'authorization', 'token nix'],
  [rangeOn('gitlab', 'h.example'), { 'h.example': 'PAT:x' }, {}, 'private-token', 'x'],
  [rangeOn('gitlab', 'h.example'), { 'h.example': 'OAuth2:x' }, {}, 'authorization', 'Bearer x'],
  [rangeOn('forgejo', 'h.example'), {}, { GITHUB_TOKEN: 'given' }, 'authorization', undefined],
])('%# the token is the one that Nix would use', async (range, tokens, environment, name, value) => {
  await using forge = await forgeThat(answering, tokens, environment);
  await forge.forges.compare(range);
  expect(forge.requests[0]?.headers[name]).toBe(value);
});

test('a netrc is read where nothing else is given', async () => {
  await using forge = await forgeThat(answering, {}, { HOME: '/home/ada' });
  await forge.world.files.write(
    '/home/ada/.netrc',
    '# comment\nmachine github.com\n  login ada password secret\ndefault login x password y\n',
  );
  await forge.forges.compare(github);
  expect(forge.requests[0]?.headers['authorization']).toBe(
    `Basic ${Buffer.from('ada:secret').toString('base64')}`,
  );
});
