import { movedInputs } from '../inputs/moves.ts';
import { type LockChange, rootOfChange } from '../lock/change.ts';

const looksLikeNixpkgs = (input: string): boolean =>
  /nixpkgs|nixos-unstable|nixos-stable/i.test(input);

/**
 * The moved inputs in the order in which a search tries them: those that few
 * others follow first. What moves nixpkgs rebuilds everything, so that sets
 * without it are the cheap ones.
 */
export const bisectOrder = (changes: readonly LockChange[]): readonly string[] => {
  const followers = (input: string): number =>
    changes
      .filter((change) => rootOfChange(change) === input)
      .reduce((sum, { alsoMoves }) => sum + alsoMoves.length, 0);
  const weight = (input: string): number =>
    (looksLikeNixpkgs(input) ? 1_000_000 : 0) + followers(input);
  return movedInputs(changes).toSorted((one, other) => weight(one) - weight(other));
};
