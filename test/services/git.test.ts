import { expect, test } from 'vitest';
import { temporaryRepository } from './temporary-repository.ts';

test('restoring a file leaves what is staged', async () => {
  using repository = temporaryRepository();
  repository.write('flake.lock', 'staged');
  repository.git('add', 'flake.lock');
  repository.write('flake.lock', 'working');
  await repository.service.restoreFile('HEAD', 'flake.lock');
  expect(repository.read('flake.lock')).toBe('{"a":1}\n');
  expect(repository.git('show', ':flake.lock')).toBe('staged');
});

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

test('a commit is taken back by a commit, and a conflict leaves all as it was', async () => {
  using repository = temporaryRepository();
  const start = repository.git('rev-parse', 'HEAD^{tree}');
  repository.write('flake.lock', '{"a":2}\n');
  repository.git('commit', '--quiet', '--all', '--message=2');
  const second = repository.git('rev-parse', 'HEAD');
  const reverted = await repository.service.revertCommit(second);
  expect(reverted).toMatchObject({ ok: true, value: { tree: start } });
  const again = await repository.service.revertCommit(second);
  expect(again).toMatchObject({ ok: false, failure: { code: 'git-refused' } });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('a saved reference keeps its commit', async () => {
  using repository = temporaryRepository();
  expect(await repository.service.saveRef('runs/a1', 'HEAD')).toEqual({
    ok: true,
    value: undefined,
  });
  expect(repository.git('rev-parse', 'refs/nixup/runs/a1')).toBe(
    repository.git('rev-parse', 'HEAD'),
  );
  expect(await repository.service.saveRef('../x', 'HEAD')).toMatchObject({ ok: false });
});
