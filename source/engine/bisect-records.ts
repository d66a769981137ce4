import { join } from 'node:path';
import { z } from 'zod';
import type { BisectProbe } from '../model/bisect.ts';
import type { EngineContext } from './context.ts';

const probe = z.object({
  updated: z.array(z.string()),
  verdict: z.enum(['passes', 'fails', 'unclear']),
});

const file = z.array(z.object({ key: z.string(), probes: z.array(probe) }));

/** Searches that are remembered; older ones start anew. */
const keptSearches = 20;

/** What was tried in one search, on disk, so that it can go on after a cancellation or a crash. */
export interface BisectRecords {
  readonly probes: readonly BisectProbe[];
  keep(probes: readonly BisectProbe[]): Promise<void>;
}

/** The search of this name; a file that cannot be read counts as empty. */
export const openBisectRecords = async (
  context: EngineContext,
  key: string,
): Promise<BisectRecords> => {
  const { files } = context.world;
  const path = join(context.folder, 'bisect.json');
  const read = async (): Promise<z.infer<typeof file>> => {
    const text = await files.read(path);
    if (!text.ok || text.value === undefined) return [];
    try {
      return file.safeParse(JSON.parse(text.value)).data ?? [];
    } catch {
      return [];
    }
  };
  const known = await read();
  return {
    probes: known.find((search) => search.key === key)?.probes ?? [],
    keep: async (probes) => {
      const others = (await read()).filter((search) => search.key !== key);
      const searches = [
        ...others,
        { key, probes: probes.map(({ updated, verdict }) => ({ updated: [...updated], verdict })) },
      ];
      // What cannot be kept is tried again one day; the search itself goes on.
      await files.write(path, `${JSON.stringify(searches.slice(-keptSearches))}\n`);
    },
  };
};
