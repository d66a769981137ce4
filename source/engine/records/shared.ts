import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { timeInName } from '../../model/words/format-time.ts';
import {
  damagedName,
  type KeptFile,
  type KeptFormat,
  openKeptFile,
  readKept,
  type TellDamage,
  whileLocked,
} from '../../services/world/kept-file.ts';
import type { SharedFolder, World } from '../../services/world/world.ts';
import { apart, joined, type Naming, type Shelf } from './shelf.ts';

/** Said when something is recorded that the other users of the checkout will not see. */
const aloneWords = (folder: string, user: string, own: string): string =>
  `${user} cannot write to ${folder}, so what nixup records now is kept in ${own}: other users of this checkout, a timer too, do not see it.`;

/** Said at once: somebody put it there. */
export const refusedWords = (path: string, why: string, own: string): string =>
  `${path} is not used: ${why}. Records are kept in ${own}, and other users of this checkout do not see them. Remove what stands there.`;

/** Where records of one kind are, and who may change them. */
interface Cabinet {
  readonly world: World;
  /** The user's own folder. */
  readonly own: string;
  readonly shared: Extract<SharedFolder, { kind: 'open' | 'closed' }>;
  readonly tellDamage: TellDamage;
  readonly isReadOnly: boolean;
  /** Nothing is said when others do not see what is kept. */
  readonly isQuiet: boolean;
}

/**
 * Many ask for the records of a fleet at once: they are joined once for each state of both files.
 */
const remembering = <Value>(join: (one: Value, other: Value) => Value) => {
  let last: { readonly one: Value; readonly other: Value; readonly both: Value } | undefined;
  return (one: Value, other: Value): Value => {
    if (last?.one !== one || last.other !== other) last = { one, other, both: join(one, other) };
    return last.both;
  };
};

/**
 * Moves the records that a user's own file has from earlier versions into the shared file, once.
 * The own file is then renamed, so that a record that is removed later does not come back.
 */
const bringIn = <Item extends object>(
  { world }: Cabinet,
  path: string,
  shared: KeptFile<Shelf<Item>>,
  format: KeptFormat<Shelf<Item>>,
  naming: Naming<Item>,
): Promise<Result<void, Failure>> =>
  whileLocked(world, path, async () => {
    const kept = await readKept(world, path);
    if (kept.kind === 'absent') return success(undefined);
    if (kept.kind === 'closed') return failed(kept.failure);
    const now = world.clock.now();
    const parsed = kept.kind === 'text' ? format.parse(kept.text) : null;
    if (parsed === null) return await world.files.rename(path, damagedName(path, now));
    const done = await shared.change((before) => joined(before, parsed.value, naming));
    if (!done.ok) return done;
    const stamp = timeInName(now);
    return await world.files.rename(path, `${path}.shared-${stamp}`);
  });

/** Records of one kind that all users of a checkout share, as far as this user may. */
export const openSharedShelf = async <Item extends object>(
  cabinet: Cabinet,
  name: string,
  format: KeptFormat<Shelf<Item>>,
  naming: Naming<Item>,
): Promise<KeptFile<Shelf<Item>>> => {
  const { world, shared: place, tellDamage } = cabinet;
  const ownPath = join(cabinet.own, name);
  const own = await openKeptFile(world, ownPath, format, tellDamage);
  const shared = await openKeptFile(
    { ...world, files: place.files },
    join(place.path, name),
    format,
    tellDamage,
  );
  const joinedOnce = remembering<Shelf<Item>>((one, other) => joined(one, other, naming));
  const both = (): Shelf<Item> => joinedOnce(shared.value(), own.value());
  const reload = async (): Promise<void> => {
    await Promise.all([own.reload(), shared.reload()]);
  };
  if (place.kind === 'closed') {
    let isTold = cabinet.isQuiet;
    return {
      value: both,
      reload,
      change: (update) => {
        const alone = (before: Shelf<Item>): Shelf<Item> => {
          const theirs = shared.value();
          const shown = joined(theirs, before, naming);
          const { items } = update(shown);
          return items === shown.items
            ? before
            : apart(theirs, before, items, naming, world.clock.now());
        };
        const before = own.value();
        if (!isTold && alone(before) !== before) {
          isTold = true;
          tellDamage(place.path, aloneWords(place.path, world.userName, cabinet.own));
        }
        return own.change(alone);
      },
      settle: own.settle,
    };
  }
  if (!cabinet.isReadOnly && (await world.files.exists(ownPath))) {
    await bringIn(cabinet, ownPath, shared, format, naming);
    await own.reload();
  }
  return {
    value: both,
    reload,
    change: (update) => {
      // Empty, unless the own records could not be moved at the start.
      const rest = own.value();
      return shared.change((before) => update(joined(before, rest, naming)));
    },
    settle: shared.settle,
  };
};
