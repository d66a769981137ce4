import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const addHook = (folder: string, name: string, script: string): void => {
  const path = join(folder, 'hooks', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

test('a push is proven at the remote', async () => {
  using repository = temporaryRepository();
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'allowed' },
  });
  expect(await repository.service.push({ remote: 'origin', branch: 'main' })).toEqual({
    ok: true,
    value: {
      remote: 'origin',
      ref: 'refs/heads/main',
      revision: repository.git('rev-parse', 'HEAD'),
    },
  });
  expect(repository.git('--git-dir', origin, 'rev-parse', 'main')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
});

test('a remote that moved on, one that is gone, and none are told apart', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.canPush()).toEqual({ ok: true, value: { kind: 'no-remote' } });
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  repository.git('push', '--quiet');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  repository.git('commit', '--quiet', '--allow-empty', '--message=other');
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'refused', refusal: { kind: 'behind' } },
  });
  repository.git('checkout', '--quiet', '-b', 'new');
  expect(await repository.service.canPush()).toEqual({
    ok: true,
    value: { kind: 'no-upstream', remote: 'origin', branch: 'new' },
  });
  repository.git('checkout', '--quiet', 'main');
  repository.git('remote', 'set-url', 'origin', `${origin}-gone`);
  expect(await repository.service.canPush()).toMatchObject({
    ok: true,
    value: { kind: 'refused', refusal: { kind: 'no-repository' } },
  });
});

test('a hook of the server that refuses is told with its words', async () => {
  using repository = temporaryRepository();
  const origin = repository.addOrigin();
  addHook(origin, 'pre-receive', 'echo "main is protected"; exit 1');
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  expect(await repository.service.canPush()).toMatchObject({ value: { kind: 'allowed' } });
  expect(await repository.service.push({ remote: 'origin', branch: 'main' })).toMatchObject({
    ok: false,
    failure: {
      code: 'git-refused',
      operation: 'push',
      remedy: expect.stringContaining('pull request'),
    },
  });
});

test('a branch name never becomes an option or a refspec', async () => {
  using repository = temporaryRepository();
  repository.addOrigin();
  for (const branch of ['--force', 'a:b', '+main', '', 'x y'])
    expect(await repository.service.push({ remote: 'origin', branch })).toMatchObject({
      ok: false,
    });
  expect(
    await repository.service.push({ remote: '--upload-pack=x', branch: 'main' }),
  ).toMatchObject({
    ok: false,
  });
});

test('a password in the address of the remote is not shown', async () => {
  using repository = temporaryRepository();
  repository.git('remote', 'add', 'origin', 'https://ada:hunter2@git.example.org/fleet.git');
  expect(await repository.service.observe()).toMatchObject({
    value: { remoteUrl: 'https://ada:***@git.example.org/fleet.git' },
  });
});

test('a branch without an upstream is pushed to the only remote and remembers it', async () => {
  using repository = temporaryRepository();
  repository.addOrigin();
  repository.git('checkout', '--quiet', '-b', 'lock-update');
  expect(await repository.service.push({ branch: 'lock-update' })).toMatchObject({
    ok: true,
    value: { remote: 'origin', ref: 'refs/heads/lock-update' },
  });
  expect(repository.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe('origin/lock-update');
});

const aheadOfOrigin = () => {
  const repository = temporaryRepository();
  const origin = repository.addOrigin();
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  return { repository, origin };
};

const target = { remote: 'origin', branch: 'main' };

test.each([
  ['a hook of the server', 'pre-receive', 'echo "main is frozen until Friday"; exit 1', true],
  ['a hook of the repository', 'pre-push', 'echo "nix flake check failed" >&2; exit 1', false],
  [
    'one that speaks of permissions',
    'pre-push',
    'echo "permission denied by us" >&2; exit 1',
    false,
  ],
] as const)('%s that refuses a push has the word', async (_, name, script, isServer) => {
  const { repository, origin } = aheadOfOrigin();
  using _own = repository;
  addHook(isServer ? origin : `${repository.folder}/.git`, name, script);
  const done = await repository.service.push(target);
  const said = /echo "([^"]*)"/.exec(script)?.[1];
  expect(done).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', detail: expect.stringContaining(said ?? '') },
  });
  if (!isServer)
    expect(done).toMatchObject({ failure: { detail: expect.stringContaining('pre-push') } });
});

test('no tag goes with the branch, whatever push.followTags says', async () => {
  const { repository, origin } = aheadOfOrigin();
  using _own = repository;
  repository.git('config', 'push.followTags', 'true');
  repository.git('tag', '--annotate', 'secret', '--message=x');
  expect(await repository.service.push(target)).toMatchObject({ ok: true });
  expect(repository.git('--git-dir', origin, 'tag')).toBe('');
  expect(repository.git('--git-dir', origin, 'rev-parse', 'main')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
});

test.each([
  [
    'pushurl',
    (git: (...words: string[]) => string, to: string) => git('config', 'remote.origin.pushUrl', to),
  ],
  [
    'pushInsteadOf',
    (git: (...words: string[]) => string, to: string, from: string) =>
      git('config', `url.${to}.pushInsteadOf`, from),
  ],
] as const)('with %s a push is proven where it went', async (_, prepare) => {
  const { repository, origin } = aheadOfOrigin();
  using _own = repository;
  const elsewhere = `${origin}-elsewhere`;
  repository.git('clone', '--quiet', '--bare', origin, elsewhere);
  prepare(repository.git, elsewhere, origin);
  const before = repository.git('--git-dir', origin, 'rev-parse', 'main');
  // It is told before, too: the dialog and the subcommand show these addresses.
  expect(await repository.service.observe()).toMatchObject({
    ok: true,
    value: { pushesTo: [elsewhere] },
  });
  expect(await repository.service.push(target)).toMatchObject({ ok: true });
  expect(repository.git('--git-dir', elsewhere, 'rev-parse', 'main')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
  expect(repository.git('--git-dir', origin, 'rev-parse', 'main')).toBe(before);
});

test('the remote of branch.*.pushRemote and remote.pushDefault is the one that is pushed to', async () => {
  for (const key of ['branch.main.pushRemote', 'remote.pushDefault']) {
    const { repository, origin } = aheadOfOrigin();
    using _own = repository;
    const fork = `${origin}-fork`;
    repository.git('clone', '--quiet', '--bare', origin, fork);
    repository.git('remote', 'add', 'fork', fork);
    repository.git('config', key, 'fork');
    expect(await repository.service.observe()).toMatchObject({ value: { pushesTo: [fork] } });
    const done = await repository.service.push({ branch: 'main' });
    expect(done).toMatchObject({ ok: true, value: { remote: 'fork', ref: 'refs/heads/main' } });
    expect(repository.git('--git-dir', fork, 'rev-parse', 'main')).toBe(
      repository.git('rev-parse', 'HEAD'),
    );
  }
});

test('a mirror, which takes all or nothing, is told as one', async () => {
  const { repository } = aheadOfOrigin();
  using _own = repository;
  repository.git('config', 'remote.origin.mirror', 'true');
  expect(await repository.service.push(target)).toMatchObject({
    ok: false,
    failure: { detail: expect.stringContaining('is a mirror') },
  });
});
