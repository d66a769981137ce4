import { expect, test } from 'vitest';
import { ownCommitUrl } from '../../../source/model/forge/own-commit.ts';

const revision = 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2';
const git = (remoteUrl: string | null, ahead = 0, head = 'f'.repeat(40)) => ({
  remoteUrl,
  ahead,
  head,
});

test.each([
  ['git@github.com:ada/fleet.git', `https://github.com/ada/fleet/commit/${revision}`],
  ['https://gitlab.com/ada/group/fleet', `https://gitlab.com/ada/group/fleet/-/commit/${revision}`],
  ['ssh://git@codeberg.org/ada/fleet.git', `https://codeberg.org/ada/fleet/commit/${revision}`],
  ['git@git.sr.ht:~ada/fleet', `https://git.sr.ht/~ada/fleet/commit/${revision}`],
  ['git@forge.example:ada/fleet.git', null],
  ['/srv/git/fleet.git', null],
  [null, null],
])('the page of an own commit behind %s is %s', (remoteUrl, page) => {
  expect(ownCommitUrl(git(remoteUrl), revision)).toBe(page);
});

test('a tree that was not committed and a commit that is not pushed have no page', () => {
  const url = 'git@github.com:ada/fleet.git';
  expect(ownCommitUrl(git(url), `${revision}-dirty`)).toBeNull();
  expect(ownCommitUrl(git(url, 1, revision), revision)).toBeNull();
  expect(ownCommitUrl(git(url, 1), revision)).toBe(
    `https://github.com/ada/fleet/commit/${revision}`,
  );
  expect(ownCommitUrl(null, revision)).toBeNull();
});
