import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { folderNameStart, lastFactsName } from '../../model/remembered/file-names.ts';
import type { RememberedFleet } from '../../model/remembered/fleet.ts';
import { readRemembered } from '../../parsers/kept/remembered.ts';
import { findFolders } from '../../services/world/process-folders.ts';

/** More than a record has: what is larger is none, and takes too long to read. */
const largestBytes = 8 * 1024 * 1024;

/** A small file at once: nothing else is done before the first frame. Null for what is no file. */
export const readNow = (file: string): string | null => {
  try {
    // A pipe that nobody writes to would hold it for ever.
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const info = fstatSync(handle);
      return info.isFile() && info.size <= largestBytes ? readFileSync(handle, 'utf8') : null;
    } finally {
      closeSync(handle);
    }
  } catch {
    return null;
  }
};

/** The folder itself and those above it, up to the root. */
const upwards = (folder: string): readonly string[] => {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
};

/** The folder with the flake.nix, as `findFlake` of the engine finds it. */
export const findFlakeNow = (start: string): string | null => {
  try {
    const found = upwards(realpathSync(start)).find((folder) =>
      existsSync(path.join(folder, 'flake.nix')),
    );
    return found ?? null;
  } catch {
    return null;
  }
};

/** What is checked out: `ref: refs/heads/NAME`, or a commit (gitrepository-layout(5)). */
const headOf = (flake: string): string | null => {
  const folder = upwards(flake).find((one) => existsSync(path.join(one, '.git')));
  if (folder === undefined) return null;
  const entry = path.join(folder, '.git');
  // A worktree or a submodule has a file in its place.
  const named = /^gitdir: (.+)$/m.exec(readNow(entry) ?? '')?.[1];
  const git = named === undefined ? entry : path.resolve(folder, named);
  return readNow(path.join(git, 'HEAD'))?.trim() ?? null;
};

/** Where hosts stood on another branch says nothing about this one. */
const onBranch = (fleet: RememberedFleet, head: string | null): RememberedFleet =>
  fleet.head === head
    ? fleet
    : { ...fleet, hosts: fleet.hosts.map((host) => ({ ...host, standing: null })) };

/** Whether a text of nixup.toml may give keys of the person's own: only then its schema is read before the first key. */
export const mentionsKeys = (text: string): boolean =>
  /^\s*(?:\[\s*keys\b|keys\s*[.=])/m.test(text);

/**
 * The state folders of this flake, and of those that are named alike: the record inside says of
 * which it is. The hash in the name of the one would tell it, and what makes hashes takes 3 ms to load.
 */
const foldersLike = (flake: string): readonly string[] => {
  const flakes = path.join(findFolders().state, 'flakes');
  const start = folderNameStart(flake);
  try {
    return readdirSync(flakes)
      .filter((name) => name.startsWith(start) && /^[0-9a-f]{10}$/.test(name.slice(start.length)))
      .map((name) => path.join(flakes, name));
  } catch {
    return [];
  }
};

/**
 * What an earlier start knew of a flake; null where nothing can be used. The engine puts aside what
 * is damaged, and tells it.
 */
export const readLastFacts = (flake: string, now: number): RememberedFleet | null => {
  const machine = os.hostname();
  for (const folder of foldersLike(flake)) {
    const text = readNow(path.join(folder, lastFactsName(machine)));
    const read = text === null ? null : readRemembered(text, { flake, machine, now });
    if (read?.kind === 'read') return onBranch(read.fleet, headOf(flake));
  }
  return null;
};
