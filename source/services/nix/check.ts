import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { causeOf } from '../../parsers/nix/error.ts';
import { askGit, gitQuestion } from '../git/command.ts';
import type { World } from '../world/world.ts';
import { evaluationFailure, flakeReference, nixCommand, runNix } from './command.ts';

/** A file that Nix cannot parse. */
export interface SyntaxProblem {
  /** As given. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** The place in Nix's own drawing, with its caret. */
  readonly excerpt: readonly string[];
}

/** Files in one call: far below the limit for arguments. */
const filesPerCall = 500;

interface ParsedFile {
  readonly file: string;
  readonly path: string;
}

/** The file that Nix stopped at, by its place in the call; null where it names none of them. */
const problemIn = (
  part: readonly ParsedFile[],
  said: readonly string[],
): { readonly bad: number; readonly problem: SyntaxProblem } | null => {
  const cause = causeOf(said);
  const [place] = cause.positions;
  const at = part.findIndex(({ path }) =>
    place === undefined ? cause.message.includes(`'${path}'`) : place.file === path,
  );
  const found = part[at] ?? (part.length === 1 ? part[0] : undefined);
  if (found === undefined) return null;
  return {
    bad: Math.max(0, at),
    problem: {
      file: found.file,
      line: place?.line ?? null,
      column: place?.column ?? null,
      message: cause.message,
      excerpt: cause.tail.filter((line) => /^\s*(\d+)?\|/.test(line)),
    },
  };
};

/**
 * Parses files with `nix-instantiate --parse`, relative ones below `folder`. Nix
 * stops at the first bad file, so there is one call more for each of those.
 */
export const syntaxCheck = async (
  world: Pick<World, 'exec'>,
  folder: string,
  files: readonly string[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Result<readonly SyntaxProblem[], Failure>> => {
  const paths = files.map((file) => ({
    file,
    path: file.startsWith('/') ? file : join(folder, file),
  }));
  const problems: SyntaxProblem[] = [];

  const parse = async (
    part: readonly ParsedFile[],
  ): Promise<Result<ReturnType<typeof problemIn>, Failure>> => {
    const said: string[] = [];
    const result = await world.exec(
      { file: 'nix-instantiate', args: ['--parse', ...part.map(({ path }) => path)] },
      {
        quiet: true,
        discardOutput: true,
        signal: options.signal,
        onLine: (line, from) => {
          if (from === 'stderr') said.push(line);
        },
      },
    );
    if (result.ok) return success(null);
    if (result.failure.code !== 'command-failed') return result;
    const found = problemIn(part, said);
    return found === null ? result : success(found);
  };

  for (let start = 0; start < paths.length; ) {
    if (options.signal?.aborted === true)
      return failed({ code: 'canceled', what: 'the syntax check' });
    const part = paths.slice(start, start + filesPerCall);
    const result = await parse(part);
    if (!result.ok) return result;
    if (result.value === null) start += part.length;
    else {
      problems.push(result.value.problem);
      start += result.value.bad + 1;
    }
  }
  return success(problems);
};

/** The tracked files of a flake's folder, and what of them Nix cannot parse. */
export interface FlakeSyntax {
  /** Relative to the flake's folder; empty outside of git. */
  readonly files: readonly string[];
  /** Files that were parsed. */
  readonly checked: number;
  readonly problems: readonly SyntaxProblem[];
}

/** `git ls-files -t`: `H` is there, `R` was removed from the working tree. */
const tagged = (output: string): readonly string[] => {
  const entries = output.split('\0').filter((entry) => entry !== '');
  const named = (tag: string): readonly string[] =>
    entries.filter((entry) => entry.startsWith(`${tag} `)).map((entry) => entry.slice(2));
  const gone = new Set(named('R'));
  return [...new Set(['H', 'S', 'M', 'C', 'K'].flatMap(named))].filter((file) => !gone.has(file));
};

/** What a link leads to is a file of the flake itself, or none that Nix reads. */
const linksAmong = async (
  world: Pick<World, 'files'>,
  folder: string,
  files: readonly string[],
): Promise<ReadonlySet<string>> => {
  const stamps = await world.files.stamps(files, folder);
  return new Set(
    (stamps.ok ? stamps.value : []).flatMap(({ kind, path }) => (kind === 'link' ? [path] : [])),
  );
};

/**
 * Parses every tracked `.nix` file of the flake: what a check of a few files
 * leaves out breaks the host that imports it. Outside of git nothing is checked.
 */
export const checkFlakeSyntax = async (
  world: Pick<World, 'exec' | 'files'>,
  flake: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Result<FlakeSyntax, Failure>> => {
  const listed = await askGit(
    world.exec,
    gitQuestion(flake, ['ls-files', '-z', '-t', '--cached', '--deleted']),
  );
  if (!listed.ok)
    return listed.failure.code === 'command-failed'
      ? success({ files: [], checked: 0, problems: [] })
      : listed;
  const files = tagged(listed.value.stdout);
  const named = files.filter((file) => file.endsWith('.nix'));
  const links = await linksAmong(world, flake, named);
  const nixFiles = named.filter((file) => !links.has(file));
  if (nixFiles.length === 0) return success({ files, checked: 0, problems: [] });
  const problems = await syntaxCheck(world, flake, nixFiles, options);
  return problems.ok
    ? success({ files, checked: nixFiles.length, problems: problems.value })
    : problems;
};

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
