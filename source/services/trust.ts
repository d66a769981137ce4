import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { contentHash } from './config.ts';
import type { World } from './world.ts';

/** Hashes of the contents that the person trusted, by the file's real path. */
const record = z.record(z.string(), z.array(z.string()));

/** Contents remembered for one file: going back to an earlier commit asks nothing. */
const kept = 20;

export interface Trust {
  /** Whether commands of this file's content may run. Anything unreadable is not trusted. */
  isTrusted(file: string, text: string): Promise<boolean>;
  trust(file: string, text: string): Promise<Result<void, Failure>>;
}

/** Remembers which contents of a repository's own `nixup.toml` the person trusted. */
export const createTrust = (world: Pick<World, 'files' | 'folders'>): Trust => {
  const path = join(world.folders.state, 'trusted.json');
  const realPath = async (file: string): Promise<string> => {
    const real = await world.files.realPath(file);
    return real.ok ? real.value : file;
  };
  const load = async (): Promise<Result<Readonly<Record<string, readonly string[]>>, Failure>> => {
    const text = await world.files.read(path);
    if (!text.ok) return text;
    if (text.value === undefined) return success({});
    try {
      const read = record.safeParse(JSON.parse(text.value));
      return success(read.success ? read.data : {});
    } catch {
      // A damaged record trusts nothing; the next answer of the person replaces it.
      return success({});
    }
  };
  return {
    isTrusted: async (file, text) => {
      const known = await load();
      if (!known.ok) return false;
      const real = await realPath(file);
      const hashes = Object.hasOwn(known.value, real) ? known.value[real] : undefined;
      return hashes?.includes(contentHash(text)) ?? false;
    },
    trust: async (file, text) => {
      const known = await load();
      if (!known.ok) return failed(known.failure);
      const real = await realPath(file);
      const before = Object.hasOwn(known.value, real) ? (known.value[real] ?? []) : [];
      const hash = contentHash(text);
      const hashes = [hash, ...before.filter((one) => one !== hash)].slice(0, kept);
      return world.files.write(path, `${JSON.stringify({ ...known.value, [real]: hashes })}\n`);
    },
  };
};
