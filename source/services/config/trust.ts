import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { ownOf } from '../../model/own-of.ts';
import type { Result } from '../../model/result.ts';
import { type KeptFormat, openKeptFile, parseKept, type TellDamage } from '../world/kept-file.ts';
import type { World } from '../world/world.ts';
import { contentHash } from './config.ts';

/** Hashes of the contents that the person trusted, by the file's real path. */
const record = z.record(z.string(), z.array(z.string()));

/** Contents remembered for one file: going back to an earlier commit asks nothing. */
const mostHashes = 20;

interface Trust {
  /** Whether commands of this file's content may run. Anything unreadable is not trusted. */
  isTrusted(file: string, text: string): Promise<boolean>;
  trust(file: string, text: string): Promise<Result<void, Failure>>;
}

type Trusted = z.infer<typeof record>;

const format: KeptFormat<Trusted> = {
  empty: {},
  parse: (text) => {
    const json = parseKept(text);
    const read = json.ok ? record.safeParse(json.value) : undefined;
    return read?.success === true ? { value: read.data, misfits: null } : null;
  },
  write: (trusted) => `${JSON.stringify(trusted)}\n`,
};

/** Remembers which contents of a repository's own `nixup.toml` the person trusted. */
export const createTrust = (world: World, tellDamage: TellDamage = () => undefined): Trust => {
  const path = join(world.folders.state, 'trusted.json');
  const realPath = async (file: string): Promise<string> => {
    const real = await world.files.realPath(file);
    return real.ok ? real.value : file;
  };
  return {
    isTrusted: async (file, text) => {
      const kept = await openKeptFile(world, path, format, tellDamage);
      return ownOf(kept.value(), await realPath(file))?.includes(contentHash(text)) ?? false;
    },
    trust: async (file, text) => {
      const kept = await openKeptFile(world, path, format, tellDamage);
      const real = await realPath(file);
      const hash = contentHash(text);
      return kept.change((known) => {
        const others = (ownOf(known, real) ?? []).filter((one) => one !== hash);
        return { ...known, [real]: [hash, ...others].slice(0, mostHashes) };
      });
    },
  };
};
