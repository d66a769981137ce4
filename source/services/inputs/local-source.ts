import { isAbsolute, join } from 'node:path';
import type { Command } from '../../model/command.ts';
import type { Attributes } from '../../model/lock/lock.ts';
import { textOf } from '../../model/lock/lock-attributes.ts';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { askGit, gitQuestion, isFileMissing, isSafeRevision, reasonOf } from '../git/command.ts';
import { lookWhyAbsent, lookWhyUnseen, unseenWithSubmodules } from '../git/why-unseen.ts';
import type { World } from '../world/world.ts';

/** Whether an input that lies on this machine can be seen by Nix. */
export type LocalSource =
  | { readonly kind: 'visible' }
  | { readonly kind: 'missing'; readonly path: string; readonly ref: string | null }
  /** Git does not give it to Nix. */
  | { readonly kind: 'unseen'; readonly unseen: UnseenFile };

const visible: LocalSource = { kind: 'visible' };

type SourceWorld = Pick<World, 'exec' | 'files'>;

/** Whether a folder belongs to a working tree of git: outside of one Nix sees every file. */
const isInWorkingTree = async (world: SourceWorld, folder: string): Promise<boolean> => {
  const question: Command = gitQuestion(folder, ['rev-parse', '--is-inside-work-tree']);
  const answer = await askGit(world.exec, question);
  return answer.ok && answer.value.stdout.trim() === 'true';
};

const inWorkingTree = async (
  world: SourceWorld,
  folder: string,
  file: string,
  readsSubmodules: boolean,
): Promise<LocalSource> => {
  const isThere = await world.files.exists(join(folder, file));
  const found =
    (await lookWhyUnseen(world, folder, file)) ??
    (isThere ? null : await lookWhyAbsent(world, folder, file));
  if (!isThere && found === null)
    return (await isInWorkingTree(world, folder))
      ? { kind: 'missing', path: join(folder, file), ref: null }
      : visible;
  const unseen = found !== null && readsSubmodules ? unseenWithSubmodules(found) : found;
  return unseen === null ? visible : { kind: 'unseen', unseen };
};

const inRevision = async (
  world: SourceWorld,
  folder: string,
  ref: string,
  file: string,
): Promise<LocalSource> => {
  if (!isSafeRevision(ref)) return visible;
  const found = await askGit(world.exec, gitQuestion(folder, ['cat-file', '-e', `${ref}:${file}`]));
  if (found.ok || !isFileMissing(reasonOf(found.failure))) return visible;
  return { kind: 'missing', path: join(folder, file), ref };
};

/**
 * Looks at an input of type `path`, or `git` in a folder of this machine, as Nix would see it.
 * Every other input counts as visible: its remote is asked. `isFlake`: Nix will want a `flake.nix`
 * there. `flakeReadsSubmodules`: for the flake around a relative path.
 */
export const lookAtSource = async (
  world: SourceWorld,
  flake: string,
  original: Attributes,
  isFlake: boolean,
  flakeReadsSubmodules = false,
): Promise<LocalSource> => {
  const type = textOf(original, 'type');
  if (type === 'path') {
    const path = textOf(original, 'path') ?? '';
    const folder = isAbsolute(path) ? path : join(flake, path);
    if (!(await world.files.exists(folder))) {
      const why = isAbsolute(path) ? null : await lookWhyAbsent(world, flake, path);
      return why === null
        ? { kind: 'missing', path: folder, ref: null }
        : { kind: 'unseen', unseen: why };
    }
    if (isAbsolute(path)) return visible;
    const file = isFlake ? join(path, 'flake.nix') : path;
    return inWorkingTree(world, flake, file, flakeReadsSubmodules);
  }
  const url = textOf(original, 'url')?.replace(/^git\+/, '') ?? '';
  if (type !== 'git' || !/^(?:file:\/\/)?\//.test(url)) return visible;
  const folder = url.replace(/^file:\/\//, '').replace(/\?.*$/, '');
  if (!(await world.files.exists(folder))) return { kind: 'missing', path: folder, ref: null };
  if (!isFlake || textOf(original, 'rev') !== undefined) return visible;
  const file = join(textOf(original, 'dir') ?? '', 'flake.nix');
  const ref = textOf(original, 'ref');
  return ref === undefined
    ? inWorkingTree(world, folder, file, original['submodules'] === true)
    : inRevision(world, folder, ref, file);
};
