import type { ForgeName } from '../../model/config/forge-names.ts';
import type { RequestBranches } from '../../model/forge/forge.ts';
import type { Result } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { type Forge, type ForgeRefusal, findOwn, type OwnRequest } from './requests.ts';
import { type ForgePlace, whichForge } from './which.ts';

/** How long an answer counts, and one that took its time to say nothing, ms. */
const lastsMs = 60_000;
/** A refusal that came at once: a person may be about to end its cause. */
const refusalLastsMs = 10_000;

type ForgeWorld = Pick<World, 'exec' | 'clock'>;

type FoundOwn = Result<OwnRequest | null, ForgeRefusal>;

/**
 * What the forge said of pull requests just now. Before a commit the same is wanted for the refusal, for what is shown and
 * for the request itself, and a program that hangs takes its whole time for each question.
 */
export interface AskedForge {
  which(
    world: ForgeWorld,
    addresses: readonly string[],
    configured: ForgeName | null,
  ): Promise<ForgePlace | null>;
  /** `opens`: a request is opened now, and a refusal that came at once is asked for again. */
  own(
    world: ForgeWorld,
    forge: Forge,
    branches: RequestBranches,
    opens: boolean,
  ): Promise<FoundOwn>;
  /** Requests are others from now on. */
  forget(): void;
}

interface HeardAnswer<Value> {
  readonly key: string;
  readonly value: Value;
  readonly until: number;
}

export const createAskedForge = (): AskedForge => {
  let place: HeardAnswer<ForgePlace | null> | null = null;
  let own: HeardAnswer<FoundOwn> | null = null;
  const isOf = <Value>(
    known: HeardAnswer<Value> | null,
    key: string,
    now: number,
  ): known is HeardAnswer<Value> => known !== null && known.key === key && now < known.until;
  return {
    which: async (world, addresses, configured) => {
      const key = JSON.stringify([addresses, configured]);
      if (isOf(place, key, world.clock.now())) return place.value;
      const value = await whichForge(world, addresses, configured);
      place = { key, value, until: world.clock.now() + lastsMs };
      return value;
    },
    own: async (world, forge, branches, opens) => {
      const { tool, repository, remote } = forge;
      const key = JSON.stringify([tool.program, repository, remote, branches.into]);
      const isQuick = own !== null && !own.value.ok && own.value.failure.kind !== 'silent';
      if (isOf(own, key, world.clock.now()) && !(opens && isQuick)) return own.value;
      const value = await findOwn(world, forge, branches);
      const isSlow = value.ok || value.failure.kind === 'silent';
      own = { key, value, until: world.clock.now() + (isSlow ? lastsMs : refusalLastsMs) };
      return value;
    },
    forget: () => {
      own = null;
    },
  };
};
