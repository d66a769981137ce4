import { branchOfUrl } from './archive-branch.ts';
import type { LockNode } from './lock.ts';
import { lockedOf, originalOf, textOf } from './lock-attributes.ts';

/** `25.05` of `nixos-25.05-small`, `nixpkgs-25.05-darwin`, `release-25.05`, `nix-darwin-25.05`. */
export const releaseOf = (branch: string | undefined): string | null =>
  branch === undefined
    ? null
    : (/^(?:refs\/heads\/)?(?:[a-z]+-)*(\d\d\.(?:05|11|03|09))(?:-[a-z0-9]+)*$/.exec(branch)?.[1] ??
      null);

/** Whether a ref names a version, such as `v1.2.3`, rather than a branch. */
export const isVersionTag = (ref: string): boolean =>
  /^(?:refs\/tags\/.+|v?\d+(?:\.\d+)+(?:[-+.].*)?)$/.test(ref) && releaseOf(ref) === null;

/** A ref without `refs/heads/`, which newer versions of Nix write out. */
export const branchName = (ref: string): string => ref.replace(/^refs\/heads\//, '');

/** The branch that an input tracks, as far as the lock tells. */
export const branchOf = (node: LockNode): string | null => {
  const locked = lockedOf(node);
  const original = originalOf(node);
  const ref = textOf(original, 'ref') ?? textOf(locked, 'ref');
  if (ref !== undefined) return branchName(ref);
  return branchOfUrl(textOf(original, 'url')) ?? branchOfUrl(textOf(locked, 'url'));
};
