import { type GrubFiles, GrubRun } from './grub-run.ts';
import { copyState, emptyState, type GrubEntry, type GrubState, valueIn } from './grub-state.ts';

/** What GRUB starts, or why that is not known. */
type GrubStart =
  | { readonly kind: 'system'; readonly toplevel: string; readonly asksPassword: boolean }
  | { readonly kind: 'unproven'; readonly reason: string };

const deepestMenu = 8;

const unproven = (reason: string): GrubStart => ({ kind: 'unproven', reason });

/** A menu, and the state in which its entries are started. */
export interface GrubMenu {
  readonly state: GrubState;
  readonly run: GrubRun;
  readonly depth: number;
}

/** The menu of grub.cfg, as it comes out with these files beside it. */
export const grubMenu = (text: string, files: GrubFiles): GrubMenu => {
  const run = new GrubRun(files);
  const state = emptyState();
  if (files.isEfi === true) {
    // `grub-core/normal/main.c` sets and exports it.
    state.variables.set('grub_platform', 'efi');
    state.exported.add('grub_platform');
  }
  run.script(text, state);
  return { state, run, depth: 0 };
};

/**
 * Starting an entry: what is loaded then, and the menu that a submenu opens. What is
 * left of the default counts there, unless the submenu itself sets another
 * (`grub_menu_execute_entry`).
 */
const started = (menu: GrubMenu, entry: GrubEntry, rest: string): GrubState => {
  const before = copyState(menu.state);
  const exported = [...before.variables].filter(([name]) => before.exported.has(name));
  const state: GrubState = {
    ...before,
    // A submenu has a context of its own (`grub_env_context_open`).
    variables: new Map([
      ...[...(entry.isSubmenu ? exported : before.variables)].filter(
        ([name]) => name !== 'default',
      ),
      ...(rest === '' ? [] : [['default', rest] as const]),
      ...(entry.isSubmenu ? [['timeout', '0'] as const] : []),
    ]),
    entries: [],
    certain: Number.POSITIVE_INFINITY,
    why: '',
    loaded: { kind: 'nothing' },
    hasEnded: false,
  };
  if (entry.block === null) state.loaded = { kind: 'other', why: 'it is made from a string' };
  else menu.run.block(entry.block, state);
  return state;
};

/** The password of an entry: null where only GRUB knows it. */
const hasSuperusers = (menu: GrubMenu): boolean => valueIn(menu.state, 'superusers') !== '';

const isSame = (name: string | null, wanted: string): boolean => name === wanted;

/** `default` up to the first `>`, in which `>>` stands for a `>` of a title; and the rest. */
const firstPart = (wanted: string): { readonly part: string; readonly rest: string } => {
  let part = '';
  for (let index = 0; index < wanted.length; index += 1) {
    const character = wanted[index];
    if (character !== '>') part += character;
    else if (wanted[index + 1] === '>') {
      part += '>';
      index += 1;
    } else return { part, rest: wanted.slice(index + 1) };
  }
  return { part, rest: '' };
};

type Found =
  | { readonly kind: 'entry'; readonly index: number }
  | { readonly kind: 'unproven'; readonly reason: string };

/** Digits make it a number; whatever names no entry stands for the first (`grub-core/normal/menu.c`). */
const findIndex = ({ state }: GrubMenu, part: string): Found => {
  const { entries, certain, why } = state;
  const known = Math.min(entries.length, certain);
  const isWhole = certain >= entries.length && certain === Number.POSITIVE_INFINITY;
  const doubtful: Found = { kind: 'unproven', reason: why || 'its menu has no entry' };
  const at = (index: number): Found => (index < known ? { kind: 'entry', index } : doubtful);
  if (/^[1-9]\d*$|^0$/.test(part)) {
    const index = Number(part);
    if (index < known) return at(index);
    return isWhole ? at(0) : doubtful;
  }
  if (/^\s*\d/.test(part))
    return {
      kind: 'unproven',
      reason: `its default "${part}" begins with a number: GRUB may take it for an entry's number`,
    };
  // An empty default stands for an entry without a title, none at all for the first.
  if (part === '' && entries.slice(0, known).some(({ title, id }) => title === '' || id === ''))
    return {
      kind: 'unproven',
      reason: 'an entry has no title, which an empty default may stand for',
    };
  for (const [index, { title, id }] of entries.slice(0, known).entries()) {
    if (isSame(title, part) || isSame(id, part)) return at(index);
    if (title === null || id === null)
      return { kind: 'unproven', reason: 'an entry has a name that only GRUB knows' };
  }
  return isWhole ? at(0) : doubtful;
};

/** The value of `default`; where none was set, what names the first entry. */
export const defaultIn = (state: GrubState): string | null =>
  state.variables.has('default') || state.forgotten ? valueIn(state, 'default') : '0';

/** What GRUB starts where `default` has this value. */
export const startOf = (menu: GrubMenu, wanted: string | null): GrubStart => {
  if (wanted === null) return unproven('its default depends on what only GRUB knows');
  if (menu.depth > deepestMenu) return unproven('its menus go too deep');
  const { part, rest } = firstPart(wanted);
  const found = findIndex(menu, part);
  if (found.kind === 'unproven') return found;
  const entry = menu.state.entries[found.index];
  if (entry === undefined) return unproven('its menu has no entry');
  const named = `its entry ${entry.title === null ? found.index : `"${entry.title}"`}`;
  const state = started(menu, entry, rest);
  const asksPassword = entry.isRestricted && hasSuperusers(menu);
  if (state.loaded.kind === 'system')
    return { kind: 'system', toplevel: state.loaded.toplevel, asksPassword };
  if (state.loaded.kind === 'other') return unproven(`${named}: ${state.loaded.why}`);
  if (!entry.isSubmenu || (state.entries.length === 0 && state.certain > 0))
    return unproven(`${named} starts nothing`);
  const inner = startOf({ ...menu, state, depth: menu.depth + 1 }, defaultIn(state));
  return inner.kind === 'system' && asksPassword ? { ...inner, asksPassword } : inner;
};

/** An entry that starts a system, by the numbers that lead to it. */
interface GrubPath {
  /** `1>0`. */
  readonly path: string;
  readonly toplevel: string;
}

const mostPaths = 2_000;

/** Every entry that is there for certain and starts a system, from the top of the menu down. */
export const pathsOf = (
  menu: GrubMenu,
  above = '',
  found: GrubPath[] = [],
): readonly GrubPath[] => {
  const { entries, certain } = menu.state;
  if (menu.depth > deepestMenu) return found;
  for (const [index, entry] of entries.slice(0, Math.min(entries.length, certain)).entries()) {
    if (found.length >= mostPaths) break;
    const path = `${above}${index}`;
    const state = started(menu, entry, '');
    if (state.loaded.kind === 'system') found.push({ path, toplevel: state.loaded.toplevel });
    else if (state.loaded.kind === 'nothing' && entry.isSubmenu)
      pathsOf({ ...menu, state, depth: menu.depth + 1 }, `${path}>`, found);
  }
  return found;
};
