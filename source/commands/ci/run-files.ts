import path from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import type { World } from '../../services/world/world.ts';

type FilesWorld = Pick<World, 'files' | 'randomId' | 'workingFolder'>;

const unwritable = (flag: string, file: string, why: string): Failure => ({
  code: 'gate-closed',
  host: null,
  reason: `--${flag} ${file} cannot be written: ${why}`,
  ...advised(advise('Nothing was begun. Name another file', `--${flag} FILE`)),
});

/** Before anything is begun: whether the file can be written at the end. */
export const checkRunFile = async (
  world: FilesWorld,
  flag: string,
  named: string,
): Promise<Result<string, Failure>> => {
  const file = path.resolve(world.workingFolder, named);
  const { files } = world;
  if (await files.exists(file)) {
    const piece = await files.piece(file, 0, 1);
    if (!piece.ok || (await files.look(file))?.isSpecial === true)
      return failed(unwritable(flag, named, 'it is no file'));
  }
  const draft = path.join(path.dirname(file), `.nixup-${world.randomId()}`);
  const made = await files.create(draft, '');
  if (!made.ok)
    return failed(
      unwritable(flag, named, made.failure.code === 'file-failed' ? made.failure.detail : 'no'),
    );
  await files.remove(draft);
  return success(file);
};

/**
 * Where a CI shows what a step writes there as Markdown: GitHub's variable, which the runners of Forgejo and Gitea
 * set too. GitLab has no such file.
 */
export const summaryFileOf = ({ environment }: Pick<World, 'environment'>): string | null => {
  const file = environment['GITHUB_STEP_SUMMARY'] ?? '';
  return path.isAbsolute(file) ? file : null;
};

/** Adds what a run did to that file, where there is one; no folder is made for it. */
export const addToSummary = async (
  world: Pick<World, 'environment' | 'files'>,
  report: string,
): Promise<Result<unknown, Failure>> => {
  const file = summaryFileOf(world);
  if (file === null) return success(null);
  if (await world.files.exists(path.dirname(file)))
    return await world.files.append(file, `${report}\n`, 'written');
  const detail = 'there is no such folder';
  return failed({ code: 'file-failed', operation: 'append to', path: file, detail });
};
