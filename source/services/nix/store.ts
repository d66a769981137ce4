import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { isStorePath, type StorePath, storePathName } from '../../model/nix/store-path.ts';
import type { Closure } from '../../model/packages/packages.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseClosure } from '../../parsers/nix/closure.ts';
import type { RunOnHost } from '../ssh/run.ts';
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
  isAmongMany = false,
): Promise<boolean> => {
  if (!path.startsWith('/')) return false;
  const result = await world.exec(atPlace(place, ['path-info'], ['--', path]), {
    quiet: true,
    isAmongMany,
    ...(place === undefined ? {} : { timeoutMs: askTimeoutMs }),
  });
  return result.ok && result.value.stdout.split('\n').some((line) => line.trim() === path);
};

/** A command line holds so many paths. */
const pathsAtOnce = 1_000;

/** Those of the paths that a store holds, complete; one question for many. */
export const validOf = async (
  world: Pick<World, 'exec'>,
  paths: readonly StorePath[],
  place?: BuildPlace,
): Promise<ReadonlySet<StorePath>> => {
  const asked = [...new Set(paths)].filter((path) => path.startsWith('/'));
  const valid: StorePath[] = [];
  const options = { quiet: true, ...(place === undefined ? {} : { timeoutMs: askTimeoutMs }) };
  for (let at = 0; at < asked.length; at += pathsAtOnce) {
    const some = asked.slice(at, at + pathsAtOnce);
    // It fails as a whole where one is not there; then those that are not are listed.
    const all = await world.exec(atPlace(place, ['path-info'], ['--', ...some]), options);
    if (all.ok) {
      const told = new Set(all.value.stdout.split('\n').map((line) => line.trim()));
      valid.push(...some.filter((path) => told.has(path)));
      continue;
    }
    if (all.failure.code !== 'command-failed' || some.length === 1) continue;
    const gone = await world.exec(
      {
        file: 'nix-store',
        args: [
          ...(place === undefined ? [] : ['--store', place.store]),
          '--check-validity',
          '--print-invalid',
          ...some,
        ],
        ...(place === undefined ? {} : { env: place.env }),
      },
      options,
    );
    if (!gone.ok) continue;
    const absent = new Set(gone.value.stdout.split('\n').map((line) => line.trim()));
    valid.push(...some.filter((path) => !absent.has(path)));
  }
  return new Set(valid);
};

type IsValid = (path: StorePath, place?: BuildPlace) => Promise<boolean>;

interface Asked {
  readonly path: StorePath;
  readonly answer: (isValid: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/** While a store answers, what else is asked of it waits, and is asked together. */
export const createIsValid = (world: Pick<World, 'exec'>): IsValid => {
  const waiting = new Map<string, Asked[]>();
  const answering = new Map<string, Promise<void>>();
  const askNext = async (key: string, place: BuildPlace | undefined): Promise<void> => {
    await answering.get(key);
    const asked = waiting.get(key) ?? [];
    waiting.delete(key);
    const paths = asked.map(({ path }) => path);
    const answered = validOf(world, paths, place).then(
      (valid) => {
        for (const { path, answer } of asked) answer(valid.has(path));
      },
      (error: unknown) => {
        for (const { fail } of asked) fail(error);
      },
    );
    answering.set(key, answered);
    await answered;
  };
  return (path, place) =>
    new Promise((resolve, reject) => {
      const key = place?.store ?? '';
      const others = waiting.get(key);
      const one = { path, answer: resolve, fail: reject };
      if (others !== undefined) others.push(one);
      else {
        waiting.set(key, [one]);
        void askNext(key, place);
      }
    });
};

/** Hands on the log that a builder left, line by line, as Nix keeps it; fails where there is none. */
export const buildLog = async (
  world: Pick<World, 'exec'>,
  derivation: StorePath,
  onLine: (line: string) => void,
): Promise<Result<void, Failure>> => {
  const result = await world.exec(nixCommand(['log'], ['--', derivation]), {
    quiet: true,
    discardOutput: true,
    timeoutMs: 60_000,
    onLine: (line, from) => {
      if (from === 'stdout') onLine(line);
    },
  });
  return result.ok ? success(undefined) : result;
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

/** What systems refer to, with sizes: from this machine where it has them, else from the host that runs them. */
export interface Closures {
  /** Of a path that is valid here; null when it is not. */
  here(path: StorePath): Promise<Result<Closure | null, Failure>>;
  /** Of a path that is valid on the host. */
  on(entry: HostEntry, path: StorePath): Promise<Result<Closure, Failure>>;
}

/** A closure of thousands of paths, over a slow line. */
const timeoutMs = 120_000;

/** Runs where `nix` has no new commands too. */
const closureScript = (path: StorePath): string => `
path=${path}
nix --extra-experimental-features nix-command path-info --recursive --size "$path" 2>/dev/null || {
  paths=$(nix-store --query --requisites "$path") || exit 1
  echo "$paths"
  echo sizes
  nix-store --query --size $paths
}
`;

const unreadable = (where: string, text: string): Failure => ({
  code: 'output-unreadable',
  command: `nix path-info --recursive of ${where}`,
  detail: text.trim().split('\n').at(-1) ?? '',
});

/** A store path never changes what it refers to, so that each closure is asked for once. */
export const createClosures = (world: World, run: RunOnHost): Closures => {
  const fileOf = (path: StorePath): string =>
    join(world.folders.cache, 'closures', `${storePathName(path)}.txt`);

  const kept = async (path: StorePath): Promise<Closure | null> => {
    const text = await world.files.read(fileOf(path));
    return text.ok && text.value !== undefined ? parseClosure(text.value, path) : null;
  };

  const keep = async (path: StorePath, text: string): Promise<void> => {
    // A cache entry that cannot be written is no failure: it can be computed again.
    await world.files.makeFolder(join(world.folders.cache, 'closures'));
    await world.files.write(fileOf(path), text);
  };

  const here: Closures['here'] = async (path) => {
    if (!isStorePath(path)) return success(null);
    const known = await kept(path);
    if (known !== null) return success(known);
    if (!(await isValid(world, path))) return success(null);
    const answer = await world.exec(
      nixCommand(['path-info'], ['--recursive', '--size', '--', path]),
      { quiet: true, timeoutMs },
    );
    if (!answer.ok) return answer;
    const closure = parseClosure(answer.value.stdout, path);
    if (closure === null) return failed(unreadable(path, answer.value.stdout));
    await keep(path, answer.value.stdout);
    return success(closure);
  };

  return {
    here,
    on: async (entry, path) => {
      const local = await here(path);
      if (local.ok && local.value !== null) return success(local.value);
      if (!isStorePath(path)) return failed(unreadable(entry.name, path));
      const answer = await run(entry, closureScript(path), { timeoutMs, quiet: true });
      if (!answer.ok) return answer;
      const closure = parseClosure(answer.value.stdout, path);
      if (closure === null) return failed(unreadable(entry.name, answer.value.stdout));
      await keep(path, answer.value.stdout);
      return success(closure);
    },
  };
};
