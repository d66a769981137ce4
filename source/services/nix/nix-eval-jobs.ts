import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { causeOf } from '../../parsers/nix/error.ts';
import type { World } from '../world/world.ts';
import { evaluationFailure, nixString } from './command.ts';
import type { EvaluatedToplevel } from './evaluate.ts';

export interface EvalJobsOptions {
  /** Processes that evaluate at a time, and what each may take before it starts again, MiB. */
  readonly workers: number;
  readonly memoryMegabytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onHost: (host: string, evaluated: Result<EvaluatedToplevel, Failure>) => void;
}

/** One line of its output (nix-eval-jobs, `src/drv.cc` and `src/worker.cc`). */
const job = z.union([
  z.object({ attr: z.string(), error: z.string() }),
  z.object({
    attr: z.string(),
    drvPath: z.string(),
    outputs: z.looseObject({ out: z.string() }),
  }),
]);

/**
 * `getFlake` locks nothing and writes nothing; it takes a path only outside of
 * pure evaluation. Hosts are named one by one, so that none is evaluated that
 * nobody asked for.
 */
const evalJobsExpression = (flake: string, hosts: readonly string[]): string =>
  `let hosts = (builtins.getFlake ${nixString(flake)}).nixosConfigurations; in builtins.mapAttrs (_: host: host.config.system.build.toplevel) { inherit (hosts) ${hosts.map(nixString).join(' ')}; }`;

/**
 * Evaluates many hosts with nix-eval-jobs, each told as soon as it is known.
 * Fails with `program-missing` where it is not installed; hosts that were not
 * told by the end are for somebody else to evaluate.
 */
export const evaluateWithEvalJobs = async (
  world: Pick<World, 'exec'>,
  flake: string,
  hosts: readonly string[],
  options: EvalJobsOptions,
): Promise<Result<void, Failure>> => {
  const wanted = new Set(hosts.filter(isSafeHostName));
  const hear = (line: string): void => {
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return;
    }
    const read = job.safeParse(record);
    if (!read.success || !wanted.delete(read.data.attr)) return;
    const { attr } = read.data;
    if ('error' in read.data) {
      const cause = causeOf(read.data.error.split('\n'));
      const failure: Failure = {
        code: 'command-failed',
        command: 'nix-eval-jobs',
        exitCode: 1,
        tail: cause.tail,
      };
      options.onHost(attr, failed(evaluationFailure({ cause, failure }, attr, flake)));
      return;
    }
    const { drvPath, outputs } = read.data;
    options.onHost(attr, success({ derivation: drvPath, toplevel: outputs.out }));
  };
  const result = await world.exec(
    {
      file: 'nix-eval-jobs',
      args: [
        '--extra-experimental-features',
        'nix-command flakes',
        '--impure',
        '--workers',
        String(options.workers),
        '--max-memory-size',
        String(options.memoryMegabytes),
        '--expr',
        evalJobsExpression(flake, [...wanted]),
      ],
    },
    {
      raw: true,
      discardOutput: true,
      group: true,
      signal: options.signal,
      onLine: (line, from) => {
        if (from === 'stdout') hear(line);
        else options.onLine?.(line);
      },
    },
  );
  return result.ok ? success(undefined) : result;
};
