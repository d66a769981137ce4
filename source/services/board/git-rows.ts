import { type CheckRow, row } from '../../model/board/board.ts';
import { quoteWords } from '../../model/command.ts';
import { lookAgainCommand } from '../../model/commit/git.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import {
  type UnseenFile,
  unseenAdvice,
  unseenCommand,
  unseenReason,
  unseenRemedy,
  unseenSentence,
} from '../../model/nix/unseen-file.ts';
import type { Result } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showRevision } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { Git } from '../git/git.ts';
import type { RepositoryState } from '../git/observe.ts';
import {
  commitObstacleOf,
  endOperation,
  identityRemedy,
  leaveDetached,
  operationWords,
} from '../git/obstacles.ts';
import type { PushRights } from '../git/push.ts';
import type { ReadFolder, ReadFolders } from '../git/read-folders.ts';
import { failureRow, questionOf, someOf } from './row.ts';

const question = questionOf('git');

export const gitQuestions = {
  repository: question('repository', 'repository'),
  branch: question('branch', 'branch'),
  dirty: question('dirty', 'working tree'),
  conflicts: question('conflicts', 'conflict markers'),
  untracked: question('untracked', 'invisible to Nix'),
  upstream: question('upstream', 'unpushed commits'),
  push: question('push', 'push rights'),
  identity: question('identity', 'author'),
  commit: question('commit', 'a commit'),
} as const;

