import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { EvaluatedToplevel } from '../../services/nix/evaluate.ts';
import { bytesPerEvaluation } from '../../services/world/machine.ts';
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
 * Starts one evaluation of many hosts, by nix-eval-jobs where that is installed and else by batches;
 * each host is known as soon as it is evaluated. What they leave out is evaluated one by one.
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
  const told = new Set<string>();
  const ended = context.nix.evaluateMany(context.flake, hosts, {
    workers: Math.max(1, context.jobs.evaluate),
    memoryMegabytes: memoryOfEvalJobs,
    signal: options.signal,
    onLine: options.onLine,
    onHost: (host, evaluated) => {
      told.add(host);
      waiting.get(host)?.resolve(evaluated);
    },
  });
  const release = (): void => {
    for (const { resolve } of waiting.values()) resolve(null);
  };
  // Without nix-eval-jobs, and where it ended early, the others are evaluated by few processes of Nix.
  const left = async (): Promise<void> => {
    const known = await ended;
    if (options.signal.aborted || (known.ok && told.size === hosts.length)) return;
    await context.nix.evaluateBatches(
      context.flake,
      hosts
        .filter((host) => !told.has(host))
        .map((host) => ({ host, describes: false, toplevel: 'always' as const })),
      {
        jobs: context.jobs.evaluate,
        mostBytes: bytesPerEvaluation,
        signal: options.signal,
        onLine: options.onLine,
        onBatch: async ({ evaluated }) => {
          for (const [host, result] of evaluated) waiting.get(host)?.resolve(result);
        },
      },
    );
  };
  left().then(release, release);
  return { of: (host) => waiting.get(host)?.promise ?? Promise.resolve(null) };
};
