import { join } from 'node:path';
import { z } from 'zod';
import { addDurations, type BuildDuration, type Durations, estimate } from '../model/estimates.ts';
import type { World } from '../services/world.ts';

const file = z.record(z.string(), z.array(z.number()));

/** How long builds took on this machine and its builders, kept over runs and flakes. */
export interface Estimates {
  of(name: string, machine?: string | null): number | null;
  keep(durations: readonly BuildDuration[]): Promise<void>;
}

/** Reads what is known. A file that cannot be read counts as empty: it is gained anew. */
export const openEstimates = async (
  world: Pick<World, 'files' | 'folders'>,
): Promise<Estimates> => {
  const path = join(world.folders.state, 'durations.json');
  const read = async (): Promise<Durations> => {
    const text = await world.files.read(path);
    if (!text.ok || text.value === undefined) return {};
    try {
      return file.safeParse(JSON.parse(text.value)).data ?? {};
    } catch {
      return {};
    }
  };
  let known = await read();
  let chain: Promise<void> = Promise.resolve();
  return {
    of: (name, machine = null) => estimate(known, name, machine),
    keep: (durations) => {
      if (durations.length === 0) return chain;
      chain = chain.then(async () => {
        // Read again: another flake's run may have added to it meanwhile.
        known = addDurations(await read(), durations);
        await world.files.write(path, `${JSON.stringify(known)}\n`);
      });
      return chain;
    },
  };
};
