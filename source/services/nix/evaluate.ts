import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { causeOf } from '../../parsers/nix/error.ts';
import type { World } from '../world/world.ts';
import {
  evaluationFailure,
  flakeReference,
  nixCommand,
  nixString,
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

export interface EvalJobsOptions {
  /** Processes that evaluate at a time, and what each may take before it starts again, MiB. */
  readonly workers: number;
  readonly memoryMegabytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onHost: (host: string, evaluated: Result<EvaluatedToplevel, Failure>) => void;
}

/**
 * One line of its output (nix-eval-jobs, `src/drv.cc` and `src/worker.cc`). `attr` is written as in Nix:
 * a name with a dot is quoted there (`attrPathJoin`), and as it is in `attrPath`, which old versions do
 * not print. Where the output is not known beforehand its path is null.
 */
const named = { attr: z.string(), attrPath: z.array(z.unknown()).optional() };
const job = z.union([
  z.object({ ...named, error: z.string() }),
  z.object({
    ...named,
    drvPath: z.string(),
    outputs: z.looseObject({ out: z.string() }),
  }),
]);

const hostOf = ({ attr, attrPath }: z.infer<typeof job>): string => {
  const [name] = attrPath ?? [];
  return typeof name === 'string' ? name : attr.replace(/^"(.*)"$/, '$1');
};

/**
 * `getFlake` locks nothing and writes nothing; it takes a path only outside of
 * pure evaluation. Hosts are named one by one, so that none is evaluated that
 * nobody asked for.
 */
const evalJobsExpression = (flake: string, hosts: readonly string[]): string =>
  `let hosts = (builtins.getFlake ${nixString(flake)}).nixosConfigurations; in builtins.mapAttrs (_: host: host.config.system.build.toplevel) { inherit (hosts) ${hosts.map(nixString).join(' ')}; }`;

/**
 * Evaluates many hosts with nix-eval-jobs, each told as soon as it is known. Fails with
 * `program-missing` where it is not installed, and where one of its workers died, which ends all of it
 * (`handleBrokenWorkerPipe`); the caller evaluates hosts that were not told by the end.
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
    if (!read.success) return;
    const host = hostOf(read.data);
    if (!wanted.delete(host)) return;
    if ('error' in read.data) {
      const cause = causeOf(read.data.error.split('\n'));
      const failure: Failure = {
        code: 'command-failed',
        command: 'nix-eval-jobs',
        exitCode: 1,
        tail: cause.tail,
      };
      options.onHost(host, failed(evaluationFailure({ cause, failure }, host, flake)));
      return;
    }
    const { drvPath, outputs } = read.data;
    options.onHost(host, success({ derivation: drvPath, toplevel: outputs.out }));
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
