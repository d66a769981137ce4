import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { evaluationFailure, flakeReference, nixCommand, runNix } from './command.ts';

export interface FlakeCheckOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * `nix flake check`: every output of the flake evaluated, and with `full` its
 * checks built. Warnings are no failure. Answers how long it took, ms.
 */
export const flakeCheck = async (
  world: Pick<World, 'exec'>,
  flake: string,
  how: 'quick' | 'full',
  options: FlakeCheckOptions = {},
): Promise<Result<number, Failure>> => {
  const { reference, cwd } = flakeReference(flake);
  const command = nixCommand(
    ['flake', 'check'],
    [
      '--no-update-lock-file',
      '--keep-going',
      ...(how === 'quick' ? ['--no-build'] : []),
      '--',
      reference,
    ],
    cwd,
  );
  const result = await runNix(world, command, {
    signal: options.signal,
    onLine: (line, from) => {
      if (from === 'stderr') options.onLine?.(line);
    },
  });
  return result.ok
    ? success(result.value.tookMs)
    : failed(evaluationFailure(result.failure, null, flake));
};
