import type { Policy } from '../host/host.ts';

/** Hosts one wave after the other; a wave begins only when the one before it is well. */
export interface Rollout {
  readonly waves: readonly (readonly string[])[];
  /** How long health is watched between two waves, ms. */
  readonly soakMs: number;
}

/** What decides in which wave a host is. */
export interface RolloutHost {
  readonly host: string;
  readonly policy: Policy;
  /** The machine that nixup runs on. */
  readonly here: boolean;
  /** Hosts that must be done and confirmed before this one. */
  readonly after: readonly string[];
}

interface RolloutSettings {
  /** Of the config. */
  readonly waves: readonly (readonly string[])[];
  /** Chosen by the person. */
  readonly canary: string | null;
  /** Of the config; null where it names none. */
  readonly soakMs: number | null;
}

/** With fewer hosts than this there is no canary. */
const canaryFrom = 3;

/** Where waves or a canary are asked for and no soak is named, ms. */
const defaultSoakMs = 120_000;

const inGroups = (
  hosts: readonly RolloutHost[],
  groups: readonly (readonly string[])[],
): readonly (readonly RolloutHost[])[] => {
  const waves: (readonly RolloutHost[])[] = [];
  let left = hosts;
  for (const names of groups) {
    const wave = left.filter(({ host }) => names.includes(host));
    left = left.filter(({ host }) => !names.includes(host));
    if (wave.length > 0) waves.push(wave);
  }
  return left.length > 0 ? [...waves, left] : waves;
};

/**
 * Splits a wave so that a host comes after the hosts that it is reached by; a circle is broken
 * where it is found.
 */
const carriersFirst = (wave: readonly RolloutHost[]): readonly (readonly RolloutHost[])[] => {
  const waves: (readonly RolloutHost[])[] = [];
  let left = wave;
  while (left.length > 0) {
    const names = new Set(left.map(({ host }) => host));
    const free = left.filter(({ after }) => !after.some((name) => names.has(name)));
    const next = free.length > 0 ? free : left;
    waves.push(next);
    left = left.filter((one) => !next.includes(one));
  }
  return waves;
};

/**
 * The order of a deploy. A chosen canary first, then the config's waves; where
 * neither is given and there are three hosts or more, one canary that nobody
 * minds (not this machine, not `ask`, not protected, carrying nobody), then the
 * rest. Hosts come after those they name in `after`; this machine is last. Pure.
 */
export const planRollout = (hosts: readonly RolloutHost[], settings: RolloutSettings): Rollout => {
  const { canary, waves, soakMs } = settings;
  const isChosen = canary !== null || waves.length > 0;
  const carriers = new Set(hosts.flatMap(({ after }) => after));
  const mildest = hosts.find(
    ({ host, policy, here, after }) =>
      policy === 'auto' && !here && after.length === 0 && !carriers.has(host),
  );
  const automatic = hosts.length >= canaryFrom && mildest !== undefined ? [[mildest.host]] : [];
  const groups = isChosen ? [...(canary === null ? [] : [[canary]]), ...waves] : automatic;
  const others = hosts.filter(({ here }) => !here);
  const here = hosts.filter((host) => host.here);
  const ordered = [...inGroups(others, groups).flatMap(carriersFirst), ...here.map((one) => [one])];
  return {
    waves: ordered.map((wave) => wave.map(({ host }) => host)),
    soakMs: soakMs ?? (isChosen ? defaultSoakMs : 0),
  };
};

/** The part of a rollout that is left for these hosts; hosts that it does not name come last. */
export const narrowRollout = (rollout: Rollout, hosts: readonly string[]): Rollout => {
  const named = new Set(rollout.waves.flat());
  const rest = hosts.filter((host) => !named.has(host));
  return {
    ...rollout,
    waves: [...rollout.waves, rest]
      .map((wave) => wave.filter((host) => hosts.includes(host)))
      .filter((wave) => wave.length > 0),
  };
};
