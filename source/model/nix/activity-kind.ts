interface Group {
  readonly name: string;
  /** What the title of the build view tells of it; null where nothing moves. */
  readonly moving: string | null;
  /** How many are listed for one host: there may be dozens of transfers and waits, and they end by themselves. */
  readonly listed: number;
  /** Silence that is odd, ms; null where nothing is to be heard. */
  readonly silentMs: number | null;
  /** How far it is: by the time that it took before, by bytes, or not known. */
  readonly measure: 'time' | 'bytes' | null;
}

const minuteMs = 60_000;

/** Kinds that are listed and judged alike, in the order of a list. */
export const activityGroups = [
  {
    name: 'builds',
    moving: 'building',
    listed: Number.POSITIVE_INFINITY,
    silentMs: 10 * minuteMs,
    measure: 'time',
  },
  {
    name: 'transfers',
    moving: 'downloading or copying',
    listed: 4,
    silentMs: 2 * minuteMs,
    measure: 'bytes',
  },
  { name: 'waits', moving: null, listed: 3, silentMs: null, measure: null },
] as const satisfies readonly Group[];

export type ActivityGroup = (typeof activityGroups)[number]['name'];

interface KindOfActivity {
  readonly group: ActivityGroup;
  /** The counts of a build's progress that it belongs to, as `--json` prints them; null where nothing is counted. */
  readonly counts: 'builds' | 'fetches' | 'copies' | null;
  /** What it does, where Nix names no phase. */
  readonly words: string;
  /** How its machine is told: `from cache.nixos.org`. */
  readonly machine: 'on' | 'from' | 'to';
}

/**
 * What differs between the kinds of what Nix does; whoever lists, counts, measures or tells them asks here.
 * Only the log of a builder and the caches that were used name a kind (`services/build/listener.ts`).
 */
export const activityKinds = {
  build: { group: 'builds', counts: 'builds', words: 'building', machine: 'on' },
  fetch: { group: 'transfers', counts: 'fetches', words: 'fetching', machine: 'from' },
  copy: { group: 'transfers', counts: 'copies', words: 'copying', machine: 'to' },
  wait: { group: 'waits', counts: null, words: '', machine: 'on' },
} as const satisfies Readonly<Record<string, KindOfActivity>>;

export type ActivityKind = keyof typeof activityKinds;

const rowOf = (activity: { readonly kind: ActivityKind }): Group => {
  const group = groupOf(activity);
  return activityGroups.find(({ name }) => name === group) ?? activityGroups[0];
};

/** How far an activity is known to be. */
export const measureOf = (activity: { readonly kind: ActivityKind }): Group['measure'] =>
  rowOf(activity).measure;

/** Silence that is odd for it, ms; null where nothing is to be heard. */
export const oddSilence = (activity: { readonly kind: ActivityKind }): number | null =>
  rowOf(activity).silentMs;

export const groupOf = ({ kind }: { readonly kind: ActivityKind }): ActivityGroup =>
  activityKinds[kind].group;
