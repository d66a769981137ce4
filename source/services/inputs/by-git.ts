import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, showCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { CommitRange, DirectedCount } from '../../model/inputs/commits.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import type { Attributes } from '../../model/lock/lock.ts';
import { repositoryOf } from '../../model/lock/source.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseCommitLog, parseLeftRight } from '../../parsers/git/log.ts';
import { nixBase32 } from '../../parsers/nix/nix-base32.ts';
import { reasonOf } from '../git/command.ts';
import type { World } from '../world/world.ts';
import { allowedProtocols, isFetchable, remoteEnvironment } from './git-remote.ts';

type FetchWorld = Pick<World, 'exec' | 'files' | 'folders' | 'environment'>;

/** A repository on this machine that holds both ends of a range. */
export interface CommitStore {
  readonly folder: string;
  /** A shallow graph: numbers from it are too small, and ancestry is not known. */
  readonly shallow: boolean;
}

const questionTimeoutMs = 30_000;
const fetchTimeoutMs = 90_000;

/** Repositories whose whole commit graph is too much to fetch. */
const huge = new Set(['nixpkgs', 'linux']);

/** Commits this much older than the old end are fetched too, days, as merges bring in old ones. */
const slackDays = 45;

/** git in a repository of commits: nothing is fetched unasked. */
export const commitGit = (folder: string, args: readonly string[]): Command => ({
  file: 'git',
  args: ['-C', folder, ...args],
  env: { LC_ALL: 'C', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: allowedProtocols },
});

/** The folder of a url that names one of this machine; null for any other. */
export const localFolder = (url: string): string | null => {
  if (url.startsWith('/')) return url;
  if (!url.startsWith('file:')) return null;
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
};

/** Where Nix keeps its clones, see `getCachePath` in `src/libfetchers/git.cc`. */
const nixCloneFolders = (world: FetchWorld, url: string): readonly string[] => {
  const home = world.environment['HOME'];
  const xdg = world.environment['XDG_CACHE_HOME'];
  const cache =
    world.environment['NIX_CACHE_HOME'] ??
    (xdg === undefined || xdg === ''
      ? home === undefined
        ? null
        : join(home, '.cache', 'nix')
      : join(xdg, 'nix'));
  if (cache === null) return [];
  const name = nixBase32(createHash('sha256').update(url).digest());
  return [join(cache, 'gitv3', name)];
};

/** A repository of nixup's own with the commits of a remote. */
export const commitStoreFolder = (world: Pick<World, 'folders'>, url: string): string =>
  join(
    world.folders.cache,
    'commits',
    'git',
    createHash('sha256').update(url).digest('hex').slice(0, 40),
  );

