import type { StorePath } from '../nix/store-path.ts';
import {
  compareVersions,
  isMajorRise,
  isRevisionVersion,
  versionDirection,
} from './package-version.ts';

/** A store path of a closure whose name tells package and version. */
export interface PackagePath {
  readonly path: StorePath;
  readonly name: string;
  /** Null where the name tells none. */
  readonly version: string | null;
  /** Of the path alone, bytes. */
  readonly size: number;
}

/** All that a system refers to. */
export interface Closure {
  readonly toplevel: StorePath;
  /** Of everything, bytes. */
  readonly size: number;
  /** Without generated files and the toplevel itself. */
  readonly packages: readonly PackagePath[];
}

/**
 * `rebuilt`: the same versions, other store paths. `changed`: other versions of which nobody can say
 * which is the newer one, such as two revisions.
 */
export type PackageChangeKind =
  | 'upgraded'
  | 'downgraded'
  | 'changed'
  | 'added'
  | 'removed'
  | 'rebuilt';

export interface PackageChange {
  readonly name: string;
  readonly kind: PackageChangeKind;
  /** Versions, oldest first; empty for a package without one. */
  readonly old: readonly string[];
  readonly new: readonly string[];
  /** The first number of the newest version rose. */
  readonly major: boolean;
  /** Bytes more than before; negative where it shrank. */
  readonly sizeDelta: number;
}

export interface PackageDifference {
  readonly old: StorePath;
  readonly new: StorePath;
  /** By name. */
  readonly changes: readonly PackageChange[];
  readonly sizeDelta: number;
  /** Bytes of all that the systems refer to; absent where nobody asked. */
  readonly closure?: { readonly old: number; readonly new: number };
}

interface Package {
  readonly versions: readonly string[];
  readonly paths: ReadonlySet<StorePath>;
  readonly size: number;
}

const noPackage: Package = { versions: [], paths: new Set(), size: 0 };

/**
 * What is known by a revision alone is another thing than the package of the same name that has
 * versions: `fish-0af1ced` is a theme for fish.
 */
const nameOf = ({ name, version }: PackagePath): string =>
  version !== null && isRevisionVersion(version) ? `${name} (revision)` : name;

const byName = ({ packages }: Closure): ReadonlyMap<string, Package> => {
  const found = new Map<string, { versions: Set<string>; paths: Set<string>; size: number }>();
  for (const one of packages) {
    const { version, path, size } = one;
    const name = nameOf(one);
    const known = found.get(name) ?? { versions: new Set(), paths: new Set(), size: 0 };
    if (version !== null) known.versions.add(version);
    known.paths.add(path);
    known.size += size;
    found.set(name, known);
  }
  return new Map(
    [...found].map(([name, { versions, paths, size }]) => [
      name,
      { versions: [...versions].sort(compareVersions), paths, size },
    ]),
  );
};

/**
 * Compares the newest versions; where these are the same, the oldest that only one side has. Null
 * where they have no order.
 */
const direction = (old: readonly string[], now: readonly string[]): number | null => {
  const newest = versionDirection(old.at(-1) ?? '', now.at(-1) ?? '');
  if (newest !== 0) return newest;
  const oldest = versionDirection(old[0] ?? '', now[0] ?? '');
  return oldest === 0 ? old.length - now.length : oldest;
};

const kindOf = (old: Package, now: Package): PackageChangeKind | null => {
  if (old.paths.size === 0) return 'added';
  if (now.paths.size === 0) return 'removed';
  const isSame =
    old.versions.length === now.versions.length &&
    old.versions.every((version, index) => version === now.versions[index]);
  if (!isSame) {
    const towards = direction(old.versions, now.versions);
    if (towards === null) return 'changed';
    return towards <= 0 ? 'upgraded' : 'downgraded';
  }
  const hasSamePaths =
    old.paths.size === now.paths.size && [...old.paths].every((path) => now.paths.has(path));
  // A path without a version is built again each time.
  return hasSamePaths || old.versions.length === 0 ? null : 'rebuilt';
};

/** At most so many bytes of a closure are not in an earlier one: what is no package counts as new. */
export const newSizeOf = (before: Closure, after: Closure): number => {
  const known = new Set(before.packages.map(({ path }) => path));
  let size = after.size;
  for (const one of after.packages) if (known.has(one.path)) size -= one.size;
  return size;
};

/** What a person would notice between two closures, by package name. */
export const comparePackages = (before: Closure, after: Closure): PackageDifference => {
  const old = byName(before);
  const now = byName(after);
  const changes: PackageChange[] = [];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const one = old.get(name) ?? noPackage;
    const other = now.get(name) ?? noPackage;
    const kind = kindOf(one, other);
    if (kind === null) continue;
    changes.push({
      name,
      kind,
      old: one.versions,
      new: other.versions,
      major:
        kind === 'upgraded' && isMajorRise(one.versions.at(-1) ?? '', other.versions.at(-1) ?? ''),
      sizeDelta: other.size - one.size,
    });
  }
  return {
    old: before.toplevel,
    new: after.toplevel,
    changes,
    sizeDelta: after.size - before.size,
    closure: { old: before.size, new: after.size },
  };
};
