import { join } from 'node:path';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { lastFactsName } from '../../model/remembered/file-names.ts';
import { mergeRemembered, type RememberedFleet } from '../../model/remembered/fleet.ts';
import { type Result, success } from '../../model/result.ts';
import { readRemembered, writeRemembered } from '../../parsers/kept/remembered.ts';
import {
  damagedName,
  readKept,
  type TellDamage,
  whileLocked,
} from '../../services/world/kept-file.ts';
import type { World } from '../../services/world/world.ts';

/** What the next start shows before it has asked anything. */
export interface FleetMemory {
  /** Joins it with what is on the disk, by host and time. */
  keep(fleet: RememberedFleet): Promise<void>;
}

/** The record as it is on the disk now; null where it is not used, after it was put aside and told. */
const readOrPutAside = async (
  world: World,
  path: string,
  flake: string,
  tellDamage: TellDamage,
): Promise<
  Result<{ readonly text: string | null; readonly fleet: RememberedFleet | null }, Failure>
> => {
  const putAside = async (why: string) => {
    const kept = damagedName(path, world.clock.now());
    const renamed = await world.files.rename(path, kept);
    if (!renamed.ok) return renamed;
    tellDamage(
      path,
      `The last facts of the fleet are not used: ${why}. Nothing has to be done; they are kept as ${kept}`,
    );
    return success({ text: null, fleet: null });
  };
  const found = await readKept(world, path);
  switch (found.kind) {
    case 'absent':
      return success({ text: null, fleet: null });
    case 'closed':
      return { ok: false, failure: found.failure };
    case 'other':
      return await putAside(found.detail);
    case 'text': {
      const { text } = found;
      const reader = { flake, machine: world.hostName, now: world.clock.now() };
      const read = readRemembered(text, reader);
      if (read.kind === 'aside') return await putAside(read.why);
      if (read.doubt !== null)
        tellDamage(path, `Of the last facts of the fleet ${read.doubt}, and left out: ${path}`);
      return success({ text, fleet: read.fleet });
    }
  }
};

export const openFleetMemory = (
  world: World,
  folder: string,
  tellDamage: TellDamage,
): FleetMemory => {
  const path = join(folder, lastFactsName(world.hostName));
  return {
    keep: async (fleet) => {
      const kept = await whileLocked(world, path, async () => {
        const found = await readOrPutAside(world, path, fleet.flake, tellDamage);
        if (!found.ok) return found;
        const text = writeRemembered(mergeRemembered(found.value.fleet, fleet), world.hostName);
        return text === found.value.text ? success(undefined) : await world.files.write(path, text);
      });
      if (!kept.ok)
        tellDamage(
          path,
          `${explain(kept.failure).what}. The next start of nixup shows hosts only after it has asked them.`,
        );
    },
  };
};
