import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { EvaluatedToplevel } from '../../services/nix/evaluate.ts';
import type { EngineContext } from '../run/context.ts';

/** From so many hosts on, one process that shares what they have in common is the faster one. */
const fewestHosts = 4;

/** What one worker may take before it starts again, MiB. */
export const memoryOfEvalJobs = 4_096;

interface EarlyEvaluations {
  /** What nix-eval-jobs found for a host; null where it found nothing: then `nix eval` is run. */
  of(host: string): Promise<Result<EvaluatedToplevel, Failure> | null>;
}

const none: EarlyEvaluations = { of: async () => null };

/**
 * Starts one evaluation of many hosts where nix-eval-jobs is installed; each host is known as soon
 * as it is evaluated. If it ends early, the remaining hosts are evaluated one by one.
 */
export const startEvaluations = (
  context: EngineContext,
  hosts: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly onLine: (line: string) => void;
  },
): EarlyEvaluations => {
  if (hosts.length < fewestHosts || context.world.isDemo) return none;
  const waiting = new Map(
    hosts.map((host) => [host, Promise.withResolvers<Result<EvaluatedToplevel, Failure> | null>()]),
  );
  const ended = context.nix.evaluateMany(context.flake, hosts, {
    workers: Math.max(1, context.jobs.evaluate),
    memoryMegabytes: memoryOfEvalJobs,
    signal: options.signal,
    onLine: options.onLine,
    onHost: (host, evaluated) => waiting.get(host)?.resolve(evaluated),
  });
  const release = (): void => {
    for (const { resolve } of waiting.values()) resolve(null);
  };
  ended.then(release, release);
  return { of: (host) => waiting.get(host)?.promise ?? Promise.resolve(null) };
};
