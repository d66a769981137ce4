import type { StorePath } from '../nix/store-path.ts';
import { showStorePath } from '../words/format.ts';

/** A system without what its name has from every system of that host: `26.05.4193 (k3j9x2a)`. */
export const shortSystem = (path: StorePath, hostName: string): string =>
  showStorePath(path).replace(`nixos-system-${hostName}-`, '');

/** What stands between release and number, in the order of time: unstable, the release's branch before and after it. */
const parts = ['pre', 'beta', '.'] as const;

interface SystemVersion {
  /** `26.05`. */
  readonly release: string;
  readonly part: (typeof parts)[number];
  /** The day of nixpkgs as YYYYMMDD, or a number of commits: of all, or of those on the release's branch. */
  readonly number: number;
  readonly isDay: boolean;
}

/**
 * The version at the end of a system's name: `nixos-system-HOST-LABEL`, whose label ends
 * with `system.nixos.version` (nixpkgs: nixos/modules/system/activation/top-level.nix,
 * nixos/modules/misc/label.nix). A flake's nixpkgs gives `26.05.20261120.d6524aa`
 * (nixpkgs: flake.nix, lib.nixosSystem), a channel `26.05.4193.d6524aa`,
 * `26.11pre912345.d6524aa` or `26.05beta120.d6524aa` (nixpkgs: nixos/release.nix).
 * Null for a name that says no such thing.
 */
const systemVersion = (path: StorePath): SystemVersion | null => {
  const found = /-(\d\d\.\d\d)(pre|beta|\.)(\d+)(?:\.[0-9a-z]+)?$/.exec(path);
  const [, release, between, number] = found ?? [];
  const part = parts.find((one) => one === between);
  return release === undefined || part === undefined || number === undefined
    ? null
    : { release, part, number: Number(number), isDay: number.length === 8 };
};

/** `26.05.4193`, as a sentence says it. */
const shown = ({ release, part, number }: SystemVersion): string => `${release}${part}${number}`;

/** Whether `after` is older, within one release. A day is compared with a day only. */
const isOlderWithin = (before: SystemVersion, after: SystemVersion): boolean =>
  before.isDay === after.isDay &&
  (before.part === after.part
    ? after.number < before.number
    : parts.indexOf(after.part) < parts.indexOf(before.part));

/** `26.05.4193 → 26.05.3980` where a system is of an older NixOS than another; null where that is not known. */
export const olderNixos = (from: StorePath, to: StorePath): string | null => {
  const [before, after] = [systemVersion(from), systemVersion(to)];
  if (before === null || after === null) return null;
  const isOlder =
    before.release === after.release
      ? isOlderWithin(before, after)
      : after.release < before.release;
  return isOlder ? `${shown(before)} → ${shown(after)}` : null;
};
