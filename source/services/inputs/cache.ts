import { join } from 'node:path';
import { type CommitRange, type DirectedCount, rangeOf } from '../../model/inputs/commits.ts';
import type { LockChange } from '../../model/lock/change.ts';
import type { CommitSubject, Direction } from '../../model/lock/commit-count.ts';
import { type Fields, isFields, readJson } from '../../parsers/json.ts';
import type { World } from '../world/world.ts';

/** Subjects that were kept; not whole where a forge gave only the newest ones. */
interface KnownSubjects {
  readonly subjects: readonly CommitSubject[];
  readonly isWhole: boolean;
}

/** What is known of ranges. Revisions are hashes, so it stays true for ever. A cache that cannot be written is no reason to fail. */
export interface CommitsCache {
  isEmpty(): Promise<boolean>;
  /** Those of many ranges that were kept, by one look at the folder. */
  kept(ranges: readonly CommitRange[]): Promise<readonly CommitRange[]>;
  count(range: CommitRange): Promise<DirectedCount | null>;
  subjects(range: CommitRange): Promise<KnownSubjects | null>;
  keepCount(range: CommitRange, count: DirectedCount): Promise<void>;
  keepSubjects(range: CommitRange, known: KnownSubjects): Promise<void>;
}

/** The last moment that `Date` knows, ms. */
const endOfTime = 8.64e15;

const directionOf = (value: unknown): Direction | null =>
  value === 'ahead' || value === 'behind' || value === 'diverged' ? value : null;

const countOf = (value: unknown): DirectedCount | null => {
  if (!isFields(value)) return null;
  const { count, exact, direction } = value;
  return typeof count === 'number' &&
    Number.isSafeInteger(count) &&
    count >= 0 &&
    typeof exact === 'boolean'
    ? { count, exact, source: 'cache', direction: directionOf(direction) }
    : null;
};

const subjectsOf = (value: unknown): readonly CommitSubject[] | null => {
  if (!Array.isArray(value)) return null;
  const subjects = value.flatMap((one: unknown): readonly CommitSubject[] => {
    if (!isFields(one)) return [];
    const { revision, at, subject, author, body, isBreaking } = one;
    return typeof revision === 'string' &&
      typeof at === 'number' &&
      Math.abs(at) <= endOfTime &&
      typeof subject === 'string'
      ? [
          {
            revision,
            at,
            subject,
            ...(typeof author === 'string' ? { author } : {}),
            ...(typeof body === 'string' ? { body } : {}),
            ...(isBreaking === true ? { isBreaking } : {}),
          },
        ]
      : [];
  });
  // Some of them would be told as all of them.
  return subjects.length === value.length ? subjects : null;
};

const documentOf = (text: string): Fields | null => {
  const value = readJson(text);
  return isFields(value) && value['version'] === 1 ? value : null;
};

const startLength = 17;

/** A name begins with both revisions, so that what is surely not there is known without a hash. */
const startOf = ({ old, new: now }: CommitRange): string => `${old.slice(0, 8)}-${now.slice(0, 8)}`;

/** Loads the hash where it is needed: most comparisons of locks find nothing kept. */
const nameOf = async (range: CommitRange): Promise<string> => {
  const { createHash } = await import('node:crypto');
  const { repository, url } = range;
  const source =
    repository === null
      ? url
      : `${repository.host}/${repository.owner}/${repository.repo}`.toLowerCase();
  const hash = createHash('sha256').update(`${source}\n${range.old}\n${range.new}`).digest('hex');
  return `${startOf(range)}-${hash.slice(0, 32)}`;
};

/** Counts and subjects on the disk: two files per range, as there can be many thousand subjects. */
export const createCommitsCache = (world: Pick<World, 'files' | 'folders'>): CommitsCache => {
  const folder = join(world.folders.cache, 'commits');
  const countFile = async (range: CommitRange): Promise<string> =>
    join(folder, `${await nameOf(range)}.json`);
  const subjectsFile = async (range: CommitRange): Promise<string> =>
    join(folder, `${await nameOf(range)}.subjects.json`);
  const read = async (file: string): Promise<Fields | null> => {
    const text = await world.files.read(file);
    return text.ok && text.value !== undefined ? documentOf(text.value) : null;
  };
  const write = async (file: string, fields: object): Promise<void> => {
    await world.files.makeFolder(folder);
    await world.files.write(file, `${JSON.stringify({ version: 1, ...fields })}\n`);
  };
  return {
    isEmpty: async () => {
      const listed = await world.files.list(folder);
      return !listed.ok || listed.value.length === 0;
    },
    kept: async (ranges) => {
      const listed = await world.files.list(folder);
      if (!listed.ok || listed.value.length === 0) return [];
      const names = new Set(listed.value);
      const starts = new Set(listed.value.map((name) => name.slice(0, startLength)));
      const likely = ranges.filter((range) => starts.has(startOf(range)));
      const found = await Promise.all(
        likely.map(async (range) => names.has(`${await nameOf(range)}.json`)),
      );
      return likely.filter((_, index) => found[index]);
    },
    count: async (range) => countOf((await read(await countFile(range)))?.['count']),
    subjects: async (range) => {
      const found = await read(await subjectsFile(range));
      const subjects = found === null ? null : subjectsOf(found['subjects']);
      return found === null || subjects === null
        ? null
        : { subjects, isWhole: found['isWhole'] === true };
    },
    keepCount: async (range, count) => write(await countFile(range), { count }),
    keepSubjects: async (range, known) => write(await subjectsFile(range), known),
  };
};

/** The changes with the counts that the disk remembers, where they have none; no process, no network. */
export const withRememberedCounts = async (
  world: Pick<World, 'files' | 'folders'>,
  changes: readonly LockChange[],
): Promise<readonly LockChange[]> => {
  const cache = createCommitsCache(world);
  if (await cache.isEmpty()) return changes;
  const ranges = new Map<LockChange, CommitRange>();
  for (const change of changes) {
    const range = change.commits === undefined ? rangeOf(change) : null;
    if (range !== null) ranges.set(change, range);
  }
  const kept = new Set(await cache.kept([...ranges.values()]));
  if (kept.size === 0) return changes;
  return Promise.all(
    changes.map(async (change) => {
      const range = ranges.get(change);
      if (range === undefined || !kept.has(range)) return change;
      const known = await cache.count(range);
      if (known === null) return change;
      const commits = { count: known.count, exact: known.exact, source: 'cache' as const };
      return { ...change, commits };
    }),
  );
};
