import path from 'node:path';
import type { CommitChoice } from '../model/commit-plan.ts';
import type { GitFacts } from '../model/git.ts';
import type { Flags } from './invocation.ts';

/** What the command line says of changed files besides the lock. A name is one of git's, or a path from here. */
export const commitChoice = (
  flags: Pick<Flags, 'with' | 'leaveRest'>,
  git: Pick<GitFacts, 'root' | 'dirty'> | null,
  workingFolder: string,
): CommitChoice => ({
  also: flags.with.map((name) =>
    git === null || git.dirty.includes(name)
      ? name
      : path.relative(git.root, path.resolve(workingFolder, name)),
  ),
  rest: flags.leaveRest ? 'left' : 'unasked',
});
