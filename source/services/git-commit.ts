import type { Command } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import {
  ask,
  type GitPlace,
  type GitWorld,
  gitDeed,
  gitQuestion,
  isSafeRevision,
  reasonOf,
  refuseRevision,
  tailOf,
} from './git-command.ts';
import { treeOfPaths } from './git-tree.ts';

export interface Commit {
  readonly revision: string;
  readonly tree: string;
}

export interface CommitRequest {
  readonly message: string;
  /** Relative to the root of the repository; nothing else is committed. */
  readonly paths: readonly string[];
  /** The tree that was tested: the commit must have exactly it. Absent: whatever the paths give. */
  readonly tree?: string | undefined;
}

/** Hooks may build or format; one that waits for an answer is stopped. */
const commitTimeoutMs = 180_000;

const refused = (detail: string, remedy: string): Failure => ({
  code: 'git-refused',
  operation: 'commit',
  detail,
  remedy,
});

/** Why a commit was not made, from git's last words. */
const commitFailure = (failure: Failure, root: string): Failure => {
  if (failure.code === 'command-timeout')
    return refused(
      `the commit was not made within ${failure.afterMs / 1_000} s: a hook or the signing of the commit waits`,
      `commit by hand to see what it asks: git -C ${root} commit`,
    );
  if (failure.code !== 'command-failed') return failure;
  const told = tailOf(failure).join('\n');
  if (
    /tell me who you are|unable to auto-detect email|empty ident name|no email was given/i.test(
      told,
    )
  )
    return refused(
      'git does not know whose commit it is',
      'git config --global user.name "YOUR NAME" && git config --global user.email "YOU@EXAMPLE.ORG"',
    );
  if (
    /failed to sign|gpg failed|signing failed|couldn't load public key|no private key/i.test(told)
  )
    return refused(
      `the commit could not be signed: ${reasonOf(failure)}`,
      'unlock the signing key once (for gpg: echo test | gpg --clearsign; for ssh: ssh-add), then commit again',
    );
  if (/nothing to commit|no changes added|nothing added to commit/i.test(told))
    return refused('there is nothing to commit', 'nothing has to be done');
  if (/partial commit during a (?:merge|cherry-pick|revert)/i.test(told))
    return refused(reasonOf(failure), `end what was begun first: git -C ${root} status`);
  if (/index\.lock/.test(told))
    return refused(
      'another git works in this repository',
      'wait for it, then commit again; the message above names the lock file if it was left behind',
    );
  return refused(
    `git or one of its hooks refused: ${tailOf(failure).slice(-3).join(' / ')}`,
    `see what the hook says: git -C ${root} commit`,
  );
};

const readHead = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<Commit & { readonly parent: string | null }, Failure>> => {
  const answer = await ask(
    world.exec,
    gitQuestion(place.root, ['log', '-1', '--no-show-signature', '--format=%H %T %P', 'HEAD']),
  );
  if (!answer.ok) return answer;
  const [revision = '', tree = '', parent = ''] = answer.value.stdout.trim().split(' ');
  return success({ revision, tree, parent: parent === '' ? null : parent });
};

/** The commit of exactly these paths; the message comes on standard input. */
export const commitCommand = (root: string, paths: readonly string[]): Command =>
  gitDeed(root, [
    'commit',
    '--quiet',
    '--file=-',
    '--cleanup=whitespace',
    '--only',
    '--',
    ...paths,
  ]);

/** Commits exactly these paths and proves it by reading the commit back. */
export const commitPaths = async (
  world: GitWorld,
  place: GitPlace,
  request: CommitRequest,
): Promise<Result<Commit, Failure>> => {
  const { paths } = request;
  if (paths.length === 0)
    return failed(refused('there is nothing to commit', 'nothing has to be done'));
  const wouldBe = await treeOfPaths(world, place, paths);
  if (!wouldBe.ok) return wouldBe;
  if (request.tree !== undefined && wouldBe.value !== request.tree)
    return failed(
      refused(
        'a commit of these files would not contain what was tested: other tracked files differ, or a file changed since the test',
        `see what differs (git -C ${place.root} status), commit or restore it, then test again`,
      ),
    );
  const before = await readHead(world, place);
  if (before.ok && before.value.tree === wouldBe.value)
    return failed(refused('there is nothing to commit', 'nothing has to be done'));

  const untracked = await ask(
    world.exec,
    gitQuestion(place.root, ['ls-files', '-z', '--others', '--', ...paths]),
  );
  const fresh = untracked.ok
    ? untracked.value.stdout.split('\0').filter((path) => path !== '')
    : [];
  if (fresh.length > 0) {
    const added = await world.exec(
      gitDeed(place.root, ['add', '--force', '--intent-to-add', '--', ...fresh]),
      { timeoutMs: commitTimeoutMs },
    );
    if (!added.ok) return failed(commitFailure(added.failure, place.root));
  }
  const committed = await world.exec(commitCommand(place.root, paths), {
    input: request.message,
    timeoutMs: commitTimeoutMs,
  });
  if (!committed.ok) return failed(commitFailure(committed.failure, place.root));

  const after = await readHead(world, place);
  if (!after.ok) return after;
  const { revision, tree, parent } = after.value;
  if (before.ok && (revision === before.value.revision || parent !== before.value.revision))
    return failed(
      refused(
        'git reported success, but HEAD is not the new commit',
        `git -C ${place.root} log -3`,
      ),
    );
  if (tree !== wouldBe.value)
    return failed(
      refused(
        `commit ${revision.slice(0, 7)} does not contain exactly what was tested: a hook changed files`,
        `look at it (git -C ${place.root} show --stat), then test again, or undo it: git -C ${place.root} reset --soft HEAD~1`,
      ),
    );
  return success({ revision, tree });
};

/** Makes the commit that takes another one back. A conflict leaves everything as it was. */
export const revertCommit = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<Result<Commit, Failure>> => {
  if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
  const reverted = await world.exec(gitDeed(place.root, ['revert', '--no-edit', revision]), {
    timeoutMs: commitTimeoutMs,
  });
  if (!reverted.ok) {
    if (reverted.failure.code === 'command-failed')
      await ask(world.exec, gitDeed(place.root, ['revert', '--abort']));
    const isConflict = tailOf(reverted.failure).some((line) =>
      /could not revert|conflict|would be overwritten/i.test(line),
    );
    return failed(
      isConflict
        ? {
            code: 'git-refused',
            operation: 'revert the commit',
            detail: `${revision.slice(0, 12)} cannot be taken back by itself: ${reasonOf(reverted.failure)}`,
            remedy: `revert it by hand: git -C ${place.root} revert ${revision}`,
          }
        : commitFailure(reverted.failure, place.root),
    );
  }
  const after = await readHead(world, place);
  return after.ok ? success({ revision: after.value.revision, tree: after.value.tree }) : after;
};
