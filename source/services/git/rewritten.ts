import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  ask,
  type GitPlace,
  type GitWorld,
  gitQuestion,
  isSafeRevision,
  refuseRevision,
} from './command.ts';

interface Author {
  readonly revision: string;
  /** Name, address and time: git keeps them when it makes a commit again. */
  readonly author: string;
}

/** Far more than anybody has unpushed; what lies deeper is not looked for. */
const mostCommits = '500';

const authorsOf = async (
  world: GitWorld,
  place: GitPlace,
  which: readonly string[],
): Promise<Result<readonly Author[], Failure>> => {
  const answer = await ask(
    world.exec,
    gitQuestion(place.root, [
      'log',
      '-z',
      '--no-show-signature',
      '--no-mailmap',
      `--max-count=${mostCommits}`,
      '--format=%H %at %an <%ae>',
      ...which,
      '--',
    ]),
  );
  if (!answer.ok) return answer;
  return success(
    answer.value.stdout.split('\0').flatMap((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [] : [{ revision: line.slice(0, space), author: line.slice(space + 1) }];
    }),
  );
};

/** Git's id of the lock in a revision; null where it has none. */
const lockIn = async (
  world: GitWorld,
  { root, prefix }: GitPlace,
  revision: string,
): Promise<string | null> => {
  const answer = await ask(
    world.exec,
    gitQuestion(root, ['rev-parse', '--verify', '--quiet', `${revision}:${prefix}flake.lock`]),
  );
  return answer.ok ? answer.value.stdout.trim() : null;
};

/**
 * The commit of a branch that took the place of one that is no longer on it, among those that no
 * remote branch has: the first that brings the same lock; else by its author and time, which a rebase
 * and an amend keep.
 */
export const findRewritten = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
  branch: string,
): Promise<Result<string | null, Failure>> => {
  if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
  const unpublished = await authorsOf(world, place, [`refs/heads/${branch}`, '--not', '--remotes']);
  if (!unpublished.ok) return unpublished;
  if (unpublished.value.length === 0) return success(null);
  const lost = await authorsOf(world, place, ['--no-walk', revision]);
  if (!lost.ok) return lost;
  const oldestFirst = unpublished.value.toReversed();
  const lock = await lockIn(world, place, revision);
  if (lock !== null && lock !== (await lockIn(world, place, `${revision}^`)))
    for (const one of oldestFirst)
      if (
        (await lockIn(world, place, one.revision)) === lock &&
        (await lockIn(world, place, `${one.revision}^`)) !== lock
      )
        return success(one.revision);
  const same = oldestFirst.find(({ author }) => author === lost.value[0]?.author);
  return success(same?.revision ?? null);
};
