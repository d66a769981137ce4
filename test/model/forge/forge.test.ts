import { expect, test } from 'vitest';
import { forgeByFirstWord, knownForge, requestLink } from '../../../source/model/forge/forge.ts';
import { remoteRepository } from '../../../source/model/forge/remote.ts';

test.each([
  ['git@github.com:ada/fleet.git', 'github.com', 'ada/fleet'],
  ['https://user:token@github.com/ada/fleet', 'github.com', 'ada/fleet'],
  ['ssh://git@ssh.github.com:443/ada/fleet.git', 'ssh.github.com', 'ada/fleet'],
  ['https://gitlab.example.org:8443/group/sub/fleet.git', 'gitlab.example.org', 'group/sub/fleet'],
  ['git@git.sr.ht:~ada/fleet', 'git.sr.ht', '~ada/fleet'],
  ['gh-work:ada/fleet.git', 'gh-work', 'ada/fleet'],
  ['ssh://git@[2001:db8::1]:2222/ada/fleet.git', '[2001:db8::1]', 'ada/fleet'],
])('%s is a repository of %s', (url, host, path) => {
  expect(remoteRepository(url)).toMatchObject({ host, path });
});

test.each([
  '/srv/git/github.git',
  '../fleet',
  'file:///srv/github.com/x',
  './github.com:x',
])('%s is no server', (url) => {
  expect(remoteRepository(url)).toBeNull();
});

/** Known servers by their whole name; others only where nobody says more, by the first word. */
test.each([
  ['github.com', 'github', null],
  ['acme.ghe.com', 'github', null],
  ['gitlab.com', 'gitlab', 'gitlab'],
  ['codeberg.org', 'forgejo', null],
  ['git.sr.ht', 'sourcehut', null],
  ['git.notgithub.example', null, null],
  ['notgithub.com', null, null],
  ['github.com.evil.example', null, 'github'],
  ['gitlab.gnome.org', null, 'gitlab'],
  ['gitea.example.org', null, 'forgejo'],
  ['github', null, 'github'],
])('%s is known as %s, and named like %s', (host, known, named) => {
  expect(knownForge(host)).toBe(known);
  expect(forgeByFirstWord(host)).toBe(host === 'github.com' ? 'github' : named);
});

test.each([
  ['github', 'https://git.example.org/ada/fleet/compare/main...nixup/0123456789ab?expand=1'],
  ['forgejo', 'https://git.example.org/ada/fleet/compare/main...nixup/0123456789ab'],
  [
    'gitlab',
    'https://git.example.org/ada/fleet/-/merge_requests/new?merge_request%5Bsource_branch%5D=nixup%2F0123456789ab&merge_request%5Btarget_branch%5D=main',
  ],
  ['sourcehut', 'https://git.example.org/ada/fleet/send-email'],
] as const)('the page of %s on which a request is opened by hand', (forge, link) => {
  const repository = remoteRepository('https://git.example.org/ada/fleet.git');
  if (repository === null) throw new Error('this is an address');
  expect(requestLink(forge, repository, { branch: 'nixup/0123456789ab', into: 'main' })).toBe(link);
});
