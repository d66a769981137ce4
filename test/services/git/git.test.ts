import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../../support/temporary-repository.ts';

test('revisions are compared and counted', async () => {
  using repository = temporaryRepository();
  const first = repository.git('rev-parse', 'HEAD');
  repository.git('commit', '--quiet', '--allow-empty', '--message=2');
  repository.git('commit', '--quiet', '--allow-empty', '--message=3');
  const { service } = repository;
  expect(await service.isAncestor(first, 'HEAD')).toEqual({ ok: true, value: true });
  expect(await service.isAncestor('HEAD', first)).toEqual({ ok: true, value: false });
  expect(await service.countCommits(first, 'HEAD')).toEqual({ ok: true, value: 2 });
  expect(await service.countCommits('deadbeef', 'HEAD')).toMatchObject({ ok: false });
  expect(await service.revisionExists('HEAD~1')).toBe(true);
  expect(await service.revisionExists('deadbeef')).toBe(false);
});

test('a tree is that of the newest commit that holds it', async () => {
  using repository = temporaryRepository();
  const { service } = repository;
  const first = repository.git('rev-parse', 'HEAD^{tree}');
  repository.git('commit', '--quiet', '--allow-empty', '--message=the same files again');
  const again = repository.git('rev-parse', 'HEAD');
  repository.write('hosts.nix', '{ }');
  repository.git('add', 'hosts.nix');
  repository.git('commit', '--quiet', '--message=other files');
  const commits = await service.commitsByTree();
  expect(commits.get(first)).toBe(again);
  expect(commits.get(repository.git('rev-parse', 'HEAD^{tree}'))).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
  expect(commits.size).toBe(2);
});

test.each([
  '--output=/tmp/x',
  '-x',
  '',
  'a..b',
  'HEAD:flake.nix',
  'a b',
])('the text %j is never taken for a revision', async (revision) => {
  using repository = temporaryRepository();
  expect(await repository.service.show(revision, 'flake.lock')).toMatchObject({
    ok: false,
    failure: { code: 'git-refused' },
  });
  expect(await repository.service.revisionExists(revision)).toBe(false);
});

test('only the lock of a commit is taken back, and only while it is the lock of HEAD', async () => {
  using repository = temporaryRepository();
  const { service } = repository;
  repository.write('flake.lock', '{"a":2}\n');
  repository.write('notes.md', 'foreign');
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message=2');
  const second = repository.git('rev-parse', 'HEAD');
  const planned = await service.planLockRevert(second);
  expect(planned).toMatchObject({
    ok: true,
    value: {
      text: '{"a":1}\n',
      path: 'flake.lock',
      message: expect.stringContaining('Revert "2"'),
    },
  });
  repository.write('flake.lock', '{"a":3}\n');
  repository.git('commit', '--quiet', '--all', '--message=3');
  expect(await service.planLockRevert(second)).toMatchObject({
    ok: false,
    failure: { detail: expect.stringContaining('later commits changed flake.lock again') },
  });
  expect(
    await service.planLockRevert(repository.git('rev-list', '--max-parents=0', 'HEAD')),
  ).toMatchObject({
    ok: false,
    failure: { detail: expect.stringContaining('it is the first commit, or the clone is shallow') },
  });
});

test('outside of a repository there is no command of a commit, and that is a failure', async () => {
  using repository = temporaryRepository();
  rmSync(join(repository.folder, '.git'), { recursive: true });
  expect(await repository.service.commitCommands(['flake.lock'])).toMatchObject({
    ok: false,
    failure: { code: 'git-refused', operation: 'rev-parse' },
  });
});
