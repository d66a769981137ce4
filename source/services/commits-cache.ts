import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommitRange, DirectedCount, Direction } from '../model/commit-range.ts';
import type { CommitSubject } from '../model/lock-facts.ts';
import { isFields, readJson } from '../parsers/json-fields.ts';
import type { World } from './world.ts';

/** What is known of a range. Revisions are hashes, so it stays true for ever. */
export interface KnownCommits {
  readonly count: DirectedCount | null;
  readonly subjects: readonly CommitSubject[] | null;
  /** How many subjects were asked for: there are no more when fewer came. */
  readonly limit: number;
}

export interface CommitsCache {
  isEmpty(): Promise<boolean>;
  /** Those of many ranges that were kept, by one look at the folder. */
  kept(ranges: readonly CommitRange[]): Promise<readonly CommitRange[]>;
  read(range: CommitRange): Promise<KnownCommits>;
  /** A cache that cannot be written is no reason to fail. */
  write(range: CommitRange, known: KnownCommits): Promise<void>;
}

const nothing: KnownCommits = { count: null, subjects: null, limit: 0 };

const directionOf = (value: unknown): Direction | null =>
  value === 'ahead' || value === 'behind' || value === 'diverged' ? value : null;

const countOf = (value: unknown): DirectedCount | null => {
  if (!isFields(value)) return null;
  const { count, exact, direction } = value;
  return typeof count === 'number' && typeof exact === 'boolean'
    ? { count, exact, source: 'cache', direction: directionOf(direction) }
    : null;
};

const subjectsOf = (value: unknown): readonly CommitSubject[] | null => {
  if (!Array.isArray(value)) return null;
  return value.flatMap((one: unknown) => {
    if (!isFields(one)) return [];
    const { revision, at, subject, isBreaking } = one;
    return typeof revision === 'string' && typeof at === 'number' && typeof subject === 'string'
      ? [{ revision, at, subject, ...(isBreaking === true ? { isBreaking } : {}) }]
      : [];
  });
};

const readKnown = (text: string): KnownCommits => {
  const value = readJson(text);
  if (!isFields(value) || value['version'] !== 1) return nothing;
  const limit = value['limit'];
  return {
    count: countOf(value['count']),
    subjects: subjectsOf(value['subjects']),
    limit: typeof limit === 'number' ? limit : 0,
  };
};

const nameOf = (range: CommitRange): string => {
  const { repository, url } = range;
  const source =
    repository === null
      ? url
      : `${repository.host}/${repository.owner}/${repository.repo}`.toLowerCase();
  return createHash('sha256')
    .update(`${source}\n${range.old}\n${range.new}`)
    .digest('hex')
    .slice(0, 40);
};

/** Counts and subjects on the disk, one file per range. */
export const createCommitsCache = (world: Pick<World, 'files' | 'folders'>): CommitsCache => {
  const pathOf = (range: CommitRange): string =>
    join(world.folders.cache, 'commits', `${nameOf(range)}.json`);
  return {
    isEmpty: async () => {
      const listed = await world.files.list(join(world.folders.cache, 'commits'));
      return !listed.ok || listed.value.length === 0;
    },
    kept: async (ranges) => {
      const listed = await world.files.list(join(world.folders.cache, 'commits'));
      if (!listed.ok || listed.value.length === 0) return [];
      const names = new Set(listed.value);
      return ranges.filter((range) => names.has(`${nameOf(range)}.json`));
    },
    read: async (range) => {
      const text = await world.files.read(pathOf(range));
      return text.ok && text.value !== undefined ? readKnown(text.value) : nothing;
    },
    write: async (range, known) => {
      await world.files.makeFolder(join(world.folders.cache, 'commits'));
      await world.files.write(pathOf(range), `${JSON.stringify({ version: 1, ...known })}\n`);
    },
  };
};
