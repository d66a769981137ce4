import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { askGit, gitChange, gitQuestion, refuseRevision } from './command.ts';

/** Texts kept under one prefix; older ones are let go. */
const mostKept = 30;

/**
 * Keeps a text as an object of the repository under `refs/nixup/<group>/<name>`,
 * so that neither a clean-up of the disk's state nor git's own loses it. Names
 * sort by time; the oldest go.
 */
export const keepBlob = async (
  world: Pick<World, 'exec'>,
  folder: string,
  place: { readonly group: string; readonly name: string },
  text: string,
): Promise<Result<string, Failure>> => {
  const prefix = `refs/nixup/${place.group}/`;
  if (!/^[a-z]+$/.test(place.group) || !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(place.name))
    return failed(refuseRevision(`${prefix}${place.name}`));
  const quiet = { quiet: true } as const;
  const written = await world.exec(gitChange(folder, ['hash-object', '-w', '--stdin']), {
    ...quiet,
    input: text,
  });
  if (!written.ok) return written;
  const hash = written.value.stdout.trim();
  const ref = `${prefix}${place.name}`;
  const named = await world.exec(gitChange(folder, ['update-ref', ref, hash]), quiet);
  if (!named.ok) return named;
  const listed = await askGit(
    world.exec,
    gitQuestion(folder, ['for-each-ref', '--sort=refname', '--format=%(refname)', prefix]),
  );
  const refs = listed.ok ? listed.value.stdout.split('\n').filter((one) => one !== '') : [];
  for (const old of refs.slice(0, -mostKept))
    await world.exec(gitChange(folder, ['update-ref', '-d', old]), quiet);
  return success(ref);
};
