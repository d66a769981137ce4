import { expect, test } from 'vitest';
import { lockedCommitCount } from '../../../source/model/lock/commit-count.ts';
import { commitUrl, compareUrl } from '../../../source/model/lock/compare-url.ts';
import type { LockedReference } from '../../../source/model/lock/lock.ts';
import { revision } from '../../support/lock-samples.ts';

const old = revision('a');
const now = revision('b');

const linkOf = (reference: LockedReference): string | null =>
  compareUrl({ ...reference, rev: old }, { ...reference, rev: now })
    ?.replace(old, 'OLD')
    .replace(now, 'NEW') ?? null;

test.each<[string, LockedReference, string | null]>([
  ['github', { type: 'github', owner: 'o', repo: 'r' }, 'https://github.com/o/r/compare/OLD...NEW'],
  [
    'github of an enterprise',
    { type: 'github', host: 'ghe.example', owner: 'o', repo: 'r' },
    'https://ghe.example/o/r/compare/OLD...NEW',
  ],
  [
    'gitlab',
    { type: 'gitlab', owner: 'o', repo: 'r' },
    'https://gitlab.com/o/r/-/compare/OLD...NEW',
  ],
  [
    'gitlab with a subgroup and a host',
    { type: 'gitlab', host: 'gitlab.gnome.org', owner: 'o%2Fs', repo: 'r' },
    'https://gitlab.gnome.org/o/s/r/-/compare/OLD...NEW',
  ],
  ['sourcehut', { type: 'sourcehut', owner: '~o', repo: 'r' }, 'https://git.sr.ht/~o/r/log/NEW'],
  [
    'git over https',
    { type: 'git', url: 'https://github.com/o/r.git' },
    'https://github.com/o/r/compare/OLD...NEW',
  ],
  [
    'git of an unknown kind over https on a port',
    { type: 'git', url: 'https://git.example.org:3000/o/r.git' },
    null,
  ],
  [
    'forgejo over https on a port',
    { type: 'git', url: 'https://forgejo.example.org:3000/o/r.git' },
    'https://forgejo.example.org:3000/o/r/compare/OLD...NEW',
  ],
  [
    'gitlab over http on a port',
    { type: 'git', url: 'http://gitlab.lan:8080/o/r.git' },
    'http://gitlab.lan:8080/o/r/-/compare/OLD...NEW',
  ],
  [
    'forgejo over ssh on a port, which serves no pages',
    { type: 'git', url: 'ssh://git@forgejo.example.org:2222/o/r' },
    'https://forgejo.example.org/o/r/compare/OLD...NEW',
  ],
  [
    'an archive of gitea over http on a port',
    { type: 'tarball', url: 'http://gitea.lan:3000/o/r/archive/main.tar.gz' },
    'http://gitea.lan:3000/o/r/compare/OLD...NEW',
  ],
  [
    'git over ssh',
    { type: 'git', url: 'ssh://git@github.com/o/r' },
    'https://github.com/o/r/compare/OLD...NEW',
  ],
  [
    'git on Codeberg',
    { type: 'git', url: 'https://codeberg.org/o/r' },
    'https://codeberg.org/o/r/compare/OLD...NEW',
  ],
  [
    'git on cgit',
    { type: 'git', url: 'https://git.kernel.org/pub/scm/linux/r.git' },
    'https://git.kernel.org/pub/scm/linux/r.git/log/?qt=range&q=OLD..NEW',
  ],
  [
    'git on cgit without a folder',
    { type: 'git', url: 'https://git.zx2c4.com/wireguard-tools' },
    'https://git.zx2c4.com/wireguard-tools/log/?qt=range&q=OLD..NEW',
  ],
  [
    'git of Savannah, whose pages lie elsewhere',
    { type: 'git', url: 'https://git.savannah.gnu.org/git/guix.git' },
    'https://git.savannah.gnu.org/cgit/guix.git/log/?qt=range&q=OLD..NEW',
  ],
  [
    'GitLab under another name',
    { type: 'git', url: 'https://invent.kde.org/frameworks/kio.git' },
    'https://invent.kde.org/frameworks/kio/-/compare/OLD...NEW',
  ],
  ['git on an unknown host', { type: 'git', url: 'https://h.example/o/r' }, null],
  ['git on this machine', { type: 'git', url: 'file:///home/me/r' }, null],
  [
    'an archive of Forgejo',
    { type: 'tarball', url: 'https://git.example/api/v1/repos/o/r/archive/x.tar.gz' },
    'https://git.example/o/r/compare/OLD...NEW',
  ],
  [
    'an archive of GitLab',
    { type: 'tarball', url: 'https://gitlab.example/o/s/r/-/archive/main/r.tar.gz' },
    'https://gitlab.example/o/s/r/-/compare/OLD...NEW',
  ],
  [
    'FlakeHub',
    { type: 'tarball', url: 'https://api.flakehub.com/f/pinned/o/r/0.1/x/source.tar.gz' },
    'https://github.com/o/r/compare/OLD...NEW',
  ],
  [
    'a NixOS channel',
    {
      type: 'tarball',
      url: 'https://releases.nixos.org/nixos/26.05/nixos-26.05.4193.a50de1b7d8a5/nixexprs.tar.xz',
    },
    'https://github.com/NixOS/nixpkgs/compare/OLD...NEW',
  ],
  ['a path', { type: 'path', path: '/p' }, null],
  ['a host that is no host', { type: 'github', host: 'h example/<', owner: 'o', repo: 'r' }, null],
])('%s has its page of a range', (_, reference, url) => {
  expect(linkOf(reference)).toBe(url);
});

