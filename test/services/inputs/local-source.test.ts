import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lookAtSource } from '../../../source/services/inputs/local-source.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const flakeIn = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/flake.nix`, '{ outputs = _: { }; }\n');
};

test('a path input in the repository is visible when git tracks it, and only then', async () => {
  using repository = temporaryRepository();
  const { git, folder, world } = repository;
  const look = (path: string, isFlake = true) =>
    lookAtSource(world, folder, { type: 'path', path }, isFlake);
  expect(await look('./sub')).toEqual({ kind: 'missing', path: `${folder}/sub`, ref: null });
  flakeIn(`${folder}/sub`);
  const untracked = { kind: 'untracked', repository: folder, file: 'sub/flake.nix' };
  expect(await look('./sub')).toEqual({ kind: 'unseen', unseen: untracked });
  expect(await look('./sub', false)).toEqual({
    kind: 'unseen',
    unseen: { ...untracked, file: 'sub' },
  });
  git('add', 'sub');
  expect(await look('./sub')).toEqual({ kind: 'visible' });
  expect(await look('./sub', false)).toEqual({ kind: 'visible' });
  expect(await look('/nowhere/at-all')).toMatchObject({ kind: 'missing' });
});

test('a git input on this machine is looked at in its working tree, or at its branch', async () => {
  using repository = temporaryRepository();
  const { git, folder, world } = repository;
  const look = (more: Readonly<Record<string, string>>) =>
    lookAtSource(world, '/flake', { type: 'git', url: `file://${folder}`, ...more }, true);
  flakeIn(`${folder}/sub`);
  expect(await look({ dir: 'sub' })).toMatchObject({
    kind: 'unseen',
    unseen: { kind: 'untracked', file: 'sub/flake.nix' },
  });
  git('add', 'sub');
  expect(await look({ dir: 'sub' })).toEqual({ kind: 'visible' });
  expect(await look({ dir: 'sub', ref: 'main' })).toMatchObject({ kind: 'missing', ref: 'main' });
  git('commit', '-qm', 'sub');
  expect(await look({ dir: 'sub', ref: 'main' })).toEqual({ kind: 'visible' });
  expect(await look({ url: `file://${folder}/gone` })).toMatchObject({ kind: 'missing' });
  expect(await look({ url: 'https://example.org/x' })).toEqual({ kind: 'visible' });
});

test('a folder outside of any repository is visible as it is', async () => {
  using repository = temporaryRepository();
  const { folder, world } = repository;
  flakeIn(`${folder}/sub`);
  const elsewhere = {
    ...world,
    exec: async () =>
      ({
        ok: false,
        failure: { code: 'command-failed', command: 'git', exitCode: 128, tail: ['fatal: no'] },
      }) as const,
  };
  expect(await lookAtSource(elsewhere, folder, { type: 'path', path: './sub' }, true)).toEqual({
    kind: 'visible',
  });
});
