import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type NixVersion, parseNixVersion } from '../../parsers/nix/version.ts';
import type { World } from '../world/world.ts';

/** Asks the installed Nix for its version, once. A failure is asked again the next time. */
export const createNixVersion = (
  world: Pick<World, 'exec'>,
): (() => Promise<Result<NixVersion, Failure>>) => {
  let known: NixVersion | null = null;
  return async () => {
    if (known !== null) return success(known);
    const result = await world.exec(
      { file: 'nix', args: ['--version'] },
      { quiet: true, timeoutMs: 30_000 },
    );
    if (!result.ok) return result;
    known = parseNixVersion(result.value.stdout);
    return known === null
      ? failed({
          code: 'output-unreadable',
          command: 'nix --version',
          detail: result.value.stdout.trim(),
        })
      : success(known);
  };
};
