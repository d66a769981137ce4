import { expect, test } from 'vitest';
import {
  parseForgejoCompare,
  parseGithubCompare,
  parseGitlabCompare,
} from '../../../source/parsers/inputs/compare.ts';

const message =
  'feat!: new options\n\nThe old ones are gone.\n\nBREAKING CHANGE: set the new ones.\n';
const body = 'The old ones are gone.\n\nBREAKING CHANGE: set the new ones.';

/** After https://docs.github.com/en/rest/commits/commits (compare two commits); Forgejo sends the same shape. */
const gitCommit = {
  sha: 'a'.repeat(40),
  commit: {
    message,
    author: { name: 'Ada', email: 'ada@example.org', date: '2026-11-01T00:00:00Z' },
    committer: { name: 'GitHub', email: 'noreply@example.org', date: '2026-11-02T00:00:00Z' },
  },
};

/** After https://docs.gitlab.com/api/repositories (compare branches, tags, or commits). */
const gitlabCommit = {
  id: 'a'.repeat(40),
  title: 'feat!: new options',
  message,
  author_name: 'Ada',
  committed_date: '2026-11-02T00:00:00.000+00:00',
};

const read = {
  revision: 'a'.repeat(40),
  at: Date.UTC(2026, 10, 2) / 1_000,
  subject: 'feat!: new options',
  author: 'Ada',
  body,
  isBreaking: true,
};

test.each([
  [
    'GitHub',
    parseGithubCompare,
    { status: 'ahead', ahead_by: 1, behind_by: 0, commits: [gitCommit] },
  ],
  ['Forgejo', parseForgejoCompare, { total_commits: 1, commits: [gitCommit] }],
  ['GitLab', parseGitlabCompare, { commits: [gitlabCommit] }],
])('%s tells author, date, subject and the rest of the message', (_forge, parse, answer) => {
  expect(parse(JSON.stringify(answer))?.subjects).toEqual([read]);
});

test('a commit whose author is not told has none, and a long message is bounded', () => {
  const answer = {
    status: 'ahead',
    ahead_by: 1,
    commits: [{ sha: 'b'.repeat(40), commit: { message: `x\n${'long '.repeat(5_000)}` } }],
  };
  const [commit] = parseGithubCompare(JSON.stringify(answer))?.subjects ?? [];
  expect(commit).not.toHaveProperty('author');
  expect(commit?.body?.length).toBeLessThanOrEqual(2_000);
});
