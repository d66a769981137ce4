import path from 'node:path';
import type { CommitChoice } from '../../model/commit/commit-plan.ts';
import type { GitFacts } from '../../model/commit/git.ts';
import type { Config } from '../../model/config/settings.ts';
import type { OwnFlags } from '../arguments/invocation.ts';

/** Where a commit goes besides the branch. */
export interface Publishing {
  readonly push: boolean;
  readonly pr: boolean;
}

/** What the command line asks for counts; else what nixup.toml says. */
export const publishingOf = (
  { push, pullRequest }: Pick<Config['commit'], 'push' | 'pullRequest'>,
  asked: Publishing & Pick<OwnFlags<'commit'>, 'noPr'>,
): Publishing => {
  const pr = asked.pr || (pullRequest && !asked.push && !asked.noPr);
  return { pr, push: asked.push || (push === 'always' && !pr) };
};

const changedName = (
  name: string,
  git: Pick<GitFacts, 'root' | 'dirty'> | null,
  workingFolder: string,
): string =>
  git === null || git.dirty.includes(name)
    ? name
    : path.relative(git.root, path.resolve(workingFolder, name));

/** What the command line says of changed files besides the lock. A name is one of git's, or a path from here. */
export const commitChoice = (
  { with: also, leaveRest }: Pick<OwnFlags<'commit'>, 'with' | 'leaveRest'>,
  git: Pick<GitFacts, 'root' | 'dirty'> | null,
  workingFolder: string,
): CommitChoice => ({
  also: also.flatMap((value) => {
    // The name of a file may hold a comma.
    const whole = changedName(value, git, workingFolder);
    return git?.dirty.includes(whole) === true
      ? [whole]
      : value
          .split(',')
          .filter((name) => name !== '')
          .map((name) => changedName(name, git, workingFolder));
  }),
  rest: leaveRest ? 'left' : 'unasked',
});
