import { isRevisionVersion } from '../../model/packages/package-version.ts';

/** Outputs that nixpkgs splits packages into, at the end of a path's name; `modules` are a kernel's. */
const output =
  /-(?:bin|dev|lib|libs|man|doc|info|debug|static|devdoc|data|terminfo|dist|drivers|modules|shared|tools|getent|dump|mount|login|swap|unwrapped)$/;

/** A version begins after the first hyphen that a digit follows, as in nvd and dix. */
const versioned = /^(.+?)-((?:unstable-|git-)?\d.*)$/;

/** A revision that begins with a letter is a version too. */
const byRevision = /^(.+)-(g?[0-9a-f]{7,40})$/;

/** Files that a configuration is written into; they are no packages. */
const generated =
  /^(?:unit|X-Restart-Triggers|etc|system-path|activate|perl-env|user-units|system-units|initrd-units)(?:-|$)|\.(?:service|socket|timer|mount|automount|target|path|slice|conf|json|sh|toml|ya?ml|ini|rules|pl|py|xml|nix|cfg|patch|key|pem|crt|txt|lock|drv|desktop|el|lua|js|css|html|network|link|netdev)$/;

interface PackageName {
  readonly name: string;
  readonly version: string | null;
}

/**
 * Splits the name of a store path (`openssl-3.6.2-bin`) into package and
 * version; null for generated files. Outputs of one package are one package.
 */
export const parsePackageName = (text: string): PackageName | null => {
  if (generated.test(text)) return null;
  const found = versioned.exec(text);
  if (found !== null) {
    const [, name = text, rest = ''] = found;
    return { name, version: rest.replace(output, '') };
  }
  const [, name = text, revision = ''] = byRevision.exec(text.replace(output, '')) ?? [];
  return isRevisionVersion(revision) ? { name, version: revision } : { name: text, version: null };
};
