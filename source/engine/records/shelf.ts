import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { memoByObject } from '../../model/memo.ts';
import type { Result } from '../../model/result.ts';
import { counted } from '../../model/words/sentences.ts';
import { moment } from '../../parsers/kept/shapes.ts';
import { type KeptFile, type KeptFormat, parseKept } from '../../services/world/kept-file.ts';

/** A record that this user took away, and cannot take out of the file that all share. */
const goneRecord = z.strictObject({ gone: z.string(), at: moment });
type GoneRecord = z.infer<typeof goneRecord>;

/** Records of one kind. */
export interface Shelf<Item> {
  readonly items: readonly Item[];
  /** In a user's own file only. */
  readonly gone: readonly GoneRecord[];
  /** Entries that are no such record: of a newer nixup, or damaged. They are written again as they are. */
  readonly strays: readonly unknown[];
}

/** What tells the records of a kind apart, and which of two is newer. */
export interface Naming<Item> {
  key(item: Item): string;
  at(item: Item): number;
}

const entriesOf = (json: unknown): readonly unknown[] | null => {
  if (Array.isArray(json)) return json;
  // A single record, as earlier versions wrote what is still to be pushed.
  return typeof json === 'object' && json !== null && 'branch' in json ? [json] : null;
};

/** A list of records as JSON. What a newer nixup added to a record that is not changed stays with it. */
export const shelfFormat = <Item extends object>(
  schema: z.ZodType<Item>,
): KeptFormat<Shelf<Item>> => {
  const originals = new WeakMap<Item, unknown>();
  return {
    empty: { items: [], gone: [], strays: [] },
    parse: (text) => {
      const json = parseKept(text);
      const entries = json.ok ? entriesOf(json.value) : null;
      if (entries === null) return null;
      const items: Item[] = [];
      const gone: GoneRecord[] = [];
      const strays: unknown[] = [];
      for (const entry of entries) {
        const item = schema.safeParse(entry);
        const away = goneRecord.safeParse(entry);
        if (away.success) gone.push(away.data);
        else if (item.success) {
          items.push(item.data);
          originals.set(item.data, entry);
        } else strays.push(entry);
      }
      const misfits =
        strays.length === 0 ? null : `${strays.length} of ${counted(entries.length, 'record')}`;
      return { value: { items, gone, strays }, misfits };
    },
    write: ({ items, gone, strays }) =>
      `${JSON.stringify([...strays, ...gone, ...items.map((item) => originals.get(item) ?? item)], null, 1)}\n`,
  };
};

const isEmpty = ({ items, gone, strays }: Shelf<unknown>): boolean =>
  items.length === 0 && gone.length === 0 && strays.length === 0;

const straysOf = (shelves: readonly Shelf<unknown>[]): readonly unknown[] => [
  ...new Map(
    shelves.flatMap(({ strays }) => strays).map((stray) => [JSON.stringify(stray), stray]),
  ).values(),
];

/**
 * The shared records together with a user's own: of two with the same key the newer one, oldest
 * first.
 */
export const joined = <Item>(
  shared: Shelf<Item>,
  own: Shelf<Item>,
  { key, at }: Naming<Item>,
): Shelf<Item> => {
  if (isEmpty(own)) return shared;
  const goneAt = new Map(own.gone.map((record) => [record.gone, record.at]));
  const newest = new Map<string, Item>();
  for (const item of shared.items)
    if (at(item) > (goneAt.get(key(item)) ?? -1)) newest.set(key(item), item);
  for (const item of own.items) {
    const other = newest.get(key(item));
    if (other === undefined || at(item) >= at(other)) newest.set(key(item), item);
  }
  const items = [...newest.values()].sort((one, other) => at(one) - at(other));
  return { items, gone: [], strays: straysOf([shared, own]) };
};

/**
 * The records that a user must keep of his own, so that joined with the shared ones, which he
 * cannot change, the result is right.
 */
export const apart = <Item>(
  shared: Shelf<Item>,
  own: Shelf<Item>,
  wanted: readonly Item[],
  { key }: Naming<Item>,
  now: number,
): Shelf<Item> => {
  const theirs = new Set(shared.items);
  const left = new Set(wanted.map(key));
  const taken = shared.items.map(key).filter((one) => !left.has(one));
  return {
    items: wanted.filter((item) => !theirs.has(item)),
    gone: taken.map((gone) => own.gone.find((record) => record.gone === gone) ?? { gone, at: now }),
    strays: own.strays,
  };
};

/** Of records as they stand, by host: a fleet of a thousand asks a thousand times. */
const lastByHost = memoByObject(
  (items: readonly { readonly host: string }[]): ReadonlyMap<string, number> =>
    new Map(items.map(({ host }, index) => [host, index])),
);

/** The newest record of a host. */
export const lastOf = <Item extends { host: string }>(
  shelf: KeptFile<Shelf<Item>>,
  host: string,
): Item | undefined => {
  const { items } = shelf.value();
  const index = lastByHost(items).get(host);
  return index === undefined ? undefined : items[index];
};

/** Nothing is written where `update` answers the very items that it was given. */
export const changeItems = <Item extends object>(
  shelf: KeptFile<Shelf<Item>>,
  update: (items: readonly Item[]) => readonly Item[],
): Promise<Result<void, Failure>> =>
  shelf.change((before) => {
    const items = update(before.items);
    return items === before.items ? before : { ...before, items };
  });

/** In the place of what is known of the same host. */
export const replaceOfHost = <Item extends { host: string }>(
  shelf: KeptFile<Shelf<Item>>,
  item: Item,
): Promise<Result<void, Failure>> =>
  changeItems(shelf, (items) => [...items.filter((other) => other.host !== item.host), item]);

export const dropItems = <Item extends object>(
  shelf: KeptFile<Shelf<Item>>,
  isOver: (item: Item) => boolean,
): Promise<Result<void, Failure>> =>
  changeItems(shelf, (items) => {
    const left = items.filter((item) => !isOver(item));
    return left.length === items.length ? items : left;
  });
