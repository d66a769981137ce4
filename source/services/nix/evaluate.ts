import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import {
  evaluationFailure,
  flakeReference,
  nixCommand,
  noEvaluationCache,
  parseJson,
  runNix,
} from './command.ts';

export interface EvaluateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** The whole trace of an error, for the person who looks into it. */
  readonly showTrace?: boolean | undefined;
  /** Takes the settings that the flake asks for: the person agreed. */
  readonly acceptSettings?: boolean | undefined;
  /** Downloads again what Nix would take from its cache of fetched sources. */
  readonly refresh?: boolean | undefined;
  /** No limit when absent. */
  readonly timeoutMs?: number | undefined;
}

export interface EvaluatedToplevel {
  readonly derivation: StorePath;
  readonly toplevel: StorePath;
}

const pair = z.object({ derivation: z.string(), toplevel: z.string() });

/** What a host's system would be: its derivation and store path. Never writes the lock. */
export const evaluateToplevel = async (
  world: Pick<World, 'exec'>,
  flake: string,
  host: string,
  options: EvaluateOptions = {},
): Promise<Result<EvaluatedToplevel, Failure>> => {
  if (!isSafeHostName(host)) return failed({ code: 'host-name-refused', name: host });
  const { reference, cwd } = flakeReference(flake);
  const command = nixCommand(
    ['eval'],
    [
      '--json',
      '--no-update-lock-file',
      ...noEvaluationCache,
      ...(options.showTrace === true ? ['--show-trace'] : []),
      ...(options.refresh === true ? ['--refresh'] : []),
      ...(options.acceptSettings === true ? ['--accept-flake-config'] : []),
      '--apply',
      'toplevel: { derivation = toplevel.drvPath; toplevel = toplevel.outPath; }',
      '--',
      `${reference}#nixosConfigurations."${host}".config.system.build.toplevel`,
    ],
    cwd,
  );
  const result = await runNix(world, command, {
    signal: options.signal,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    onLine: (line, from) => {
      if (from === 'stderr') options.onLine?.(line);
    },
  });
  if (!result.ok) return failed(evaluationFailure(result.failure, host, flake));
  const json = parseJson(command, result.value.stdout);
  if (!json.ok) return json;
  const parsed = pair.safeParse(json.value);
  return parsed.success
    ? success(parsed.data)
    : failed({
        code: 'evaluation-failed',
        host,
        cause: 'config.system.build.toplevel is not a derivation',
        tail: [],
      });
};
