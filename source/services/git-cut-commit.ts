import { join } from 'node:path';
import type { CutCommit, WantedCommit } from '../model/cut-commit.ts';
import type { Failure } from '../model/failure.ts';
import { type Result, success } from '../model/result.ts';
import type { GitPlace, GitWorld } from './git-command.ts';
import { firstAfter } from './git-head.ts';
import { indexLockOf } from './git-obstacles.ts';

/** What `keepTree` of a process that was killed left in git's folder. */
const keptFolders = async (world: GitWorld, place: GitPlace): Promise<readonly string[]> => {
  const listed = await world.files.list(place.gitFolder);
  return listed.ok
    ? listed.value
        .filter((name) => name.startsWith('nixup-kept-'))
        .sort()
        .map((name) => join(place.gitFolder, name))
    : [];
};

/**
 * What became of a commit whose nixup was killed: git goes on by itself, so only
 * git knows. The commit is looked for right after the HEAD of before, as
 * somebody may have committed since.
 */
export const lookAtCutCommit = async (
  world: GitWorld,
  place: GitPlace,
  wanted: WantedCommit,
): Promise<Result<CutCommit, Failure>> => {
  const lock = await indexLockOf(world, place);
  if (lock !== null) return success({ kind: 'busy', lock });
  const kept = await keptFolders(world, place);
  const first = await firstAfter(world, place, wanted.from);
  if (!first.ok) return first;
  if (first.value === null) return success({ kind: 'none', kept });
  const { revision, tree } = first.value;
  return success({ kind: tree === wanted.tree ? 'made' : 'other', revision, kept });
};
