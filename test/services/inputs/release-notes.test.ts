import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { readReleaseNotes, sourcePath } from '../../../source/services/inputs/release-notes.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { github, lockOf } from '../../support/lock-samples.ts';
import { hasTools } from '../../support/needs.ts';

const hasNix = hasTools(import.meta.filename, 'nix-store');

test('where a source tree lies follows from its hash', () => {
  // `nix-store --print-fixed-path --recursive sha256 HASH source`
  expect(sourcePath('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')).toMatch(
    /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-source$/,
  );
  expect(sourcePath('sha1-x')).toBeNull();
});

test.skipIf(!hasNix)('Nix computes the same place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-path-'));
  const hash = Buffer.from('a'.repeat(64), 'hex');
  const told = execFileSync(
    'nix-store',
    ['--print-fixed-path', '--recursive', 'sha256', hash.toString('hex'), 'source'],
    { encoding: 'utf8', env: { ...process.env, NIX_STATE_DIR: folder, NIX_STORE_DIR: folder } },
  );
  expect(sourcePath(`sha256-${hash.toString('base64')}`, folder)).toBe(told.trim());
  rmSync(folder, { recursive: true });
});

test('new entries are told, incompatible ones first, where both trees are in the store', async () => {
  const store = mkdtempSync(join(tmpdir(), 'nixup-store-'));
  const hashOf = (seed: string): string =>
    `sha256-${Buffer.from(seed.repeat(64), 'hex').toString('base64')}`;
  const treeWith = (seed: string, notes: string): void => {
    const folder = join(sourcePath(hashOf(seed), store) ?? '', 'nixos/doc/manual/release-notes');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'rl-2605.section.md'), notes);
  };
  treeWith('1', '## Incompatibilities\n\n- old\n\n## Other\n\n- known\n');
  const lockWith = (seed: string) =>
    lockOf({ nixpkgs: github('NixOS/nixpkgs', seed, { locked: { narHash: hashOf(seed) } }) });
  const [change] = diffLocks(lockWith('1'), lockWith('2'));
  if (change === undefined) throw new Error('no change');
  const world = { files: createFiles(), environment: { NIX_STORE_DIR: store } };
  expect(await readReleaseNotes(world, change)).toBeNull();
  treeWith(
    '2',
    '## Other\n\n- known\n- a module is new\n\n## Incompatibilities\n\n- old\n- foo is gone\n',
  );
  expect(await readReleaseNotes(world, change)).toEqual([
    {
      file: 'nixos/doc/manual/release-notes/rl-2605.section.md',
      text: 'foo is gone',
      isBreaking: true,
    },
    {
      file: 'nixos/doc/manual/release-notes/rl-2605.section.md',
      text: 'a module is new',
      isBreaking: false,
    },
  ]);
  rmSync(store, { recursive: true });
});
