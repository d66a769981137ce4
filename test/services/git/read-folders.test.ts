import { expect, test } from 'vitest';
import { judgeUntracked } from '../../../source/services/board/git-rows.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const flake = (expression: string): Readonly<Record<string, string>> => ({
  'flake.nix': `{ outputs = _: { value = ${expression}; }; }\n`,
  'hosts/a.nix': '{ }\n',
  '.gitignore': 'hosts/secret.nix\n*.log\n',
});

const rowOf = async (expression: string, files: Readonly<Record<string, string>>) => {
  using repository = temporaryRepository(flake(expression));
  for (const [path, text] of Object.entries(files)) repository.write(path, text);
  const { service } = repository;
  const [seen, unseen, folders] = [
    await service.observe(),
    await service.unseenFiles(),
    await service.readFolders(),
  ];
  if (!seen.ok) throw new Error('no repository');
  return judgeUntracked(seen.value, unseen, folders);
};

/** How flakes read a folder: builtins.readDir, lib.filesystem and lib.fileset of nixpkgs, libraries. */
test.each([
  'builtins.readDir ./hosts',
  'lib.filesystem.listFilesRecursive ./hosts',
  'lib.fileset.fileFilter (f: f.hasExt "nix") ./hosts',
  'inputs.import-tree ./hosts',
  'inputs.haumea.lib.load { src = ./hosts; }',
])('what Nix misses in a folder that is read by %s is named with its reason', async (expression) => {
  const row = await rowOf(expression, {
    'hosts/secret.nix': '{ }\n',
    'hosts/disk.json': '1\n',
    'hosts/x.log': '',
  });
  expect(row.state).toBe('warning');
  expect(row.evidence).toBe(
    '2 files in hosts are not seen by Nix, which reads the whole folder there: hosts/disk.json, hosts/secret.nix',
  );
  expect(row.detail).toEqual([
    'hosts/disk.json: git does not track it; flake.nix, line 1 reads hosts',
    'hosts/secret.nix: git ignores it (.gitignore:1: hosts/secret.nix); flake.nix, line 1 reads hosts',
  ]);
  expect(row.remedy?.command).toContain('add --force --intent-to-add -- hosts/secret.nix');
});

test('a folder of which Nix sees everything is named as looked at', async () => {
  const row = await rowOf('builtins.readDir ./hosts', { 'notes.txt': '', 'hosts/x.log': '' });
  expect(row).toMatchObject({
    state: 'green',
    evidence:
      'every Nix file that the flake names is tracked; nothing else lies in what it reads as a whole: hosts',
  });
});

test("what lies beside the flake's own files is none of its business", async () => {
  const row = await rowOf('builtins.readDir ./.', { 'notes.txt': '', 'doc/x.txt': '' });
  expect(row.state).toBe('green');
});

test('a flake that reads no folder says nothing of one', async () => {
  const row = await rowOf('import ./hosts/a.nix', { 'hosts/disk.json': '' });
  expect(row).toMatchObject({
    state: 'green',
    evidence: 'every Nix file that the flake names is tracked',
  });
});

test('a folder whose name is computed is said to be not looked at', async () => {
  const row = await rowOf('map builtins.readDir folders', {});
  expect(row).toMatchObject({
    state: 'green',
    detail: ['flake.nix, line 1 reads a folder whose name is computed: its files are not checked'],
  });
  expect((await rowOf('1; # builtins.readDir', {})).detail).toEqual([]);
});