test('there is no page across repositories, nor for revisions that are none', () => {
  const at = (owner: string, rev: string): LockedReference => ({
    type: 'github',
    owner,
    repo: 'r',
    rev,
  });
  expect(compareUrl(at('o', old), at('p', now))).toBeNull();
  expect(compareUrl(at('o', old), at('o', 'x?y'))).toBeNull();
  expect(compareUrl(at('o', old), at('o', old))).toBeNull();
});

const channel = (name: string): LockedReference => ({
  type: 'tarball',
  url: `https://releases.nixos.org/nixos/x/${name}/nixexprs.tar.xz`,
});

test.each<[string, LockedReference, LockedReference, unknown]>([
  [
    'revCount',
    { type: 'git', revCount: 10 },
    { type: 'git', revCount: 14 },
    { count: 4, exact: true, source: 'revCount' },
  ],
  [
    'revCount of a clone of depth 1, before',
    { type: 'git', revCount: 1, lastModified: 1_764_000_000 },
    { type: 'git', revCount: 25_100, lastModified: 1_764_600_000 },
    { count: 25_099, exact: false, source: 'revCount' },
  ],
  [
    'revCount of a clone of depth 1, after',
    { type: 'git', revCount: 25_100, lastModified: 1_764_000_000 },
    { type: 'git', revCount: 1, lastModified: 1_764_600_000 },
    { count: 25_099, exact: false, source: 'revCount' },
  ],
  [
    'revCount of a clone of depth 50',
    { type: 'git', revCount: 50, lastModified: 1_764_000_000 },
    { type: 'git', revCount: 925_100, lastModified: 1_764_600_000 },
    { count: 925_050, exact: false, source: 'revCount' },
  ],
  [
    'revCount of a downgrade',
    { type: 'git', revCount: 14 },
    { type: 'git', revCount: 10 },
    { count: 4, exact: true, source: 'revCount' },
  ],
  [
    'a channel of a release',
    channel('nixos-26.05.4193.a50de1b7d8a5'),
    channel('nixos-26.05.4200.b50de1b7d8a5'),
    { count: 7, exact: true, source: 'channel' },
  ],
  [
    'an unstable channel over a release',
    channel('nixos-26.05pre1053317.0e251e24a4f2'),
    channel('nixos-26.11pre1053417.1e251e24a4f2'),
    { count: 100, exact: true, source: 'channel' },
  ],
  [
    'channels of two releases',
    channel('nixos-25.11.4193.a50de1b7d8a5'),
    channel('nixos-26.05.4200.b50de1b7d8a5'),
    null,
  ],
  ['nothing', { type: 'github' }, { type: 'github' }, null],
])('commits are counted by %s', (_, before, after, count) => {
  expect(lockedCommitCount({ ...before, rev: old }, { ...after, rev: now })).toEqual(count);
});

test.each<[string, LockedReference, string | null]>([
  ['github', { type: 'github', owner: 'o', repo: 'r' }, 'https://github.com/o/r/commit/NEW'],
  ['gitlab', { type: 'gitlab', owner: 'o', repo: 'r' }, 'https://gitlab.com/o/r/-/commit/NEW'],
  ['sourcehut', { type: 'sourcehut', owner: '~o', repo: 'r' }, 'https://git.sr.ht/~o/r/commit/NEW'],
  [
    'forgejo',
    { type: 'git', url: 'https://codeberg.org/o/r' },
    'https://codeberg.org/o/r/commit/NEW',
  ],
  ['a folder', { type: 'git', url: 'file:///srv/r' }, null],
])('the page of a commit on %s', (_name, reference, page) => {
  expect(commitUrl(reference, now)?.replace(now, 'NEW') ?? null).toBe(page);
});
