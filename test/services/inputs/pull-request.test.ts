import { expect, test } from 'vitest';
import { forgeOf, openPullRequest } from '../../../source/services/inputs/pull-request.ts';
import { strictWorld } from '../../support/strict-world.ts';

const request = { branch: 'lock-update', into: 'main', title: '--web', body: 'why' };

test.each([
  ['git@github.com:ada/fleet.git', 'github'],
  ['https://github.com/ada/fleet', 'github'],
  ['/srv/git/github.git', null],
  ['ssh://git@git.example.org:2222/fleet.git', null],
])('%s is served by %s', (url, name) => {
  expect(forgeOf(url)?.name ?? null).toBe(name);
});

test('a pull request is opened with the body on standard input; a title is no option', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'gh pr create --head=lock-update --base=main --title=--web --body-file=-',
        input: 'why',
        stdout: 'https://github.com/ada/fleet/pull/7\n',
      },
    ],
  });
  expect(await openPullRequest(world, '/fleet', 'git@github.com:ada/fleet.git', request)).toEqual({
    ok: true,
    value: { kind: 'opened', url: 'https://github.com/ada/fleet/pull/7' },
  });
});

test('without gh or a known forge the way on is told', async () => {
  const world = strictWorld({
    answers: [{ match: 'gh pr create', failure: { code: 'program-missing', program: 'gh' } }],
  });
  expect(
    await openPullRequest(world, '/fleet', 'git@github.com:ada/fleet.git', request),
  ).toMatchObject({ failure: { code: 'git-refused', detail: 'gh is not installed' } });
  expect(await openPullRequest(world, '/fleet', '/srv/fleet.git', request)).toMatchObject({
    failure: { detail: 'no known forge is at /srv/fleet.git' },
  });
});
