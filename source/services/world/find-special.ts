import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isEndless } from './regular-file.ts';

/** A fleet has hundreds of folders; what has more than these is looked into in part. */
const mostFolders = 2_000;

/** As many are read at once. */
const atOnce = 32;

const entriesOf = async (folder: string): Promise<readonly Dirent[]> =>
  await readdir(folder, { withFileTypes: true }).catch(() => []);

const isSpecialEntry = async (at: string, entry: Dirent): Promise<boolean> => {
  if (entry.isFile() || entry.isDirectory()) return false;
  const info = await stat(at).catch(() => undefined);
  return info !== undefined && (await isEndless(info));
};

/** See `Files.findSpecial`. What git keeps for itself is left out. */
export const findSpecial = async (
  folder: string,
  names: ReadonlySet<string>,
): Promise<string | null> => {
  const waiting = [folder];
  for (let read = 0; read < Math.min(waiting.length, mostFolders); ) {
    const batch = waiting.slice(read, read + atOnce);
    read += batch.length;
    const listed = await Promise.all(batch.map(entriesOf));
    for (const [index, entries] of listed.entries())
      for (const entry of entries) {
        const at = path.join(batch[index] ?? folder, entry.name);
        if (entry.isDirectory() && entry.name !== '.git') waiting.push(at);
        if (names.has(entry.name) && (await isSpecialEntry(at, entry))) return at;
      }
  }
  return null;
};
