interface Group {
  readonly name: string;
  /** What the title of the build view tells of it; null where nothing moves. */
  readonly moving: string | null;
  /** How many are listed for one host: there may be dozens of transfers and waits, and they end by themselves. */
  readonly listed: number;
}

/** Kinds that are listed and judged alike, in the order of a list. */
export const activityGroups = [
  { name: 'builds', moving: 'building', listed: Number.POSITIVE_INFINITY },
  { name: 'transfers', moving: 'downloading or copying', listed: 4 },
  { name: 'waits', moving: null, listed: 3 },
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

/** All that differs between the kinds of what Nix does; whoever lists, counts or tells them asks here. */
export const activityKinds = {
  build: { group: 'builds', counts: 'builds', words: 'building', machine: 'on' },
  fetch: { group: 'transfers', counts: 'fetches', words: 'fetching', machine: 'from' },
  copy: { group: 'transfers', counts: 'copies', words: 'copying', machine: 'to' },
  wait: { group: 'waits', counts: null, words: '', machine: 'on' },
} as const satisfies Readonly<Record<string, KindOfActivity>>;

export type ActivityKind = keyof typeof activityKinds;

export const groupOf = ({ kind }: { readonly kind: ActivityKind }): ActivityGroup =>
  activityKinds[kind].group;
