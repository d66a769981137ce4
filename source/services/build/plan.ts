import type { BuildPlan } from '../../model/build/plan.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseBuildPlan } from '../../parsers/nix/plan.ts';
import type { NixVersion } from '../../parsers/nix/version.ts';
import { runNix } from '../nix/command.ts';
import { atPlace, sendDerivation } from '../nix/place.ts';
import type { World } from '../world/world.ts';
import { type BuildRequest, installable, settingWords } from './request.ts';

/** What a build of this host would make and fetch: asks the caches, builds nothing. */
export const planBuild = async (
  world: Pick<World, 'exec'>,
  version: NixVersion,
  request: BuildRequest,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Result<BuildPlan, Failure>> => {
  const { place, derivation } = request;
  if (place !== undefined && derivation !== null) {
    const sent = await runNix(world, sendDerivation(place, derivation), {
      quiet: true,
      signal: options.signal,
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
      signal: options.signal,
      onLine: (line, from) => {
        if (from === 'stderr') said.push(line);
      },
    },
  );
  return result.ok ? success(parseBuildPlan(said)) : failed(result.failure.failure);
};
