import type { Failure } from '../../model/failure.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { nixCommand } from './command.ts';
import { atPlace, type BuildPlace } from './place.ts';

/** How long another machine may take to say what its store holds, ms. */
const askTimeoutMs = 60_000;

/** Whether a store holds the path, complete: this machine's, or that of another place. */
export const isValid = async (
  world: Pick<World, 'exec'>,
  path: StorePath,
  place?: BuildPlace,
): Promise<boolean> => {
  if (!path.startsWith('/')) return false;
  const result = await world.exec(atPlace(place, ['path-info'], ['--', path]), {
    quiet: true,
    ...(place === undefined ? {} : { timeoutMs: askTimeoutMs }),
  });
  return result.ok && result.value.stdout.split('\n').some((line) => line.trim() === path);
};

/** The whole log that a builder left, as Nix keeps it; fails where there is none. */
export const buildLog = async (
  world: Pick<World, 'exec'>,
  derivation: StorePath,
): Promise<Result<readonly string[], Failure>> => {
  const lines: string[] = [];
  const result = await world.exec(nixCommand(['log'], ['--', derivation]), {
    quiet: true,
    discardOutput: true,
    timeoutMs: 60_000,
    onLine: (line, from) => {
      if (from === 'stdout') lines.push(line);
    },
  });
  return result.ok ? success(lines) : result;
};

/**
 * Whether builders work: builds a derivation again whose outputs are there.
 * Another result than before is one too (`nix-store --check`, status 104).
 */
export const rebuilds = async (
  world: Pick<World, 'exec'>,
  derivation: StorePath,
  signal?: AbortSignal,
): Promise<boolean> => {
  if (!derivation.startsWith('/')) return false;
  const result = await world.exec(
    { file: 'nix-store', args: ['--realise', '--check', derivation] },
    { quiet: true, ...(signal === undefined ? {} : { signal }) },
  );
  if (result.ok) return true;
  return (
    result.failure.code === 'command-failed' &&
    (result.failure.exitCode === 104 ||
      result.failure.tail.some((line) => /may not be deterministic/.test(line)))
  );
};
