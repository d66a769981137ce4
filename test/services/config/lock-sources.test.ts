import { expect, test } from 'vitest';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import { readOldLock } from '../../../source/services/config/lock-sources.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

test.each([
  undefined,
  'HEAD~1',
])('of a repository of another user the remedy is to trust it: %s', async (argument) => {
  using repository = temporaryRepository();
  const { world, folder } = repository;
  // Git's own way to play this.
  const env = { PATH: process.env['PATH'] ?? '', GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
  const foreign = { ...world, workingFolder: folder, exec: createExec(env, Date.now) };
  const read = await readOldLock(foreign, folder, argument);
  if (read.ok) throw new Error('the lock was read');
  expect(read.failure.next).toBeNull();
  expect(explainInLine(read.failure.failure)).toMatch(
    /dubious ownership.*belongs to another user.*git config --global --add safe\.directory \S+\/fleet/s,
  );
});
