/** Kinds that are listed and judged alike, in the order of a list. */
export const activityGroups = ['builds', 'transfers', 'waits'] as const;

export type ActivityGroup = (typeof activityGroups)[number];

interface KindOfActivity {
  readonly group: ActivityGroup;
  /** The counts that it belongs to; null where nothing is counted. */
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
