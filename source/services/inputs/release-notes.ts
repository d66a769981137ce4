import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ReleaseNote } from '../../model/inputs/release-note.ts';
import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import { newEntries } from '../../parsers/inputs/release-notes.ts';
import { nixBase32 } from '../../parsers/nix/nix-base32.ts';
import type { World } from '../world/world.ts';

type NotesWorld = Pick<World, 'files' | 'environment'>;

/** Where projects keep their notes: a folder with a file for each release, or one file. */
const folders: readonly { readonly folder: string; readonly form: RegExp }[] = [
  { folder: 'nixos/doc/manual/release-notes', form: /^rl-\d{4}\.section\.md$/ },
  { folder: 'doc/release-notes', form: /^rl-\d{4}\.section\.md$/ },
  { folder: 'docs/release-notes', form: /^rl-\d{4}\.md$/ },
  { folder: 'doc/manual/source/release-notes', form: /^rl-\d+\.\d+\.md$/ },
];
const files = ['CHANGELOG.md', 'CHANGELOG', 'docs/CHANGELOG.md', 'NEWS.md', 'RELEASE_NOTES.md'];

/** Releases whose notes still grow. */
const newestFiles = 2;

/** More notes than these nobody reads in a list. */
const mostNotes = 60;

const breaking = /incompat|breaking|backward|removed|deprecat/i;

const foldTo = (hash: Uint8Array, length: number): Uint8Array => {
  const folded = new Uint8Array(length);
  for (const [index, byte] of hash.entries())
    folded[index % length] = (folded[index % length] ?? 0) ^ byte;
  return folded;
};

/**
 * Where the source tree of an input lies in the store, from its content hash
 * alone: `makeFixedOutputPath` of Nix's `src/libstore/store-api.cc`. Null for a
 * hash of another kind.
 */
export const sourcePath = (narHash: string, store = '/nix/store'): string | null => {
  const base64 = /^sha256-([A-Za-z0-9+/]{43}=)$/.exec(narHash)?.[1];
  if (base64 === undefined) return null;
  const content = Buffer.from(base64, 'base64').toString('hex');
  const name = createHash('sha256').update(`source:sha256:${content}:${store}:source`).digest();
  return `${store}/${nixBase32(foldTo(name, 20))}-source`;
};

const notesOfTrees = async (
  world: NotesWorld,
  old: string,
  now: string,
): Promise<readonly ReleaseNote[]> => {
  const compare = async (file: string): Promise<readonly ReleaseNote[]> => {
    const [before, after] = await Promise.all([
      world.files.read(join(old, file)),
      world.files.read(join(now, file)),
    ]);
    if (!after.ok || after.value === undefined) return [];
    const text = before.ok ? (before.value ?? '') : '';
    if (text === after.value) return [];
    return newEntries(text, after.value).map((entry) => ({
      file,
      text: entry.text,
      isBreaking: breaking.test(entry.section) || /^\W*breaking/i.test(entry.text),
    }));
  };
  const notes: ReleaseNote[] = [];
  for (const { folder, form } of folders) {
    const listed = await world.files.list(join(now, folder));
    const found = listed.ok ? listed.value.filter((name) => form.test(name)).sort() : [];
    for (const name of found.slice(-newestFiles))
      notes.push(...(await compare(join(folder, name))));
  }
  for (const file of files) notes.push(...(await compare(file)));
  return [
    ...notes.filter(({ isBreaking }) => isBreaking),
    ...notes.filter(({ isBreaking }) => !isBreaking),
  ].slice(0, mostNotes);
};

/**
 * What the release notes of an input say now and did not say before, where both
 * source trees are in the store; null where one of them is not. No network.
 */
export const readReleaseNotes = async (
  world: NotesWorld,
  change: LockChange,
): Promise<readonly ReleaseNote[] | null> => {
  const store = world.environment['NIX_STORE_DIR'] ?? '/nix/store';
  const paths = [change.old, change.new].map((side) =>
    sourcePath(lockedSide(side)?.narHash ?? '', store),
  );
  const [old, now] = paths;
  if (old == null || now == null || old === now) return null;
  const present = await Promise.all([world.files.exists(old), world.files.exists(now)]);
  return present.every(Boolean) ? notesOfTrees(world, old, now) : null;
};
