import { join } from 'node:path';
import { z } from 'zod';
import {
  addDurations,
  type BuildDuration,
  type Durations,
  estimate,
} from '../../model/build/estimates.ts';
import { counted } from '../../model/words/sentences.ts';
import { isFields } from '../../parsers/json.ts';
import {
  type KeptFormat,
  openKeptFile,
  parseKept,
  type TellDamage,
} from '../../services/world/kept-file.ts';
import type { World } from '../../services/world/world.ts';

const entry = z.array(z.number().nonnegative());

/** One entry that does not fit does not take the others with it. */
const format: KeptFormat<Durations> = {
  empty: {},
  parse: (text) => {
    const json = parseKept(text);
    if (!json.ok || !isFields(json.value)) return null;
    const all = Object.entries(json.value);
    const known = all.flatMap(([name, value]): readonly (readonly [string, number[]])[] => {
      const read = entry.safeParse(value);
      return read.success ? [[name, read.data]] : [];
    });
    const lost = all.length - known.length;
    return {
      value: Object.fromEntries(known),
      misfits: lost === 0 ? null : `${lost} of ${counted(all.length, 'entry', 'entries')}`,
    };
  },
  write: (known) => `${JSON.stringify(known)}\n`,
};

/** How long builds took on this machine and its builders, kept over runs and flakes. */
export interface Estimates {
  of(name: string, machine?: string | null): number | null;
  keep(durations: readonly BuildDuration[]): Promise<void>;
}

/**
 * Reads what is known. A file that cannot be read counts as empty: the times are measured again.
 */
export const openEstimates = async (world: World, tellDamage: TellDamage): Promise<Estimates> => {
  const file = await openKeptFile(
    world,
    join(world.folders.state, 'durations.json'),
    format,
    tellDamage,
  );
  return {
    of: (name, machine = null) => estimate(file.value(), name, machine),
    keep: async (durations) => {
      // What cannot be kept is measured again one day.
      if (durations.length > 0) await file.change((known) => addDurations(known, durations));
    },
  };
};
