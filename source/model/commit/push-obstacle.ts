import { showCommand } from '../command.ts';
import type { Failure } from '../failure.ts';
import { advise, advised } from '../words/advice.ts';
import { counted } from '../words/sentences.ts';
import { type GitFacts, newBranch } from './git.ts';

/** A pattern of the settings by which git chooses where a branch is pushed, for `git config --get-regexp`. */
const pushSettings = (branch: string): string =>
  `^(remote[.]pushdefault|branch[.]${branch.replaceAll(/[^A-Za-z0-9/_-]/g, '.')}[.](pushremote|remote|merge))$`;

/**
 * Why the push that was asked for cannot succeed, known before anything is done; null when it can.
 * `without`: what else can be done, as the beginning of the advice.
 */
export const pushObstacle = (
  git: GitFacts | null,
  without = 'Do without the push',
): Failure | null => {
  if (git === null) return null;
  const inRepository = (...args: readonly string[]): string =>
    showCommand({ file: 'git', args: ['-C', git.root, ...args] });
  const closed = (reason: string, command: string): Failure => ({
    code: 'gate-closed',
    host: null,
    reason,
    ...advised(advise(`Nothing was changed. ${without}, or first`, command)),
  });
  if (git.branch === null)
    return closed(
      'HEAD is detached, so there is no branch to push',
      inRepository('switch', '--create', newBranch(git.head)),
    );
  if (git.remoteUrl === null && git.remote != null)
    return closed(
      `the branch ${git.branch} is to be pushed to ${git.remote === '.' ? 'this very repository' : JSON.stringify(git.remote)} by a setting of git, and that is no remote here`,
      `${inRepository('config', '--show-origin', '--get-regexp', pushSettings(git.branch))} (it names the setting and its file)`,
    );
  return git.remoteUrl === null
    ? closed(
        'the repository has no remote to push to',
        inRepository('remote', 'add', 'origin', 'URL'),
      )
    : null;
};

/** What a commit means in a checkout that is behind its remote, and how to solve that. */
interface BehindRemote {
  readonly reason: string;
  /** A command. */
  readonly first: string;
}

/** Whether a commit here would split the branch, as of the last fetch; null when not. Pure. */
export const behindRemote = (git: GitFacts | null): BehindRemote | null =>
  git === null || git.behind === 0
    ? null
    : {
        reason: `${git.branch ?? 'HEAD'} is ${counted(git.behind, 'commit')} behind ${git.upstream ?? 'its remote'}${git.ahead > 0 ? `, and ${git.ahead} ahead of it` : ''}, as of the last fetch: a commit here would split the branch`,
        // A rebase refuses a tree with changes.
        first: showCommand({
          file: 'git',
          args: ['-C', git.root, 'pull', '--rebase', '--autostash'],
        }),
      };
