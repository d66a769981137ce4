import { explain, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { createGit } from '../../services/git/git.ts';
import { findPullRequest, openPullRequest, ownBranch } from '../../services/inputs/pull-request.ts';
import type { RunResult } from '../../state/run.ts';
import type { CommandContext } from './command.ts';
import type { Program } from './open.ts';

/** A commit that was made, and what could not be done with it. */
const butNot = (committed: RunResult, failure: Failure): RunResult => ({
  ...committed,
  ok: false,
  exitCode: 1,
  summary: `${committed.summary} ${explainInLine(failure)}`,
});

/**
 * Pushes the commit to a branch of its own and opens a pull request into the
 * branch that it was made on; where nixup's own is open already, that one gets
 * the commit. The local branch stays where it is.
 */
export const propose = async (
  { world, console }: CommandContext,
  program: Program,
  committed: RunResult,
  revision: string,
  message: string,
): Promise<RunResult> => {
  const { git: repository, flakePath } = program.state();
  const into = repository?.branch ?? null;
  const remoteUrl = repository?.remoteUrl ?? null;
  if (repository === null || into === null || remoteUrl === null)
    return butNot(committed, {
      code: 'git-refused',
      operation: 'open a pull request',
      detail: into === null ? 'HEAD is detached' : 'the repository has no remote',
      ...advised(advise('Push it by hand', 'git push')),
    });
  const own = ownBranch(revision);
  const found = await findPullRequest(world, repository.root, remoteUrl, { branch: own, into });
  if (!found.ok) return butNot(committed, found.failure);
  const open = found.value;
  const branch = open?.branch ?? own;
  const git = createGit(world, flakePath ?? world.workingFolder, console.terminal);
  const pushed = await git.push({ branch: into, remoteRef: `refs/heads/${branch}` });
  if (!pushed.ok)
    return butNot(
      committed,
      open === null
        ? pushed.failure
        : {
            code: 'git-refused',
            operation: 'push',
            detail: `the pull request ${open.url} is open, and its branch ${branch} does not take this commit: ${explain(pushed.failure).what}`,
            ...advised(advise('merge or close it, then', 'nixup commit --pr')),
          },
    );
  if (open !== null)
    return {
      ...committed,
      pullRequest: open.url,
      summary: `${committed.summary} The pull request that was open has it now: ${open.url}`,
    };
  const [title = '', ...body] = message.split('\n');
  const opened = await openPullRequest(world, repository.root, remoteUrl, {
    branch,
    into,
    title,
    body: body.join('\n').trim(),
  });
  if (!opened.ok) return butNot(committed, opened.failure);
  const said =
    opened.value.kind === 'found' ? 'The pull request that was open' : 'The pull request';
  return {
    ...committed,
    pullRequest: opened.value.url,
    summary: `${committed.summary} ${said}: ${opened.value.url}`,
  };
};
