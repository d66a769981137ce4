import { expect, test } from 'vitest';
import { createGit } from '../../source/services/git.ts';
import { withSubmodules } from '../../source/services/nix-submodules.ts';
import { temporaryRepository } from './temporary-repository.ts';

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

test('an edit in a submodule is another tree, where Nix reads submodules', async () => {
  using repository = temporaryRepository();
  const { git, folder, world, write } = repository;
  write('../lib/x.nix', '1\n');
  git('-C', '../lib', 'init', '--quiet');
  git('-C', '../lib', 'add', '--all');
  git('-C', '../lib', 'commit', '--quiet', '--message=lib');
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../lib', 'lib');
  git('commit', '--quiet', '--message=submodule');
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
