import type { Block, Statement } from './grub-script.ts';

/** An entry of GRUB's menu, made by `menuentry` or `submenu`. */
export interface GrubEntry {
  /** Null where it cannot be known here. */
  readonly title: string | null;
  readonly id: string | null;
  readonly isSubmenu: boolean;
  /** Asks for a password, where there are superusers at all. */
  readonly isRestricted: boolean;
  /** Null where it is made from a string. */
  readonly block: Block | null;
}

/** What stands in memory, to be started by `boot` or by the end of an entry. */
export type LoadedKernel =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'system'; readonly toplevel: string }
  | { readonly kind: 'other'; readonly why: string };

/** A value is null where only GRUB's own machine knows it. */
export interface GrubState {
  readonly variables: Map<string, string | null>;
  readonly exported: Set<string>;
  /** What `save_env` wrote to the file of the environment; null where that is not certain. */
  readonly written: Map<string, string | null>;
  /** True once a file that was not read may have set anything. */
  forgotten: boolean;
  /** Null where two definitions are possible. */
  readonly functions: Map<string, readonly Statement[] | null>;
  entries: GrubEntry[];
  /** How many of the entries are there for certain, in this order. */
  certain: number;
  /** Why no more are. */
  why: string;
  loaded: LoadedKernel;
  /** Nothing after it is run any more. */
  hasEnded: boolean;
}

export const emptyState = (): GrubState => ({
  variables: new Map(),
  exported: new Set(),
  written: new Map(),
  forgotten: false,
  functions: new Map(),
  entries: [],
  certain: Number.POSITIVE_INFINITY,
  why: '',
  loaded: { kind: 'nothing' },
  hasEnded: false,
});

export const copyState = (state: GrubState): GrubState => ({
  ...state,
  variables: new Map(state.variables),
  exported: new Set(state.exported),
  written: new Map(state.written),
  functions: new Map(state.functions),
  entries: [...state.entries],
});

/** Where GRUB's own folder is, in its own words: a name that nothing else has. */
export const prefix = '(boot)/grub';

/** Set by GRUB itself, from its machine. */
const ofTheMachine =
  /^(?:root|cmdpath|grub_cpu|grub_platform|lang|locale_dir|check_signatures|shim_lock|lockdown|net_.*|pxe_.*|bootp_.*|\d+|[?#*@])$/;

export const valueIn = (state: GrubState, name: string): string | null => {
  const value = state.variables.get(name);
  if (value !== undefined) return value;
  if (name === 'prefix' || name === 'config_directory') return prefix;
  // Every GRUB since 2.00 says yes to these.
  if (/^feature_/.test(name)) return 'y';
  return state.forgotten || ofTheMachine.test(name) ? null : '';
};

const isSameEntry = (left: GrubEntry, right: GrubEntry): boolean =>
  left.title === right.title &&
  left.id === right.id &&
  left.isSubmenu === right.isSubmenu &&
  left.isRestricted === right.isRestricted &&
  left.block?.source === right.block?.source;

const isSameLoaded = (left: LoadedKernel, right: LoadedKernel): boolean =>
  left.kind === right.kind &&
  (left.kind !== 'system' || (right.kind === 'system' && left.toplevel === right.toplevel));

const unknownCondition = 'it depends on a condition that only GRUB can judge';

/** From here on no entry of the menu is certain. */
export const doubt = (state: GrubState, from: number, why: string): void => {
  if (from >= state.certain) return;
  state.certain = from;
  state.why = why;
};

/** What is true in both of two states; written to `into`. */
export const mergeStates = (into: GrubState, left: GrubState, right: GrubState): void => {
  for (const name of new Set([...left.variables.keys(), ...right.variables.keys()])) {
    const [one, other] = [valueIn(left, name), valueIn(right, name)];
    into.variables.set(name, one === other ? one : null);
  }
  for (const name of [...left.exported, ...right.exported]) into.exported.add(name);
  for (const name of new Set([...left.written.keys(), ...right.written.keys()])) {
    const [one, other] = [left.written.get(name), right.written.get(name)];
    into.written.set(name, one === other ? (one ?? null) : null);
  }
  into.forgotten = left.forgotten || right.forgotten;
  for (const name of new Set([...left.functions.keys(), ...right.functions.keys()])) {
    const [one, other] = [left.functions.get(name), right.functions.get(name)];
    into.functions.set(name, one === other ? (one ?? null) : null);
  }
  let same = 0;
  for (const entry of left.entries) {
    const other = right.entries[same];
    if (other === undefined || !isSameEntry(entry, other)) break;
    same += 1;
  }
  into.entries = [...left.entries];
  into.certain = Number.POSITIVE_INFINITY;
  for (const one of [left, right]) doubt(into, one.certain, one.why);
  if (same < left.entries.length || same < right.entries.length)
    doubt(into, same, unknownCondition);
  const isAgreed = isSameLoaded(left.loaded, right.loaded) && left.hasEnded === right.hasEnded;
  into.loaded = isAgreed ? left.loaded : { kind: 'other', why: unknownCondition };
  into.hasEnded = left.hasEnded || right.hasEnded;
};
