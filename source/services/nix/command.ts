import { type Command, quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { causeOf } from '../../parsers/nix/error.ts';
import type { ExecOptions, Output, World } from '../world/world.ts';

/** Lines of standard error that are read for the cause of a failure. */
export const rememberedLines = 4_000;

/** Works without the person's own setting, which `settings()` reports on. */
const features = ['--extra-experimental-features', 'nix-command flakes'];

/** A call of the new command line: `nix <words> …`. */
export const nixCommand = (
  words: readonly string[],
  args: readonly string[],
  cwd?: string,
): Command => ({
  file: 'nix',
  args: [...words, ...features, ...args],
  ...(cwd === undefined ? {} : { cwd }),
});

/**
 * Nix caches failures too, and a cached one has lost its message; `--apply`
 * evaluates in any case, so nothing is won by the cache.
 */
export const noEvaluationCache = ['--no-eval-cache'];

interface FlakeReference {
  readonly reference: string;
  /** Set where the folder's own name would be read as a part of the reference. */
  readonly cwd?: string;
}

/** How to name a flake's folder (or any other reference) to Nix. */
export const flakeReference = (flake: string): FlakeReference =>
  flake.startsWith('/') && /[#?%]/.test(flake)
    ? { reference: '.', cwd: flake }
    : { reference: flake };

/** A string of the Nix language. */
export const nixString = (text: string): string =>
  `"${text.replace(/[\\"]|\$\{/g, (special) => `\\${special}`)}"`;

/** Why a Nix command failed: how it ended, and what Nix said about it. */
export interface NixTrouble {
  readonly failure: Failure;
  /** Null when Nix was not the one to end it: not there, canceled, out of time. */
  readonly cause: NixCause | null;
}

const killedForMemory = (failure: Failure): boolean =>
  failure.code === 'command-killed' && failure.signal === 'SIGKILL';

/** Why a Nix command failed, by how it ended and the lines of its standard error. */
export const nixTroubleOf = (failure: Failure, said: readonly string[]): NixTrouble =>
  killedForMemory(failure)
    ? {
        failure,
        cause: {
          ...causeOf(said),
          class: 'out-of-memory',
          message: 'Nix was killed, most likely because memory ran out',
        },
      }
    : { failure, cause: failure.code === 'command-failed' ? causeOf(said) : null };

/** Runs a Nix command and reads the cause of its failure from all that it said. */
export const runNix = async (
  world: Pick<World, 'exec'>,
  command: Command,
  options: ExecOptions = {},
): Promise<Result<Output, NixTrouble>> => {
  const said: string[] = [];
  const result = await world.exec(command, {
    ...options,
    onLine: (line, from) => {
      if (from === 'stderr') {
        said.push(line);
        if (said.length > rememberedLines) said.shift();
      }
      options.onLine?.(line, from);
    },
  });
  return result.ok ? result : failed(nixTroubleOf(result.failure, said));
};

/** The cause with its place, for a message to a person; files of the flake are named within it. */
export const describeCause = (cause: NixCause, flake?: string): string => {
  const { position } = cause;
  if (position === null) return cause.message;
  const { file, line, column } = position;
  const inFlake =
    flake !== undefined && file.startsWith(`${flake}/`) ? file.slice(flake.length + 1) : file;
  const place = [inFlake, line, column].filter((part) => part !== null);
  return `${cause.message} (at ${place.join(':')})`;
};

/** An older Nix (2.8) makes a URL of the path as it is: `error: 'file:///a b' is not a valid URL`. */
const isRefusedPath = ({ message }: NixCause, flake: string): boolean =>
  flake.startsWith('/') && /\s/.test(flake) && /is not a valid URL/.test(message);

/** A failed evaluation in the words of the program; other endings stay what they are. */
export const evaluationFailure = (
  trouble: NixTrouble,
  host: string | null,
  flake: string,
): Failure => {
  const { cause, failure } = trouble;
  if (cause === null) return failure;
  if (cause.class === 'canceled') return { code: 'canceled', what: 'the evaluation' };
  if (isRefusedPath(cause, flake))
    return {
      code: 'gate-closed',
      host: null,
      reason: `this Nix takes no flake whose path has a space: ${flake}`,
      ...advised('Move the repository to a path without one, or use a newer Nix.'),
    };
  if (cause.class === 'lock-outdated')
    return {
      code: 'lock-invalid',
      file: `${flake}/flake.lock`,
      line: null,
      detail: 'it lacks or contradicts what flake.nix asks for, and nothing was written',
      ...advised(
        advise(
          'Bring it up to date, then look at the difference',
          quoteWords(['nix', 'flake', 'lock', flake]),
        ),
      ),
    };
  return {
    code: 'evaluation-failed',
    host,
    cause: describeCause(cause, flake),
    tail: cause.tail,
    because: cause,
  };
};

/** JSON on standard output, or the failure that says whose output could not be read. */
export const parseJson = (command: Command, output: string): Result<unknown, Failure> => {
  try {
    const value: unknown = JSON.parse(output);
    return success(value);
  } catch (error) {
    return failed({
      code: 'output-unreadable',
      command: [command.file, ...command.args.slice(0, 2)].join(' '),
      detail: error instanceof Error ? error.message : String(error),
    });
  }
};
