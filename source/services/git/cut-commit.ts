import { join } from 'node:path';
import type { CutCommit, WantedCommit } from '../../model/commit/cut-commit.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { findLeftBehind, processOf } from '../world/left-behind.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  withIndex,
} from './command.ts';
import { commitsSince } from './head.ts';
import { gitInHookTree, sweepHookTrees } from './hook-tree.ts';
import { removeDeadIndexes } from './index-locks.ts';
import { hookChangesKind, keptKind, workingFiles } from './kept-index.ts';
import { indexLockOf } from './obstacles.ts';

/** What `keepIndex` of a process that was killed left in git's folder. */
const keptFolders = async (world: GitWorld, place: GitPlace): Promise<readonly string[]> => {
  const listed = await world.files.list(place.gitFolder);
  if (!listed.ok) return [];
  const names = listed.value.filter((name) => processOf(world, keptKind, name) !== null);
  const stamps = await world.files.stamps(names, place.gitFolder);
  return (stamps.ok ? stamps.value : [])
    .filter(({ path, changedAt }) => {
      // After a restart of the machine its number may be that of another process.
      const processId = processOf(world, keptKind, path);
      return processId !== null && !world.isProcessAlive(processId, changedAt);
    })
    .map(({ path }) => join(place.gitFolder, path))
    .sort();
};

/**
 * What became of a commit whose nixup was killed: git continues by itself, so only git knows. The
 * commit is looked for right after the earlier HEAD, as somebody may have committed since.
 */
export const lookAtCutCommit = async (
  world: GitWorld,
  place: GitPlace,
  wanted: WantedCommit,
): Promise<Result<CutCommit, Failure>> => {
  const lock = (await indexLockOf(world, place)) ?? (await gitInHookTree(world, place));
  if (lock !== null) return success({ kind: 'busy', lock });
  await sweepHookTrees(world, place);
  await removeDeadIndexes(world, place);
  const kept = await keptFolders(world, place);
  const since = await commitsSince(world, place, wanted.from, ['HEAD']);
  if (!since.ok) return since;
  const direct = since.value.filter(({ parent }) => parent === wanted.from);
  const made = direct.find(({ tree }) => tree === wanted.tree);
  if (made !== undefined) return success({ kind: 'made', revision: made.revision, kept });
  const [other] = direct;
  return other === undefined
    ? success({ kind: 'none', kept })
    : success({ kind: 'other', revision: other.revision, kept });
};

/** What an index says, without the times of files. */
const indexText = async (
  world: GitWorld,
  place: GitPlace,
  index: string | null,
): Promise<string | null> => {
  const question = gitQuestion(place.root, ['ls-files', '--stage', '-v', '-z']);
  const answer = await askGit(world.exec, index === null ? question : withIndex(question, index));
  return answer.ok ? answer.value.stdout : null;
};

/** Every file below a folder, relative to it. What is listed as empty is a file: copies make no empty folders. */
const filesBelow = async (
  world: GitWorld,
  folder: string,
  prefix = '',
): Promise<readonly string[]> => {
  const listed = await world.files.list(join(folder, prefix));
  if (!listed.ok) return [];
  if (listed.value.length === 0) return prefix === '' ? [] : [prefix];
  const found: string[] = [];
  for (const name of listed.value)
    found.push(...(await filesBelow(world, folder, join(prefix, name))));
  return found;
};

/**
 * Whether what was kept there differs from the present: a killed git and its hooks may have changed
 * index and files.
 */
export const isKeptNeeded = async (
  world: GitWorld,
  place: GitPlace,
  folder: string,
): Promise<boolean> => {
  const [then, now] = await Promise.all([
    indexText(world, place, join(folder, 'index')),
    indexText(world, place, null),
  ]);
  if (then === null || then !== now) return true;
  const files = join(folder, 'files');
  const kept = await filesBelow(world, files);
  // Without hooks no file was kept.
  if (kept.length === 0) return false;
  const known = await workingFiles(world, place);
  if (!known.ok) return true;
  const all = [...new Set([...kept, ...known.value.guarded])];
  const differing = await world.files.differing(all, place.root, files);
  return !differing.ok || differing.value.length > 0;
};

/** How long the versions of a hook, and copies that hold something, stay without being asked for. */
export const keptForDays = 30;

/**
 * Removes what earlier commits left in git's folder: copies of which everything still exists, and
 * after a while the others. `newest`: a name there that was made just now; its time is compared
 * with the others, as that file system has a clock of its own.
 */
export const sweepKept = async (
  world: GitWorld,
  place: GitPlace,
  newest: string,
): Promise<void> => {
  await sweepHookTrees(world, place);
  const kept = await findLeftBehind(world, place.gitFolder, keptKind);
  const changes = await findLeftBehind(world, place.gitFolder, hookChangesKind);
  if (kept.length + changes.length === 0) return;
  const stamps = await world.files.stamps([newest, ...kept, ...changes], place.gitFolder);
  if (!stamps.ok) return;
  const times = new Map(stamps.value.map(({ path, changedAt }) => [path, changedAt]));
  const now = times.get(newest);
  for (const name of [...kept, ...changes]) {
    const then = times.get(name);
    const folder = join(place.gitFolder, name);
    const isOld =
      now !== undefined && then !== undefined && now - then > keptForDays * 24 * 3_600_000;
    if (isOld || (kept.includes(name) && !(await isKeptNeeded(world, place, folder))))
      await world.files.remove(folder);
  }
};

/**
 * Git writes the index after HEAD, and a commit with hooks is made without it: a nixup or a git
 * that was killed in between left the files of its commit staged as before. Answers the paths that
 * are staged as committed now. One that differs in the tree is left: somebody works on it.
 */
export const noteInIndex = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<readonly string[]> => {
  const listed = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'diff-tree',
      '-r',
      '-z',
      '--root',
      '--name-only',
      '--no-commit-id',
      revision,
    ]),
  );
  if (!listed.ok) return [];
  const isAtHead = async (path: string, ...where: readonly string[]): Promise<boolean> => {
    const words = ['diff', ...where, '--quiet', 'HEAD', '--', path];
    return (await askGit(world.exec, gitQuestion(place.root, words))).ok;
  };
  const noted: string[] = [];
  for (const path of listed.value.stdout.split('\0').filter((name) => name !== '')) {
    if (!(await isAtHead(path)) || (await isAtHead(path, '--cached'))) continue;
    const reset = gitChange(place.root, ['reset', '--quiet', '--', path]);
    if ((await world.exec(reset, { quiet: true, timeoutMs: 60_000 })).ok) noted.push(path);
  }
  return noted;
};