const inRepository = (seen: RepositoryState, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', seen.root, ...words]);

export const judgeBranch = (seen: RepositoryState): CheckRow => {
  const asked = gitQuestions.branch;
  const { operation, branch, head } = seen;
  if (operation !== null)
    return row(
      asked,
      'red',
      `${operationWords[operation]} was begun and not ended`,
      seen.conflicted.length > 0
        ? endOperation(seen, operation)
        : { ...endOperation(seen, operation), text: 'end it, or abort it' },
    );
  if (branch === null)
    return row(
      asked,
      'red',
      `HEAD is detached at ${head === null ? 'nothing' : showRevision(head)}: a commit would belong to no branch`,
      advise('go to a branch', leaveDetached(seen)),
    );
  return head === null
    ? row(
        asked,
        'red',
        `${branch} has no commit yet`,
        advise('make the first commit', inRepository(seen, 'commit', '--message', 'Start')),
      )
    : row(
        asked,
        'green',
        `${branch} at ${showRevision(head)}${seen.isShallow ? ', without its older commits (a shallow clone)' : ''}`,
      );
};

export const judgeDirty = (seen: RepositoryState): CheckRow => {
  const asked = gitQuestions.dirty;
  if (seen.dirty.length === 0) return row(asked, 'green', 'clean');
  const files = [...seen.dirtyFiles.map(({ path }) => path), ...seen.conflicted];
  const own = [
    `${seen.prefix}flake.lock`,
    // Hidden from git, its changes are in no commit.
    ...(seen.overlooked === undefined || seen.overlooked.length === 0
      ? [`${seen.prefix}nixup.toml`]
      : []),
  ];
  if (seen.conflicted.length === 0 && files.every((file) => own.includes(file)))
    return row(
      asked,
      'warning',
      files.length === 1
        ? `only ${files[0] === own[0] ? 'flake.lock differs from HEAD: an update that is' : 'nixup.toml differs from HEAD: its holds and settings are'} not committed yet`
        : 'only flake.lock and nixup.toml differ from HEAD: an update with its holds that is not committed yet',
      advise('review it; the commit is the last step but one', 'nixup diff'),
    );
  const shown = seen.dirtyFiles.map(({ path, state, from }) =>
    from === null ? `${state}  ${path}` : `${state}  ${from} → ${path}`,
  );
  const overlooked = seen.overlooked ?? [];
  if (overlooked.length > 0)
    return row(
      asked,
      'red',
      `${counted(overlooked.length, 'changed file')} hidden from git (skip-worktree, assume-unchanged): ${someOf(overlooked.map(({ path }) => path))}`,
      advise(
        'Nix reads them, and no commit has the changes; to let git see them again',
        lookAgainCommand(seen.root, overlooked),
      ),
      shown,
    );
  return row(
    asked,
    'red',
    `${counted(files.length, 'tracked file')} changed: ${someOf(files)}`,
    advise(
      'it can be tested and deployed, and is labelled so; see what differs',
      inRepository(seen, 'diff', 'HEAD'),
    ),
    shown,
  );
};

export const judgeConflicts = (
  seen: RepositoryState,
  markers: Result<readonly string[], Failure>,
): CheckRow => {
  const asked = gitQuestions.conflicts;
  if (!markers.ok) return failureRow(asked, markers.failure);
  const files = [...new Set([...seen.conflicted, ...markers.value])];
  const [first] = files;
  if (first === undefined) return row(asked, 'green', 'none');
  const isLock = files.every((file) => file.endsWith('flake.lock'));
  return row(
    asked,
    'red',
    `${counted(files.length, 'file')} with conflicts: ${someOf(files)}`,
    isLock
      ? advise(
          'take the committed lock, then update again',
          inRepository(seen, 'checkout', 'HEAD', '--', first),
        )
      : advise('resolve them in the file, then add it', inRepository(seen, 'add', '--', first)),
    files,
  );
};

/** Folders that are read as a whole: Nix reports no error for a file that is missing there. */
const judgeReadFolders = ({ folders, computed }: ReadFolders): CheckRow => {
  const asked = gitQuestions.untracked;
  const name = ({ folder }: ReadFolder): string => (folder === '' ? 'the flake’s folder' : folder);
  const notLookedAt = computed.map(
    (place) => `${place} reads a folder whose name is computed: its files are not checked`,
  );
  const hidden = folders.flatMap((one) => one.hidden.map((file) => ({ file, folder: one })));
  const [first] = hidden;
  if (first === undefined)
    return row(
      asked,
      'green',
      folders.length === 0
        ? 'every Nix file that the flake names is tracked'
        : `every Nix file that the flake names is tracked; nothing else lies in what it reads as a whole: ${someOf(folders.map(name))}`,
      null,
      notLookedAt,
    );
  const commands = hidden.flatMap(({ file }) => unseenCommand(file) ?? []);
  return row(
    asked,
    'warning',
    `${counted(hidden.length, 'file')} in ${someOf([...new Set(hidden.map(({ folder }) => name(folder)))])} ${hidden.length === 1 ? 'is' : 'are'} not seen by Nix, which reads the whole folder there: ${someOf(hidden.map(({ file }) => file.file))}`,
    commands.length === 0
      ? { text: 'move them out of that folder, or let git track them' }
      : advise(
          'it is missing without an error; when the flake needs it, let git track it',
          commands.join(' && '),
        ),
    [
      ...hidden.map(
        ({ file, folder }) =>
          `${file.file}: ${unseenReason(file)}; ${folder.place} reads ${name(folder)}`,
      ),
      ...notLookedAt,
    ],
  );
};

/**
 * Files that git does not give to Nix, each with its reason; files that need the same command share
 * it.
 */
export const judgeUntracked = (
  seen: RepositoryState,
  needed: readonly UnseenFile[] = [],
  folders: ReadFolders = { folders: [], computed: [] },
): CheckRow => {
  const asked = gitQuestions.untracked;
  const hidden = needed.filter(({ file }) => !seen.untrackedNix.includes(file));
  const files = [...seen.untrackedNix, ...hidden.map(({ file }) => file)];
  const [first] = hidden;
  if (files.length === 0) return judgeReadFolders(folders);
  if (first === undefined)
    return row(
      asked,
      'red',
      `${counted(files.length, 'Nix file')} not tracked by git: ${someOf(files)}`,
      advise(
        'Nix does not see files that git does not track; when the flake needs them, add them',
        inRepository(seen, 'add', '--intent-to-add', '--', ...files),
      ),
      files,
    );
  const told = [
    ...seen.untrackedNix.map((file) => `${file}: git does not track it`),
    ...hidden.map((one) => `${one.file}: ${unseenReason(one)}`),
  ];
  const commands = [
    ...(seen.untrackedNix.length === 0
      ? []
      : [inRepository(seen, 'add', '--intent-to-add', '--', ...seen.untrackedNix)]),
    ...new Set(hidden.flatMap((one) => unseenCommand(one) ?? [])),
  ];
  const what =
    files.length === 1
      ? unseenSentence(first)
      : `${counted(files.length, 'file')} that Nix does not see: ${someOf(files)}`;
  const advice = [...new Set(hidden.map((one) => unseenAdvice(one)))].join('; ');
  const [only, ...others] = hidden;
  return row(
    asked,
    'red',
    what,
    commands.length > 0
      ? advise(advice, commands.join(' && '))
      : only !== undefined && others.length === 0
        ? unseenRemedy(only)
        : { text: advice },
    told,
  );
};

export const judgeUpstream = (seen: RepositoryState): CheckRow => {
  const asked = gitQuestions.upstream;
  const { upstream, ahead, behind, branch } = seen;
  if (upstream === null)
    return seen.remote === null || branch === null
      ? row(asked, 'not-set-up', 'no remote branch to compare with')
      : row(
          asked,
          'not-set-up',
          `${branch} has no upstream branch`,
          advise(
            'push it once and remember where',
            inRepository(seen, 'push', '--set-upstream', seen.remote, branch),
          ),
        );
  if (behind > 0)
    return row(
      asked,
      'red',
      ahead > 0
        ? `${branch} and ${upstream} have diverged: ${ahead} here, ${behind} there`
        : `${counted(behind, 'commit')} of ${upstream} not here, as of the last fetch`,
      advise(
        'take them over before testing',
        inRepository(seen, 'pull', '--rebase', '--autostash'),
      ),
    );
  return ahead > 0
    ? row(
        asked,
        'red',
        `${counted(ahead, 'commit')} not on ${upstream}`,
        advise('push them', inRepository(seen, 'push')),
      )
    : row(asked, 'green', `same as ${upstream}, as of the last fetch`);
};

export const judgePush = (seen: RepositoryState, rights: Result<PushRights, Failure>): CheckRow => {
  const asked = gitQuestions.push;
  if (!rights.ok) return failureRow(asked, rights.failure);
  const { value } = rights;
  switch (value.kind) {
    case 'allowed':
      return row(asked, 'green', `${value.remote} would take ${value.branch}`, null, [
        'hooks and branch protection of the server are only seen by a real push',
      ]);
    case 'no-branch':
      return row(asked, 'not-set-up', 'HEAD is on no branch');
    case 'no-remote':
      return row(
        asked,
        'not-set-up',
        'the repository has no remote',
        advise('add one', inRepository(seen, 'remote', 'add', 'origin', 'ADDRESS')),
      );
    case 'no-upstream':
      return row(
        asked,
        'not-set-up',
        `${value.branch} has no upstream branch`,
        advise(
          'push it once and remember where',
          inRepository(seen, 'push', '--set-upstream', value.remote, value.branch),
        ),
      );
    case 'refused': {
      const { what, next } = explain(value.failure);
      return row(asked, 'red', what, next);
    }
  }
};

export const judgeAuthor = (identity: Result<string, Failure>): CheckRow =>
  identity.ok
    ? row(gitQuestions.identity, 'green', identity.value)
    : row(
        gitQuestions.identity,
        'red',
        'git does not know whose commits these are',
        advise('tell it once', identityRemedy),
      );

/** Other reasons that would refuse a commit; a reason that another row tells is not repeated. */
const judgeCommit = (seen: RepositoryState, obstacle: Failure | null): CheckRow => {
  const asked = gitQuestions.commit;
  if (obstacle === null)
    return row(asked, 'green', 'git would take it', null, [
      'hooks are only asked by a real commit',
    ]);
  if (commitObstacleOf(seen) !== null) return row(asked, 'not-set-up', 'not now, see the branch');
  const { what, next } = explain(obstacle);
  return row(asked, 'red', what, next);
};

/** The rows of git. Outside of a repository there is one, and it is red. */
export const gitRows = async (git: Git): Promise<readonly CheckRow[]> => {
  const observed = await git.observe();
  if (!observed.ok) return [failureRow(gitQuestions.repository, observed.failure)];
  const seen = observed.value;
  const [unseen, folders, markers, rights, identity, obstacle] = await Promise.all([
    git.unseenFiles(),
    git.readFolders(),
    git.conflictMarkers(),
    git.canPush(seen),
    git.identity(),
    git.commitObstacle(seen),
  ]);
  return [
    row(
      gitQuestions.repository,
      'green',
      withoutControls(seen.root + (seen.prefix === '' ? '' : ` (${seen.prefix})`)),
    ),
    judgeBranch(seen),
    judgeDirty(seen),
    judgeConflicts(seen, markers),
    judgeUntracked(seen, unseen, folders),
    judgeUpstream(seen),
    judgePush(seen, rights),
    judgeAuthor(identity),
    judgeCommit(seen, obstacle),
  ];
};
