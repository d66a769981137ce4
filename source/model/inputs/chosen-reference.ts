import type { Attributes } from '../lock/lock.ts';
import { textOf } from '../lock/lock-attributes.ts';

/**
 * Attributes that a lock adds to a reference: they name one content, so another revision has
 * others.
 */
const ofContent = new Set([
  'rev',
  'narHash',
  'lastModified',
  'revCount',
  'treeHash',
  'dirtyRev',
  'dirtyShortRev',
  '__final',
]);

/** Attributes that stand in the path of a url (`flake-ref` of nix-flake(1)). */
const inPath = new Set(['type', 'owner', 'repo', 'url', 'rev']);

/**
 * An input at one revision, with everything else as flake.nix has it. Null for a
 * type that has no revisions. `allRefs`: no branch that is fetched has it.
 */
export const chosenAttributes = (
  source: Attributes,
  revision: string,
  allRefs: boolean,
): Attributes | null => {
  const kept = Object.entries(source).filter(
    ([name, value]) => !ofContent.has(name) && value !== undefined,
  );
  switch (textOf(source, 'type')) {
    case 'github':
    case 'gitlab':
    case 'sourcehut':
      // A branch and a revision at once are refused there.
      return { ...Object.fromEntries(kept.filter(([name]) => name !== 'ref')), rev: revision };
    case 'git':
      // The branch stays with `allRefs`: without one, Nix up to 2.8 asks for `master`.
      return { ...Object.fromEntries(kept), rev: revision, ...(allRefs ? { allRefs } : {}) };
    default:
      return null;
  }
};

const valueText = (value: Attributes[string]): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

/** The same as one word, for the command line of Nix. */
export const chosenReference = (chosen: Attributes): string => {
  const type = textOf(chosen, 'type') ?? '';
  const revision = textOf(chosen, 'rev') ?? '';
  const words = Object.entries(chosen)
    .filter(([name]) => !inPath.has(name))
    .map(([name, value]) => `${name}=${encodeURIComponent(valueText(value))}`);
  if (type === 'git') {
    const url = (textOf(chosen, 'url') ?? '').replace(/^git\+/, '');
    const absolute = url.startsWith('/') ? `file://${url}` : url;
    return `git+${absolute}${absolute.includes('?') ? '&' : '?'}${[`rev=${revision}`, ...words].join('&')}`;
  }
  const owner = (textOf(chosen, 'owner') ?? '').replaceAll('/', '%2F');
  const place = `${type}:${owner}/${textOf(chosen, 'repo') ?? ''}/${revision}`;
  return words.length === 0 ? place : `${place}?${words.join('&')}`;
};
