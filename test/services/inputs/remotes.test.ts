import { expect, test } from 'vitest';
import { newestRevision } from '../../../source/services/inputs/remotes.ts';
import { strictWorld } from '../../support/strict-world.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const revision = (hash: string) => ({ ok: true, value: { kind: 'revision', revision: hash } });
const unasked = { ok: true, value: { kind: 'unasked' } };

test('branch, tag and HEAD of a real remote are told without fetching', async () => {
  using repository = temporaryRepository();
  const { git, folder, world } = repository;
  git('tag', '-a', 'v1', '-m', 'v1');
  const first = git('rev-parse', 'HEAD');
  repository.write('flake.nix', '{ }\n');
  git('commit', '-qam', 'more');
  const second = git('rev-parse', 'HEAD');
  const ask = (more: Readonly<Record<string, string>>) =>
    newestRevision(
      { ...world, environment: {} },
      {
        type: 'git',
        url: `file://${folder}`,
        ...more,
      },
    );
  expect(await ask({})).toEqual(revision(second));
  expect(await ask({ ref: 'main' })).toEqual(revision(second));
  expect(await ask({ ref: 'refs/heads/main' })).toEqual(revision(second));
  expect(await ask({ ref: 'v1' })).toEqual(revision(first));
  expect(await ask({ ref: 'gone' })).toEqual({
    ok: true,
    value: { kind: 'no-ref', url: `file://${folder}`, ref: 'gone' },
  });
  expect(await ask({ rev: first })).toEqual(unasked);
  expect(await ask({ url: `file://${folder}/nowhere` })).toMatchObject({
    ok: false,
    failure: { code: 'git-refused' },
  });
});

test.each([
  [{ type: 'github', owner: 'NixOS', repo: 'nixpkgs' }, 'https://github.com/nixos/nixpkgs HEAD'],
  [
    { type: 'gitlab', owner: 'a%2Fb', repo: 'c', host: 'gitlab.example.org', ref: 'main' },
    "https://gitlab.example.org/a/b/c main 'main^{}'",
  ],
  [{ type: 'sourcehut', owner: '~a', repo: 'b' }, "'https://git.sr.ht/~a/b' HEAD"],
])('%j is asked at %s', async (original, line) => {
  const world = strictWorld({ answers: [{ match: 'git', stdout: '' }] });
  await newestRevision(world, original);
  expect(world.ran[0]?.shown.toLowerCase()).toContain(`git ls-remote -- ${line.toLowerCase()}`);
});

test.each([
  { type: 'path', path: '/home/ada/x' },
  { type: 'tarball', url: 'https://example.org/x.tar.gz' },
  { type: 'git', url: '--upload-pack=touch pwned' },
  { type: 'git', url: 'ext::sh -c touch% pwned' },
  { type: 'git', url: 'https://example.org/x', ref: '--upload-pack=x' },
])('%j is not asked', async (original) => {
  const world = strictWorld();
  expect(await newestRevision(world, original)).toEqual(unasked);
  expect(world.ran).toEqual([]);
});
