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
