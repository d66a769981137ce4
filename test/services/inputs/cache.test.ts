import { expect, test } from 'vitest';
import type { CommitRange } from '../../../source/model/inputs/commits.ts';
import { createCommitsCache } from '../../../source/services/inputs/cache.ts';
import { strictWorld } from '../../support/strict-world.ts';

const range: CommitRange = {
  old: 'a'.repeat(40),
  new: 'b'.repeat(40),
  url: 'https://github.com/o/r',
  repository: { forge: 'github', host: 'github.com', owner: 'o', repo: 'r' },
  since: null,
};

const old = { revision: 'b'.repeat(40), at: 1_700_000_000, subject: 'kept by an earlier nixup' };

test.each([
  ['without an author, as an earlier nixup kept them', old],
  ['with author and body', { ...old, author: 'Ada', body: 'why' }],
  ['that breaks something', { ...old, author: 'Ada', isBreaking: true as const }],
])('a commit %s is read again as it was kept', async (_what, commit) => {
  const cache = createCommitsCache(strictWorld({}));
  await cache.keepSubjects(range, { subjects: [commit], isWhole: true });
  expect(await cache.subjects(range)).toEqual({ subjects: [commit], isWhole: true });
});
