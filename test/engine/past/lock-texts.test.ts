import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  dropLockTexts,
  fingerprint,
  noteLockText,
  readLockText,
} from '../../../source/engine/past/lock-texts.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import type { InputMove } from '../../../source/model/past/input-moves.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const textOf = (revision: string): string =>
  writeFlakeLock(lockOf({ nixpkgs: github('NixOS/nixpkgs', revision) }));

const placeIn = async (isRepository: boolean, state = 'state') => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'nixup-locks-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const flake = path.join(root, 'flake');
  await mkdir(flake);
  if (isRepository) execFileSync('git', ['init', '--quiet', flake]);
  return { world: createProcessWorld(), flake, folder: path.join(root, state) };
};

const note = async (place: Awaited<ReturnType<typeof placeIn>>, revision: string) => {
  const moves: InputMove[] = [];
  await noteLockText(place, textOf(revision), ({ inputs }) => moves.push(...inputs));
  return moves.map(({ input, from, to }) => [input, from === null, to === null]);
};

test.each([
  true,
  false,
])('a lock is kept and found by its fingerprint, and what moved is told once (repository: %s)', async (isRepository) => {
  const place = await placeIn(isRepository);
  expect(await note(place, '1')).toEqual([]);
  expect(await note(place, '2')).toEqual([['nixpkgs', false, false]]);
  expect(await note(place, '2')).toEqual([]);
  for (const revision of ['1', '2'])
    expect(await readLockText(place, fingerprint(textOf(revision)))).toBe(textOf(revision));
  expect(await readLockText(place, '0123456789abcdef')).toBeNull();
});

test('locks that nothing needs are let go, and those of another keeper of the repository stay', async () => {
  const place = await placeIn(true);
  const other = { ...place, folder: `${place.folder}-of-ben` };
  await note(place, '1');
  await note(place, '2');
  await note(other, '1');
  await dropLockTexts(place, {
    locks: new Set([fingerprint(textOf('2'))]),
    isGone: (run) => run === 'old',
  });
  const kept = async (where: typeof place, revision: string) =>
    (await readLockText(where, fingerprint(textOf(revision)))) !== null;
  expect(await kept(place, '1')).toBe(false);
  expect(await kept(place, '2')).toBe(true);
  expect(await kept(other, '1')).toBe(true);
});

test('files of locks go with the runs that they were kept for', async () => {
  const place = await placeIn(false);
  await note(place, '1');
  await note(place, '2');
  const { files } = place.world;
  for (const run of ['20260101-000000-aaaaaa', '20261101-000000-bbbbbb'])
    await files.write(path.join(place.folder, 'locks', `${run}.lock`), 'kept');
  await dropLockTexts(place, {
    locks: new Set([fingerprint(textOf('2'))]),
    isGone: (run) => run.startsWith('20260101'),
  });
  expect((await readdir(path.join(place.folder, 'locks'))).sort()).toEqual([
    '20261101-000000-bbbbbb.lock',
    'last-noted',
    `text-${fingerprint(textOf('2'))}.lock`,
  ]);
});
