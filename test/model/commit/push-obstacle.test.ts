import { expect, test } from 'vitest';
import type { GitFacts } from '../../../source/model/commit/git.ts';
import { behindRemote, pushObstacle } from '../../../source/model/commit/push-obstacle.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';

const git: GitFacts = {
  root: '/fleet',
  branch: 'main',
  head: 'a'.repeat(40),
  upstream: 'origin/main',
  ahead: 0,
  behind: 0,
  dirty: [],
  conflicted: [],
  untrackedNix: [],
  tree: 'b'.repeat(40),
  sources: null,
  remoteUrl: 'ssh://git@forge/fleet',
};

test.each<[string, Partial<GitFacts>, RegExp | null]>([
  ['a branch with a remote', {}, null],
  [
    'a detached head',
    { branch: null, upstream: null },
    /HEAD is detached.*Nothing was changed.*git -C \/fleet switch --create from-[0-9a-f]{7}\b/,
  ],
  [
    'no remote at all',
    { upstream: null, remoteUrl: null },
    /no remote.*git -C \/fleet remote add origin URL/,
  ],
  [
    'a remote of a setting that does not exist',
    { upstream: null, remoteUrl: null, remote: 'nowhere' },
    /pushed to "nowhere" by a setting.*config --show-origin --get-regexp \S*pushdefault/,
  ],
  [
    'an upstream in the repository itself',
    { remoteUrl: null, remote: '.' },
    /pushed to this very repository by a setting/,
  ],
])('%s: whether a push can be is known before anything is done', (_title, over, said) => {
  const obstacle = pushObstacle({ ...git, ...over });
  if (said === null) expect(obstacle).toBeNull();
  else expect(obstacle === null ? '' : explainInLine(obstacle)).toMatch(said);
});

test.each<[string, Partial<GitFacts>, string | null]>([
  ['as of the last fetch', {}, null],
  ['behind', { behind: 1 }, 'git -C /fleet pull --rebase --autostash'],
  [
    'behind, with a changed lock that a rebase alone would refuse',
    { behind: 2, ahead: 1, dirty: ['flake.lock'] },
    'git -C /fleet pull --rebase --autostash',
  ],
])('a checkout that is %s has its way out', (_title, over, first) => {
  expect(behindRemote({ ...git, ...over })?.first ?? null).toBe(first);
});
