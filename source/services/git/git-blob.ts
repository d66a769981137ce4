import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { askGit, gitChange, gitQuestion, refuseRevision } from './command.ts';

type GitOnly = Pick<World, 'exec'>;

/** The name of a text that is kept, below `refs/nixup/<group>/`; its parts are divided by `/`. */
interface BlobPlace {
  readonly group: string;
  readonly name: string;
}

const quiet = { quiet: true } as const;

/** Null where the name could lead elsewhere, or is none that git takes. */
const refOf = ({ group, name }: BlobPlace): string | null =>
  /^[a-z]+$/.test(group) && /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9][A-Za-z0-9_-]*)?$/.test(name)
    ? `refs/nixup/${group}/${name}`
    : null;

/**
 * Keeps a text as an object of the repository under `refs/nixup/<group>/<name>`, so that neither a
 * clean-up of the disk's state nor git's own loses it. It stays until `dropBlobs`.
 */
export const keepBlob = async (
  world: GitOnly,
  folder: string,
  place: BlobPlace,
  text: string,
): Promise<Result<string, Failure>> => {
  const ref = refOf(place);
  if (ref === null) return failed(refuseRevision(`refs/nixup/${place.group}/${place.name}`));
  const written = await world.exec(gitChange(folder, ['hash-object', '-w', '--stdin']), {
    ...quiet,
    input: text,
  });
  if (!written.ok) return written;
  const hash = written.value.stdout.trim();
  const named = await world.exec(gitChange(folder, ['update-ref', ref, hash]), quiet);
  return named.ok ? success(ref) : named;
};

/** The text that is kept under a name; null where there is none. */
export const readBlob = async (
  world: GitOnly,
  folder: string,
  place: BlobPlace,
): Promise<string | null> => {
  const ref = refOf(place);
  if (ref === null) return null;
  const read = await askGit(world.exec, gitQuestion(folder, ['cat-file', 'blob', ref]));
  return read.ok ? read.value.stdout : null;
};

/** Names that are kept in a group, each with the hash of its text. */
export const keptBlobs = async (
  world: GitOnly,
  folder: string,
  group: string,
): Promise<ReadonlyMap<string, string>> => {
  const prefix = `refs/nixup/${group}/`;
  const listed = await askGit(
    world.exec,
    gitQuestion(folder, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]),
  );
  const lines = listed.ok ? listed.value.stdout.split('\n') : [];
  return new Map(
    lines.flatMap((line) => {
      const [hash, ref] = line.split(' ');
      return hash !== undefined && ref?.startsWith(prefix) === true
        ? [[ref.slice(prefix.length), hash] as const]
        : [];
    }),
  );
};

/** Lets go of names; their objects go when git cleans up. What cannot be dropped stays. */
export const dropBlobs = async (
  world: GitOnly,
  folder: string,
  group: string,
  names: readonly string[],
): Promise<void> => {
  const refs = names.flatMap((name) => refOf({ group, name }) ?? []);
  if (refs.length === 0) return;
  await world.exec(gitChange(folder, ['update-ref', '--stdin']), {
    ...quiet,
    input: refs.map((ref) => `delete ${ref}\n`).join(''),
  });
};
