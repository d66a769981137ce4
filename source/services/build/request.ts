import type { StorePath } from '../../model/nix/store-path.ts';
import { isAtLeast, type NixVersion } from '../../parsers/nix/version.ts';
import type { BuildPlace } from '../nix/place.ts';

export interface BuildRequest {
  readonly host: string;
  /** The `.drv` of the toplevel; null when only the path is known, which is then fetched. */
  readonly derivation: StorePath | null;
  readonly toplevel: StorePath;
  /** The machine that builds it in its own store; absent for this one. */
  readonly place?: BuildPlace | undefined;
  /** Settings of the flake that the person agreed to: Nix reads none of them for a derivation. */
  readonly settings?: readonly NixSetting[] | undefined;
  /** `cores` of each builder; Nix's own setting when absent. */
  readonly cores?: number | undefined;
}

export interface NixSetting {
  readonly name: string;
  readonly value: string;
}

/** From 2.15 a `.drv` path names the file itself, and `^*` its outputs. */
export const installable = (version: NixVersion, request: BuildRequest): string => {
  if (request.derivation === null) return request.toplevel;
  return isAtLeast(version, [2, 15, 0]) ? `${request.derivation}^*` : request.derivation;
};

export const settingWords = ({ settings = [], cores }: BuildRequest): readonly string[] => [
  ...settings.flatMap(({ name, value }) => ['--option', name, value]),
  ...(cores === undefined ? [] : ['--cores', String(cores)]),
];
