import { showRevision } from './format-size.ts';

/** Why an input stands where it stands: from the lock, the config, and its own remote. */
export type InputStanding =
  | { readonly kind: 'newest' }
  /** The remote has another revision than the lock. */
  | { readonly kind: 'behind'; readonly revision: string }
  | { readonly kind: 'pinned'; readonly revision: string }
  | { readonly kind: 'follows'; readonly target: string }
  | { readonly kind: 'held'; readonly reason: string; readonly until: string | null }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** Paths and archives have no revision that could be asked for. */
  | { readonly kind: 'unasked' };

/** Why the input did not move in an update; null where there is nothing to say. */
export const unmovedReason = (standing: InputStanding): string | null => {
  switch (standing.kind) {
    case 'newest':
      return 'is at its newest revision';
    case 'behind':
      return `did not move although its remote has ${showRevision(standing.revision)}; it was not fetched, try again`;
    case 'pinned':
      return `is pinned to ${showRevision(standing.revision)} in flake.nix and cannot move`;
    case 'follows':
      return `follows ${standing.target || 'the flake itself'}; update that one`;
    case 'held':
      return `is held${standing.until === null ? '' : ` until ${standing.until}`}: ${standing.reason}`;
    case 'unreachable':
      return `did not move, and its remote could not be asked: ${standing.why}`;
    case 'unasked':
      return null;
  }
};

/** Whether an update should have moved the input, or could not know. */
export const isTroubling = ({ kind }: InputStanding): boolean =>
  kind === 'behind' || kind === 'unreachable';

/** How many of the flake's own inputs have something newer. */
export const countBehind = (standings: Readonly<Record<string, InputStanding>>): number =>
  Object.values(standings).filter(({ kind }) => kind === 'behind').length;
