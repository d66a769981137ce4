import { join } from 'node:path';
import { z } from 'zod';
import type { BisectProbe } from '../../model/causes/bisect.ts';
import { type KeptFormat, openKeptFile, parseKept } from '../../services/world/kept-file.ts';
import type { EngineContext } from '../run/context.ts';

const probe = z.object({
  updated: z.array(z.string()),
  verdict: z.enum(['passes', 'fails', 'unclear']),
});

const searches = z.array(z.object({ key: z.string(), probes: z.array(probe) }));

const format: KeptFormat<z.infer<typeof searches>> = {
  empty: [],
  parse: (text) => {
    const json = parseKept(text);
    const read = json.ok ? searches.safeParse(json.value) : undefined;
    return read?.success === true ? { value: read.data, misfits: null } : null;
  },
  write: (all) => `${JSON.stringify(all)}\n`,
};

/** Searches that are remembered; older ones start again. */
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
  const file = await openKeptFile(
    context.world,
    join(context.folder, 'bisect.json'),
    format,
    context.tellDamage,
  );
  return {
    probes: file.value().find((search) => search.key === key)?.probes ?? [],
    keep: async (probes) => {
      const search = {
        key,
        probes: probes.map(({ updated, verdict }) => ({ updated: [...updated], verdict })),
      };
      // What cannot be kept is tried again one day; the search itself goes on.
      await file.change((before) =>
        [...before.filter((one) => one.key !== key), search].slice(-keptSearches),
      );
    },
  };
};
