import type { Failure } from '../../model/failure.ts';
import type { KeptFile, TellDamage } from '../../services/world/kept-file.ts';
import type { World } from '../../services/world/world.ts';
import { type HostRecords, hostRecords } from './hosts.ts';
import { type RevisionRecords, revisionRecords } from './revisions.ts';
import { openShelves, type RecordsPlace, type Shelves } from './shelves.ts';
import { type SystemRecords, systemRecords } from './systems.ts';
import { type WatchRecords, watchRecords } from './watches.ts';

/**
 * What nixup remembers of a flake between runs, one small JSON file a kind.
 * Several nixups may have it open: each write reads the file again under its
 * lock and changes single records of it. A file that cannot be read counts as
 * empty, is told, and is kept. What is known of the fleet is shared by the
 * users of one checkout.
 */
export interface Records extends SystemRecords, HostRecords, RevisionRecords, WatchRecords {
  /** Reads everything again: another nixup may have written since. */
  reload(): Promise<void>;
  /**
   * Writes what could not be written so far of what a later run decides by.
   * Answers what of it still cannot be written, and why.
   */
  settle(): Promise<readonly Unwritten[]>;
}

/** A kind of records that could not be written. */
interface Unwritten {
  /** `what was built and tested` */
  readonly what: string;
  readonly failure: Failure;
}

/**
 * Without these a later run repeats what failed, goes back to the wrong
 * system, or knows of no test; the others are found out again.
 */
const decisiveOf = (
  shelves: Shelves,
): readonly (readonly [string, Pick<KeptFile<unknown>, 'settle'>])[] => [
  ['what was deployed', shelves.deploys],
  ['the health to compare with', shelves.baselines],
  ['which hosts wait', shelves.pending],
  ['what failed on hosts', shelves.setbacks],
  ['which hosts are not well', shelves.sicknesses],
  ['which revisions were taken back', shelves.withdrawn],
  ['what was built and tested', shelves.evaluations],
  ['which revisions broke hosts', shelves.badRevisions],
  ['which revisions were chosen', shelves.chosen],
  ['what is still to be pushed', shelves.owedPushes],
  ['which commits were made', shelves.commits],
  ['which pull requests are open', shelves.requests],
  ['what a person said of hosts', shelves.signOffs],
];

export const openRecords = async (
  world: World,
  place: RecordsPlace,
  tellDamage: TellDamage = () => undefined,
): Promise<Records> => {
  const shelves = await openShelves(world, place, tellDamage);
  return {
    ...systemRecords(shelves),
    ...hostRecords(shelves),
    ...revisionRecords(shelves),
    ...watchRecords(shelves),
    reload: async () => {
      await Promise.all(Object.values(shelves).map((shelf) => shelf.reload()));
    },
    settle: async () => {
      const settled = await Promise.all(
        decisiveOf(shelves).map(async ([what, shelf]) => ({ what, written: await shelf.settle() })),
      );
      return settled.flatMap(({ what, written }) =>
        written.ok ? [] : [{ what, failure: written.failure }],
      );
    },
  };
};
