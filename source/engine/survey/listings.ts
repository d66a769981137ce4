import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ListedHost } from '../../model/config/host-entries.ts';
import type { EngineContext } from '../run/context.ts';

/** Trees whose hosts are remembered; older ones are listed again. */
const keptTrees = 4;

/** Rises when the facts of a host mean something else, so that what was kept counts no more. */
const form = 1;

const known = z.object({
  system: z.string().nullable(),
  hostName: z.string().nullable(),
  isImage: z.boolean(),
});

const listing = z.object({
  form: z.literal(form),
  tree: z.string(),
  systems: z.array(z.string()),
  hosts: z.array(z.object({ name: z.string(), facts: known.nullable() })),
});

/** The hosts of one tree: every name, and the facts of those that were asked about. */
interface Listing {
  readonly tree: string;
  /** Systems that could be built here then. */
  readonly systems: readonly string[];
  readonly names: readonly string[];
  readonly facts: ReadonlyMap<string, ListedHost>;
}

const pathOf = ({ world, folder }: EngineContext): string =>
  join(world.folders.cache, 'listings', `${basename(folder)}.json`);

const readListing = (entry: unknown): Listing[] => {
  const parsed = listing.safeParse(entry);
  if (!parsed.success) return [];
  const { tree, systems, hosts } = parsed.data;
  return [
    {
      tree,
      systems,
      names: hosts.map(({ name }) => name),
      facts: new Map(
        hosts.flatMap(({ name, facts }) =>
          facts === null ? [] : [[name, { name, ...facts, failure: null }] as const],
        ),
      ),
    },
  ];
};

/**
 * The hosts of trees that were listed before, the newest last. What was evaluated for a tree is true
 * for it for ever. A file that is damaged, or of another version, counts as none: Nix is asked again.
 */
export const readListings = async (context: EngineContext): Promise<readonly Listing[]> => {
  const text = await context.world.files.read(pathOf(context));
  if (!text.ok || text.value === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return [];
  }
  return Array.isArray(json) ? json.flatMap(readListing) : [];
};

/** Keeps a listing as the newest. One that cannot be written is no failure: it can be made again. */
export const keepListing = async (
  context: EngineContext,
  before: readonly Listing[],
  added: Listing,
): Promise<void> => {
  const path = pathOf(context);
  const others = before.filter(({ tree }) => tree !== added.tree);
  const kept = [...others, added].slice(-keptTrees).map(({ tree, systems, names, facts }) => ({
    form,
    tree,
    systems,
    hosts: names.map((name) => {
      const found = facts.get(name);
      return {
        name,
        // Why a host is not known may be another reason the next time.
        facts:
          found === undefined || found.failure !== null
            ? null
            : { system: found.system, hostName: found.hostName, isImage: found.isImage },
      };
    }),
  }));
  const { files } = context.world;
  await files.makeFolder(join(context.world.folders.cache, 'listings'));
  await files.write(path, `${JSON.stringify(kept)}\n`);
};
