import type { StorePath } from '../nix/store-path.ts';

interface SystemVersion {
  /** `26.05`. */
  readonly release: string;
  /** The day of nixpkgs as YYYYMMDD, or the number of commits since the release. */
  readonly number: number;
  readonly isDay: boolean;
}

/**
 * The version at the end of a system's name: `nixos-system-HOST-LABEL`, whose label ends
 * with `system.nixos.version` (nixpkgs: nixos/modules/system/activation/top-level.nix,
 * nixos/modules/misc/label.nix). A flake's nixpkgs gives `26.05.20261120.d6524aa`
 * (nixpkgs: flake.nix, lib.nixosSystem), a channel `26.05.4193.d6524aa` or
 * `26.11pre912345.d6524aa`. Null for a name that says no such thing.
 */
export const systemVersion = (path: StorePath): SystemVersion | null => {
  const found = /-(\d\d\.\d\d)(?:pre|\.)(\d+)(?:\.[0-9a-z]+)?$/.exec(path);
  const [, release, number] = found ?? [];
  return release === undefined || number === undefined
    ? null
    : { release, number: Number(number), isDay: number.length === 8 };
};

/** `26.05.4193`, as a sentence says it. */
const shown = ({ release, number }: SystemVersion): string => `${release}.${number}`;

/** `26.05.4193 → 26.05.3980` where a system is of an older NixOS than another; null where that is not known. */
export const olderNixos = (from: StorePath, to: StorePath): string | null => {
  const [before, after] = [systemVersion(from), systemVersion(to)];
  if (before === null || after === null) return null;
  const isOlder =
    before.release === after.release
      ? before.isDay === after.isDay && after.number < before.number
      : after.release < before.release;
  return isOlder ? `${shown(before)} → ${shown(after)}` : null;
};
