import { expect } from 'vitest';
import type { LockChange } from '../../source/model/lock/change.ts';
import { diffLocks } from '../../source/model/lock/difference.ts';
import { github, lockOf, revision, type Sample, someDay } from './lock-samples.ts';

export const changesOf = (
  old: Readonly<Record<string, Sample>>,
  now: Readonly<Record<string, Sample>>,
): readonly LockChange[] => diffLocks(lockOf(old), lockOf(now));

export const only = (old: Sample, now: Sample): LockChange => {
  const changes = changesOf({ x: old }, { x: now });
  expect(changes).toHaveLength(1);
  const [change] = changes;
  if (change === undefined) throw new Error('no change');
  return change;
};

export const tarball = (
  url: string,
  lockedUrl: string,
  more: Readonly<Record<string, string | number>> = {},
): Sample => ({
  original: { type: 'tarball', url },
  locked: { type: 'tarball', url: lockedUrl, narHash: 'sha256-a', lastModified: someDay, ...more },
});

export const git = (
  url: string,
  rev: string | null,
  more: Readonly<Record<string, string | number | boolean>> = {},
): Sample => ({
  original: { type: 'git', url },
  locked: {
    type: 'git',
    url,
    narHash: `sha256-${rev ?? 'dirty'}`,
    lastModified: someDay,
    ref: 'refs/heads/main',
    ...(rev === null ? {} : { rev: revision(rev) }),
    ...more,
  },
});

export const path = (at: string, narHash: string | null, parent?: readonly string[]): Sample => ({
  original: { type: 'path', path: at },
  locked: { type: 'path', path: at, ...(narHash === null ? {} : { narHash, lastModified: 1 }) },
  ...(parent === undefined ? {} : { parent }),
});

export const a = github('o/r', 'a');
