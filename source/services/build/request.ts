import type { BuildPlan } from '../../model/build/plan.ts';
import type { Failure } from '../../model/failure.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseBuildPlan } from '../../parsers/nix/plan.ts';
import { isAtLeast, type NixVersion } from '../../parsers/nix/version.ts';
import { runNix } from '../nix/command.ts';
import { atPlace, type BuildPlace, sendDerivation } from '../nix/place.ts';
import type { World } from '../world/world.ts';

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

export interface PlanOptions {
  readonly signal?: AbortSignal | undefined;
  /** The fleet is large: a small process starts those of Nix. */
  readonly isAmongMany?: boolean | undefined;
}

/** What a build of this host would make and fetch: asks the caches, and builds nothing. */
export const planBuild = async (
  world: Pick<World, 'exec'>,
  version: NixVersion,
  request: BuildRequest,
  options: PlanOptions = {},
): Promise<Result<BuildPlan, Failure>> => {
  const { place, derivation } = request;
  if (place !== undefined && derivation !== null) {
    const sent = await runNix(world, sendDerivation(place, derivation), {
      quiet: true,
      ...options,
    });
    if (!sent.ok) return failed(sent.failure.failure);
  }
  const said: string[] = [];
  const result = await runNix(
    world,
    atPlace(
      place,
      ['build'],
      ['--dry-run', '--no-link', ...settingWords(request), '--', installable(version, request)],
    ),
    {
      quiet: true,
      ...options,
      onLine: (line, from) => {
        if (from === 'stderr') said.push(line);
      },
    },
  );
  return result.ok ? success(parseBuildPlan(said)) : failed(result.failure.failure);
};
