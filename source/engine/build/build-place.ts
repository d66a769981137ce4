import { builtOn } from '../../model/config/host-entries.ts';
import { isAsleep, pendingReason } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type BuildPlace, buildPlaceOf } from '../../services/nix/place.ts';
import type { EngineContext } from '../run/context.ts';

const entryOf = (context: EngineContext, name: string): HostEntry | undefined =>
  context.state().hosts[name]?.entry;

/** The machine that builds a host's system: as this run was asked to, else as nixup.toml says. */
export const buildPlace = (
  context: EngineContext,
  entry: HostEntry,
  wish: string | undefined,
): BuildPlace | undefined => {
  const { buildOn } =
    wish === undefined ? entry : builtOn(wish, entry.name, context.world.hostName);
  const builder = buildOn === undefined ? undefined : entryOf(context, buildOn);
  return builder === undefined || builder.here ? undefined : buildPlaceOf(context.world, builder);
};

/** Why another machine cannot build now: it sleeps, or something else keeps it from it; null when it answers. */
type PlaceObstacle =
  | { readonly kind: 'asleep'; readonly why: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Asks the building machine whether it answers, before Nix waits for it. */
export const placeObstacle = async (
  context: EngineContext,
  place: BuildPlace,
  host: string,
): Promise<PlaceObstacle | null> => {
  const builder = entryOf(context, place.host);
  const asked = builder === undefined ? null : await context.hosts.probe(builder);
  if (asked === null || asked.ok) return null;
  const { failure } = asked;
  if (!isAsleep(failure)) return { kind: 'failed', failure };
  return {
    kind: 'asleep',
    why:
      place.host === host
        ? `${pendingReason(failure)}, and it builds its own system`
        : `${place.host}, which builds it, is ${pendingReason(failure)}`,
  };
};

/** Whether a system is where it was built: in this machine's store, or in that of the named host. */
export const isBuiltStill = async (
  context: EngineContext,
  path: StorePath,
  host: string | undefined,
): Promise<boolean> => {
  const builder = host === undefined ? undefined : entryOf(context, host);
  return builder === undefined
    ? await context.nix.isValid(path)
    : await context.nix.isValid(path, buildPlaceOf(context.world, builder));
};

/** Those of the records whose system is where it was built: one question for each store. */
export const builtStill = async <
  Built extends { readonly toplevel: StorePath; readonly builtOn?: string | undefined },
>(
  context: EngineContext,
  records: readonly Built[],
): Promise<ReadonlySet<Built>> => {
  const byStore = new Map<string | null, Built[]>();
  for (const record of records) {
    const store =
      record.builtOn !== undefined && entryOf(context, record.builtOn) !== undefined
        ? record.builtOn
        : null;
    byStore.set(store, [...(byStore.get(store) ?? []), record]);
  }
  const still = await Promise.all(
    [...byStore].map(async ([store, ofStore]) => {
      const builder = store === null ? undefined : entryOf(context, store);
      const valid = await context.nix.validOf(
        ofStore.map(({ toplevel }) => toplevel),
        builder === undefined ? undefined : buildPlaceOf(context.world, builder),
      );
      return ofStore.filter(({ toplevel }) => valid.has(toplevel));
    }),
  );
  return new Set(still.flat());
};
