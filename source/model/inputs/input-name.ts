/** The grammar of an input path on Nix's command line (`flakeIdRegex` in `flakeref.hh`), such as `home-manager/nixpkgs`. */
const inputPath = /^[A-Za-z][A-Za-z0-9_-]*(\/[A-Za-z][A-Za-z0-9_-]*)*$/;

/**
 * Whether Nix's command line can name an input. A flake may have others: `_1password-shell-plugins`,
 * or `"nixpkgs-25.11"` in quotes. An input `"a/b"` of the flake, which is among its `own` names, is
 * read there as the input b of a.
 */
export const canNixName = (path: string, own: readonly string[] = []): boolean =>
  inputPath.test(path) && !(path.includes('/') && own.includes(path));
