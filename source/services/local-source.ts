import { isAbsolute, join } from 'node:path';
import type { Command } from '../model/command.ts';
import type { Attributes } from '../model/lock.ts';
import { textOf } from '../model/lock-attributes.ts';
import { ask, gitQuestion, isFileMissing, isSafeRevision, reasonOf } from './git-command.ts';
import type { World } from './world.ts';

/** Whether an input that lies on this machine can be seen by Nix. */
export type LocalSource =
  | { readonly kind: 'visible' }
  | { readonly kind: 'missing'; readonly path: string; readonly ref: string | null }
  /** On the disk, and not tracked by the repository around it: Nix does not see it. */
  | { readonly kind: 'untracked'; readonly repository: string; readonly file: string };

const visible: LocalSource = { kind: 'visible' };

type SourceWorld = Pick<World, 'exec' | 'files'>;

type Listed = 'tracked' | 'not-tracked' | 'unknown';

/** `unknown` where there is no repository with a working tree, or git refuses to look. */
const listed = async (world: SourceWorld, folder: string, file: string): Promise<Listed> => {
  const question: Command = gitQuestion(folder, ['ls-files', '-z', '--', file]);
  const answer = await ask(world.exec, question);
  if (!answer.ok) return 'unknown';
  return answer.value.stdout === '' ? 'not-tracked' : 'tracked';
};

const inWorkingTree = async (
  world: SourceWorld,
  folder: string,
  file: string,
): Promise<LocalSource> => {
  const isThere = await world.files.exists(join(folder, file));
  const state = await listed(world, folder, file);
  if (state === 'not-tracked' && isThere) return { kind: 'untracked', repository: folder, file };
  return isThere || state === 'unknown'
    ? visible
    : { kind: 'missing', path: join(folder, file), ref: null };
};

const inRevision = async (
  world: SourceWorld,
  folder: string,
  ref: string,
  file: string,
): Promise<LocalSource> => {
  if (!isSafeRevision(ref)) return visible;
  const found = await ask(world.exec, gitQuestion(folder, ['cat-file', '-e', `${ref}:${file}`]));
  if (found.ok || !isFileMissing(reasonOf(found.failure))) return visible;
  return { kind: 'missing', path: join(folder, file), ref };
};

/**
 * Looks at an input of type `path`, or `git` in a folder of this machine, as
 * Nix would see it. Every other input is taken for visible: its remote is
 * asked. `isFlake`: Nix will want a `flake.nix` there.
 */
export const lookAtSource = async (
  world: SourceWorld,
  flake: string,
  original: Attributes,
  isFlake: boolean,
): Promise<LocalSource> => {
  const type = textOf(original, 'type');
  if (type === 'path') {
    const path = textOf(original, 'path') ?? '';
    const folder = isAbsolute(path) ? path : join(flake, path);
    if (!(await world.files.exists(folder))) return { kind: 'missing', path: folder, ref: null };
    if (isAbsolute(path)) return visible;
    return inWorkingTree(world, flake, isFlake ? join(path, 'flake.nix') : join(path));
  }
  const url = textOf(original, 'url')?.replace(/^git\+/, '') ?? '';
  if (type !== 'git' || !/^(?:file:\/\/)?\//.test(url)) return visible;
  const folder = url.replace(/^file:\/\//, '').replace(/\?.*$/, '');
  if (!(await world.files.exists(folder))) return { kind: 'missing', path: folder, ref: null };
  if (!isFlake || textOf(original, 'rev') !== undefined) return visible;
  const file = join(textOf(original, 'dir') ?? '', 'flake.nix');
  const ref = textOf(original, 'ref');
  return ref === undefined
    ? inWorkingTree(world, folder, file)
    : inRevision(world, folder, ref, file);
};
