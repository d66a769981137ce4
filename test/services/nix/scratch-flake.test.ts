import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openScratchFlake } from '../../../source/services/nix/scratch-flake.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const top = mkdtempSync(join(tmpdir(), 'nixup-scratch-'));
const folder = join(top, 'one');
afterAll(() => rmSync(top, { recursive: true, force: true }));

test('a scratch copy holds the tracked files as they are, and the working tree never knows', async () => {
  using repository = temporaryRepository({
    'nix/flake.nix': '{ }\n',
    'nix/flake.lock': 'old\n',
    'README.md': 'read me\n',
  });
  repository.write('nix/flake.nix', '{ edited = true; }\n');
  repository.write('untracked.nix', 'x');
  const status = repository.git('status', '--porcelain');
  const git = repository.below('nix');
  const [place, tree] = [await git.place(), await git.treeHash()];
  if (!place.ok || !tree.ok) throw new Error('no repository');
  const world = { exec: repository.world.exec, files: createFiles() };
  const scratch = await openScratchFlake(world, place.value, tree.value, folder);
  if (!scratch.ok) throw new Error(JSON.stringify(scratch.failure));
  expect(scratch.value.reference).toBe(`path:${folder}?dir=nix`);
  expect(readFileSync(join(folder, 'nix/flake.nix'), 'utf8')).toBe('{ edited = true; }\n');
  expect(existsSync(join(folder, 'untracked.nix'))).toBe(false);
  await scratch.value.writeLock('new\n');
  expect(readFileSync(join(folder, 'nix/flake.lock'), 'utf8')).toBe('new\n');
  expect(repository.read('nix/flake.lock')).toBe('old\n');
  expect(repository.git('status', '--porcelain')).toBe(status);
  await scratch.value.remove();
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(`${folder}.index`)).toBe(false);
});

test('a tree that does not exist leaves nothing behind', async () => {
  using repository = temporaryRepository();
  const place = await repository.service.place();
  if (!place.ok) throw new Error('no repository');
  const world = { exec: repository.world.exec, files: createFiles() };
  const scratch = await openScratchFlake(world, place.value, 'f'.repeat(40), folder);
  expect(scratch.ok).toBe(false);
  expect(existsSync(folder)).toBe(false);
});