const isShallow = async (world: FetchWorld, folder: string): Promise<boolean> => {
  const answer = await world.exec(commitGit(folder, ['rev-parse', '--is-shallow-repository']), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  return !answer.ok || answer.value.stdout.trim() !== 'false';
};

const holds = async (world: FetchWorld, folder: string, range: CommitRange): Promise<boolean> => {
  if (!(await world.files.exists(folder))) return false;
  const asked = ['rev-list', '--no-walk', '--count', range.old, range.new, '--'];
  const answer = await world.exec(commitGit(folder, asked), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  return answer.ok && answer.value.stdout.trim() === '2';
};

/** A repository that already has both revisions: the local remote, Nix's clone, or our own. */
export const findCommitStore = async (
  world: FetchWorld,
  range: CommitRange,
): Promise<CommitStore | null> => {
  const local = localFolder(range.url);
  const folders = [
    ...(local === null ? [] : [local]),
    ...nixCloneFolders(world, range.url),
    commitStoreFolder(world, range.url),
  ];
  let shallowStore: CommitStore | null = null;
  for (const folder of folders) {
    if (!(await holds(world, folder, range))) continue;
    const store = { folder, shallow: await isShallow(world, folder) };
    if (!store.shallow) return store;
    shallowStore ??= store;
  }
  return shallowStore;
};

/** Whether its whole commit graph is too much to fetch. */
export const isHuge = ({ repository }: CommitRange): boolean =>
  huge.has(repository?.repo.toLowerCase() ?? '');

export const isHugeRepository = (source: Attributes): boolean =>
  huge.has(repositoryOf(source)?.repo.toLowerCase() ?? '');

const shallowSince = (range: CommitRange): readonly string[] => {
  if (range.since === null || !isHuge(range)) return [];
  return [`--shallow-since=@${range.since - slackDays * 86_400}`];
};

/** Fetches the commits of a range, without trees and files, into a repository of our own. */
export const fetchCommitStore = async (
  world: FetchWorld,
  range: CommitRange,
): Promise<Result<CommitStore, Failure>> => {
  if (!isFetchable(range.url))
    return failed({
      code: 'git-refused',
      operation: 'fetch commits',
      detail: `${range.url} is not a url that is fetched from`,
      remedy: 'compare the two revisions by hand with git',
    });
  const folder = commitStoreFolder(world, range.url);
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  const options = { quiet: true, timeoutMs: fetchTimeoutMs } as const;
  const ready = await world.exec(commitGit(folder, ['init', '--quiet', '--bare']), options);
  if (!ready.ok) return ready;
  const ends = [range.new, range.old].map((revision) => `${revision}:refs/nixup/${revision}`);
  const asked = [
    '-c',
    'gc.auto=0',
    'fetch',
    '--quiet',
    '--no-tags',
    '--filter=tree:0',
    ...shallowSince(range),
  ];
  const command = commitGit(folder, [...asked, '--', range.url, ...ends]);
  const fetched = await world.exec(
    { ...command, env: { ...command.env, ...remoteEnvironment(world) } },
    options,
  );
  if (!fetched.ok)
    return fetched.failure.code === 'canceled'
      ? fetched
      : failed({
          code: 'git-refused',
          operation: `fetch of the commits of ${range.url}`,
          detail: reasonOf(fetched.failure),
          ...advised(
            advise(
              'see what git says',
              showCommand({ file: 'git', args: ['ls-remote', range.url] }),
            ),
          ),
        });
  return success({ folder, shallow: await isShallow(world, folder) });
};

/** Commits between the two ends, both directions looked at. */
export const countCommits = async (
  world: FetchWorld,
  store: CommitStore,
  range: CommitRange,
): Promise<Result<DirectedCount, Failure>> => {
  const asked = ['rev-list', '--left-right', '--count', `${range.old}...${range.new}`, '--'];
  const answer = await world.exec(commitGit(store.folder, asked), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  if (!answer.ok) return answer;
  const sides = parseLeftRight(answer.value.stdout);
  if (sides === null)
    return failed({
      code: 'output-unreadable',
      command: 'git rev-list',
      detail: answer.value.stdout.slice(0, 200),
    });
  const { left, right } = sides;
  const direction = left === 0 ? 'ahead' : right === 0 ? 'behind' : 'diverged';
  return success({
    count: direction === 'behind' ? left : right,
    exact: !store.shallow,
    source: 'git',
    direction: store.shallow ? null : direction,
  });
};

/**
 * All subjects of a range, the newest first; for a downgrade those of the commits that are lost.
 */
export const listSubjects = async (
  world: FetchWorld,
  store: CommitStore,
  range: CommitRange,
  isBehind: boolean,
): Promise<Result<readonly CommitSubject[], Failure>> => {
  const span = isBehind ? `${range.new}..${range.old}` : `${range.old}..${range.new}`;
  const format = '--format=%H%x09%ct%x09%an%x09%s';
  const asked = ['log', '--no-mailmap', '--no-show-signature', '--no-color', format, span, '--'];
  const options = { quiet: true, timeoutMs: questionTimeoutMs } as const;
  const answer = await world.exec(commitGit(store.folder, asked), options);
  if (!answer.ok) return answer;
  const subjects = parseCommitLog(answer.value.stdout);
  // The messages are in the commits, so that a clone without files has them too.
  const footers = ['log', '--format=%H', '--extended-regexp', '--grep=^BREAKING[ -]CHANGE:'];
  const marked = await world.exec(commitGit(store.folder, [...footers, span, '--']), options);
  const breaking = new Set(marked.ok ? marked.value.stdout.split('\n') : []);
  return success(
    subjects.map((one) => (breaking.has(one.revision) ? { ...one, isBreaking: true } : one)),
  );
};

/** The whole message of a commit. */
export const readCommitText = async (
  world: FetchWorld,
  store: CommitStore,
  revision: string,
): Promise<Result<string, Failure>> => {
  const asked = ['log', '-1', '--no-show-signature', '--no-color', '--format=%B', revision, '--'];
  const answer = await world.exec(commitGit(store.folder, asked), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  return answer.ok ? success(answer.value.stdout.trim()) : answer;
};
