import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readsOwnSubmodules } from '../../../source/parsers/lock/flake-inputs.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { openScratchFlake } from '../../../source/services/nix/scratch-flake.ts';
import { withSubmodules } from '../../../source/services/nix/submodules.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

test.each([
  [['flake', 'lock', '--', '/f'], undefined, ['flake', 'lock', '--', '/f?submodules=1']],
  [['eval', '--', '/f#a.b'], undefined, ['eval', '--', '/f?submodules=1#a.b']],
  [['eval', '--', '.#a'], '/f', ['eval', '--', '.?submodules=1#a']],
  [['eval', '--', '.#a'], '/g', ['eval', '--', '.#a']],
  [['eval', '--file', '/f/flake.nix'], undefined, ['eval', '--file', '/f/flake.nix']],
  [
    ['--expr', 'let hosts = (builtins.getFlake "/f").x; in hosts'],
    undefined,
    ['--expr', 'let hosts = (builtins.getFlake "/f?submodules=1").x; in hosts'],
  ],
])('nix %j in %s', (args, cwd, wanted) => {
  const command = { file: 'nix', args, ...(cwd === undefined ? {} : { cwd }) };
  expect(withSubmodules(command, '/f').args).toEqual(wanted);
});

test('other programs are told of the folder as it is', () => {
  const command = { file: 'git', args: ['-C', '/f', 'status'] };
  expect(withSubmodules(command, '/f')).toBe(command);
});

const addSubmodule = ({ git, write }: TemporaryRepository): void => {
  write('../lib/x.nix', '1\n');
  git('-C', '../lib', 'init', '--quiet');
  git('-C', '../lib', 'add', '--all');
  git('-C', '../lib', 'commit', '--quiet', '--message=lib');
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../lib', 'lib');
  git('commit', '--quiet', '--message=submodule');
};

test('an edit in a submodule is another tree, where Nix reads submodules', async () => {
  using repository = temporaryRepository();
  const { git, folder, world, write } = repository;
  addSubmodule(repository);
  const trees = async (): Promise<readonly unknown[]> => {
    const found = await Promise.all(
      [false, true].map((reads) => createGit(world, folder, null, reads).treeHash()),
    );
    return found.map((one) => (one.ok ? one.value : one.failure));
  };
  const head = git('rev-parse', 'HEAD^{tree}');
  expect(await trees()).toEqual([head, head]);
  write('lib/x.nix', '2\n');
  const [without, reading] = await trees();
  expect(without).toBe(head);
  expect(reading).toMatch(/^[0-9a-f]{40}$/);
  expect(reading).not.toBe(head);
  expect(git('status', '--short', '--ignore-submodules=dirty')).toBe('');
});

test('a flake that asks for its submodules in flake.nix has them in its tree and in its copy', async () => {
  using repository = temporaryRepository();
  const { git, world, write, service } = repository;
  addSubmodule(repository);
  const treeNow = async (): Promise<string> => {
    const tree = await service.treeHash();
    return tree.ok ? tree.value : JSON.stringify(tree.failure);
  };
  write('lib/x.nix', '2\n');
  expect(await treeNow()).toBe(git('rev-parse', 'HEAD^{tree}'));
  write('flake.nix', '{ inputs.self.submodules = true; outputs = _: { }; }\n');
  const edited = await treeNow();
  write('lib/x.nix', '3\n');
  const again = await treeNow();
  expect(again).toMatch(/^[0-9a-f]{40}$/);
  expect(again).not.toBe(edited);
  const copy = join(repository.folder, '../copy');
  const place = await service.place();
  if (!place.ok) throw new Error('no repository');
  const scratch = await openScratchFlake(world, place.value, again, copy);
  if (!scratch.ok) throw new Error(JSON.stringify(scratch.failure));
  expect(readFileSync(join(copy, 'lib/x.nix'), 'utf8')).toBe('3\n');
  await scratch.value.remove();
  expect(existsSync(copy)).toBe(false);
});

test('a submodule that is not checked out is named, with its command, before a copy is used', async () => {
  using repository = temporaryRepository();
  const { git, world, write, service } = repository;
  addSubmodule(repository);
  write('flake.nix', '{ inputs.self.submodules = true; outputs = _: { }; }\n');
  git('submodule', '--quiet', 'deinit', '--force', 'lib');
  const [place, tree] = [await service.place(), await service.treeHash()];
  if (!place.ok || !tree.ok) throw new Error('no repository');
  const copy = join(repository.folder, '../copy');
  const scratch = await openScratchFlake(world, place.value, tree.value, copy);
  expect(scratch).toMatchObject({
    failure: {
      detail: 'its submodule lib is not checked out as the flake has it',
      remedy: `git -C ${place.value.root} submodule update --init --recursive -- lib`,
    },
  });
  expect(existsSync(copy)).toBe(false);
});

test('many comments between a name and what is no value are read in a moment', () => {
  const comments = '/* a */ # b #\n'.repeat(2000);
  expect(readsOwnSubmodules(`{ a ${comments} ; inputs.self.submodules ${comments} = true; }`)).toBe(
    true,
  );
});

/** `inputs` of nix-flake(1), as braces may be set around its parts. */
test.each([
  ['{ inputs.self.submodules = true; }', true],
  ['{ inputs.self = { submodules = true; }; }', true],
  ['{ inputs.self = { lfs = true; submodules = true; }; }', true],
  ['{ inputs = { nixpkgs.url = "x"; self.submodules = true; }; }', true],
  ['{ inputs = { a = { url = "x"; flake = false; }; self = { submodules = true; }; }; }', true],
  ['{ inputs."self".submodules = true; }', true],
  [
    '{ inputs = { hm = { inputs = { nixpkgs = { follows = "nixpkgs"; }; }; }; self.submodules = true; }; }',
    true,
  ],
  ['{ inputs.hm.inputs = { a = { b = { c = "d"; }; }; }; inputs.self.submodules = true; }', true],
  ['{ inputs = { hm = { inputs.self.submodules = true; }; }; }', false],
  ['{ inputs.hm = { self = { submodules = true; }; }; }', false],
  ['{ outputs = _: { inputs.self.submodules = true; }; }', false],
  ['{ outputs = { self }: { inputs = { self.submodules = true; }; }; }', false],
  ['{ inputs.self.submodules = trueish; }', false],
  ['{ inputs = { a.b.c.d = { e = { f = { }; }; }; self = { submodules = true; }; }; }', true],
  ['{\n  inputs . self . submodules\n    = # yes\n    true;\n}', true],
  ['{ inputs.self.submodules = /* yes */ true; }', true],
  ['{ inputs.self.submodules = false; }', false],
  ['{ inputs.a.inputs.self.submodules = true; }', false],
  ['{ inputs = { hm = { inputs = { }; self.submodules = true; }; }; }', false],
  ['{ outputs = _: [ { inputs = { self.submodules = true; }; } ]; }', false],
  ['{ # inputs.self.submodules = true;\n}', false],
  ['{ /* inputs.self.submodules = true; */ }', false],
  ['{ description = "inputs.self.submodules = true"; }', false],
  ['{ inputs.a = { type = "git"; submodules = true; }; inputs.self.lfs = true; }', false],
  ['{ inputs = { a.submodules = true; }; outputs = { self }: { submodules = true; }; }', false],
])('%s reads its submodules: %s', (text, reads) => {
  expect(readsOwnSubmodules(text)).toBe(reads);
});
