/** A problem that nixpkgs knows of a package: `meta.problems`, from 26.05 on. */
export interface PackageProblem {
  readonly name: string;
  readonly kind: string;
}

/** Why nixpkgs does not evaluate a package. */
export type PackageRefusal =
  | { readonly reason: 'insecure' }
  | { readonly reason: 'unfree' }
  | { readonly reason: 'blocked-license' }
  | { readonly reason: 'not-from-source' }
  | { readonly reason: 'broken' }
  /** The platform that was asked for, such as `aarch64-linux`, where nixpkgs names it. */
  | { readonly reason: 'platform'; readonly platform: string | null }
  | { readonly reason: 'problems'; readonly problems: readonly PackageProblem[] };

export interface RefusedPackage {
  /** With its version: `openssl-1.1.1w`. */
  readonly package: string;
  readonly refusal: PackageRefusal;
}

/** The name without its version, as `lib.getName` (and `builtins.parseDrvName`) splits it. */
export const packageWithoutVersion = (text: string): string =>
  text.replace(/-(?![A-Za-z]).*$/s, '');

const keywords = new Set([
  'assert',
  'else',
  'if',
  'in',
  'inherit',
  'let',
  'or',
  'rec',
  'then',
  'with',
]);

/** An attribute's name as Nix code writes it: quoted where it is no identifier. */
export const attributeName = (text: string): string =>
  /^[A-Za-z_][A-Za-z0-9_'-]*$/.test(text) && !keywords.has(text)
    ? text
    : `"${text.replaceAll(/["\\]|\$\{/g, (found) => `\\${found}`)}"`;
