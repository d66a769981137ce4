import type { CommitSubject, Direction } from '../../model/lock/commit-count.ts';
import { type Fields, isFields, readJson } from '../json.ts';
import { cleanLine } from '../nix/clean-line.ts';

/** The answer of a forge about a range. */
export interface Comparison {
  readonly count: number;
  readonly direction: Direction | null;
  /** Oldest first, as forges send them; those of the asked page. */
  readonly subjects: readonly CommitSubject[];
}

const readFields = (body: string): Fields | null => {
  const value = readJson(body);
  return isFields(value) ? value : null;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `BREAKING CHANGE:` below the subject, after conventionalcommits.org. */
const footerOf = (message: unknown): Pick<CommitSubject, 'isBreaking'> =>
  /^BREAKING[ -]CHANGE:/m.test(text(message)) ? { isBreaking: true } : {};

const subjectOf = (message: unknown): string => cleanLine(text(message).split('\n', 1)[0] ?? '');

/** Longest body of a message that is kept, UTF-16 units: a merge may quote a thousand commits. */
const longestBody = 2_000;

const bodyOf = (message: unknown): Pick<CommitSubject, 'body'> => {
  const [, ...lines] = text(message).slice(0, longestBody).split('\n');
  return { body: lines.map(cleanLine).join('\n').trim() };
};

const authorOf = (name: unknown): Pick<CommitSubject, 'author'> =>
  text(name) === '' ? {} : { author: cleanLine(text(name)) };

const secondsOf = (value: unknown): number => Math.floor((Date.parse(text(value)) || 0) / 1_000);

const commitsOf = (fields: Fields): readonly Fields[] =>
  Array.isArray(fields['commits']) ? fields['commits'].filter(isFields) : [];

/** Commits as GitHub and Forgejo send them. */
const gitCommit = (commit: Fields): CommitSubject => {
  const inner = isFields(commit['commit']) ? commit['commit'] : {};
  const committer = isFields(inner['committer']) ? inner['committer'] : {};
  const author = isFields(inner['author']) ? inner['author'] : {};
  return {
    revision: text(commit['sha']),
    at: secondsOf(committer['date']),
    subject: subjectOf(inner['message']),
    ...authorOf(author['name']),
    ...bodyOf(inner['message']),
    ...footerOf(inner['message']),
  };
};

const githubDirections: Readonly<Record<string, Direction>> = {
  ahead: 'ahead',
  behind: 'behind',
  diverged: 'diverged',
};

/** `GET /repos/{owner}/{repo}/compare/{basehead}` of GitHub. */
export const parseGithubCompare = (body: string): Comparison | null => {
  const fields = readFields(body);
  if (fields === null) return null;
  const direction = githubDirections[text(fields['status'])] ?? null;
  const count = direction === 'behind' ? fields['behind_by'] : fields['ahead_by'];
  if (typeof count !== 'number') return null;
  return { count, direction, subjects: commitsOf(fields).map(gitCommit) };
};

/** `GET /repos/{owner}/{repo}/compare/{basehead}` of Forgejo and Gitea. */
export const parseForgejoCompare = (body: string): Comparison | null => {
  const fields = readFields(body);
  const count = fields?.['total_commits'];
  if (fields === null || typeof count !== 'number') return null;
  return {
    count,
    direction: count === 0 ? 'behind' : null,
    subjects: commitsOf(fields).map(gitCommit).reverse(),
  };
};

/** `GET /projects/{id}/repository/compare` of GitLab, which sends all commits and no total. */
export const parseGitlabCompare = (body: string): Comparison | null => {
  const fields = readFields(body);
  if (fields === null || !Array.isArray(fields['commits'])) return null;
  const subjects = commitsOf(fields).map((commit) => ({
    revision: text(commit['id']),
    at: secondsOf(commit['committed_date']),
    subject: subjectOf(commit['title']),
    ...authorOf(commit['author_name']),
    ...(commit['message'] === undefined ? {} : bodyOf(commit['message'])),
    ...footerOf(commit['message']),
  }));
  return { count: subjects.length, direction: subjects.length === 0 ? 'behind' : null, subjects };
};
