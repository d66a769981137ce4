import { expect, test } from 'vitest';
import { showCommit, showLatency, showRevision } from '../../../source/model/words/format.ts';

const revision = '0123456789abcdef0123456789abcdef01234567';

test.each([
  [revision, '0123456'],
  [`${revision}-dirty`, '0123456-dirty'],
  ['0123456', '0123456'],
  ['release-26.05', 'release-26.05'],
])('the revision %s is shown as %s', (given, shown) => {
  expect(showRevision(given)).toBe(shown);
});

test('a commit is shown by twelve digits, and an answer by whole milliseconds', () => {
  expect([showCommit(revision), showLatency(12.4)]).toEqual(['0123456789ab', '12 ms']);
});
