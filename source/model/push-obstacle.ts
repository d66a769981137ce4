import { showCommand } from './command.ts';
import type { Failure } from './failure.ts';
import type { GitFacts } from './git.ts';

/** Why a push at the end of what is asked for cannot be, known before anything is done; or null. */
export const pushObstacle = (git: GitFacts | null): Failure | null => {
  if (git === null) return null;
  const inRepository = (...args: readonly string[]): string =>
    showCommand({ file: 'git', args: ['-C', git.root, ...args] });
  const closed = (reason: string, command: string): Failure => ({
    code: 'gate-closed',
    host: null,
    reason,
    remedy: `Nothing was changed. Do without the push, or first: ${command}`,
  });
  if (git.branch === null)
    return closed(
      'HEAD is detached, so there is no branch to push',
      inRepository('switch', '--create', 'NAME'),
    );
  return git.remoteUrl === null
    ? closed(
        'the repository has no remote to push to',
        inRepository('remote', 'add', 'origin', 'URL'),
      )
    : null;
};
