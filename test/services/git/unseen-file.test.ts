import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unseenCommand, unseenSentence } from '../../../source/model/nix/unseen-file.ts';
import { parseCheckIgnore } from '../../../source/parsers/git/check-ignore.ts';
import {
  findUnseen,
  lookWhyUnseen,
  pathsInLine,
} from '../../../source/services/git/unseen-file.ts';
import { hasTools } from '../../support/needs.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

/** `git check-ignore`, manual page: "<source> <NUL> <linenum> <NUL> <pattern> <NUL> <pathname> <NUL>" with -v and -z. */
test.each([
  ['.gitignore\x003\0*.nix\0a.nix\0', { file: '.gitignore', line: 3, pattern: '*.nix' }],
  [
    '/home/ada/.config/git/ignore\x001\0x\0x\0',
    { file: '/home/ada/.config/git/ignore', line: 1, pattern: 'x' },
  ],
  ['.gitignore\x004\0!a.nix\0a.nix\0', null],
  ['', null],
])('the rule in %j', (text, rule) => {
  expect(parseCheckIgnore(text)).toEqual(rule);
});

test.each([
  ['  imports = [ ./a.nix ../b/c.nix ];', ['./a.nix', '../b/c.nix']],
  ['x = import ./lib { };', ['./lib']],
  ['  # ./old.nix', []],
  ['a = ./a.nix; # not ./b.nix', ['./a.nix']],
  ['url = "path:./sub";', ['./sub']],
  ['v = "https://a/../b";', []],
])('the paths that %j names', (line, paths) => {
  expect(pathsInLine(line)).toEqual(paths);
});

const hasNix = hasTools(import.meta.filename, 'nix');
const nixFolder = mkdtempSync(join(tmpdir(), 'nixup-unseen-'));
afterAll(() => {
  // The store makes its paths read-only.
  spawnSync('chmod', ['-R', 'u+w', nixFolder]);
  rmSync(nixFolder, { recursive: true, force: true });
});

const nixEnvironment = {
  PATH: process.env['PATH'] ?? '',
  HOME: nixFolder,
  NIX_CONFIG:
    'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\n',
  NIX_STORE_DIR: join(nixFolder, 'store'),
  NIX_STATE_DIR: join(nixFolder, 'state'),
  NIX_LOG_DIR: join(nixFolder, 'log'),
  GIT_CONFIG_NOSYSTEM: '1',
};

/** What Nix makes of the flake's output, or null where it does not see a file. */
const evaluate = (reference: string): string | null => {
  const ended = spawnSync('nix', ['eval', `${reference}#value`], {
    encoding: 'utf8',
    env: nixEnvironment,
  });
  if (ended.status === 0) return ended.stdout.trim();
  expect(ended.stderr).toMatch(/No such file|does not exist|not tracked/);
  return null;
};

const nestedIn = (repository: TemporaryRepository, folder: string): void => {
  repository.write(`${folder}/x.nix`, '1\n');
  repository.git('-C', folder, 'init', '--quiet');
  repository.git('-C', folder, 'add', '--all');
  repository.git('-C', folder, 'commit', '--quiet', '--message=nested');
};

interface Case {
  readonly title: string;
  readonly file: string;
  readonly make: (repository: TemporaryRepository) => void;
  readonly sentence: RegExp;
  /** Behind the flake's folder, for Nix, after the command. */
  readonly reference?: string;
}

const sees = ': Nix sees only what git tracks';

const cases: readonly Case[] = [
  {
    title: 'an untracked file',
    file: 'x.nix',
    make: ({ write }) => write('x.nix', '1\n'),
    sentence: new RegExp(`^x.nix is there, but git does not track it${sees}$`),
  },
  {
    title: 'an ignored file',
    file: 'x.nix',
    make: ({ write }) => {
      write('.gitignore', '# mine\n\nx.*\n');
      write('x.nix', '1\n');
    },
    sentence: /git ignores it \(\.gitignore:3: x\.\*\)/,
  },
  {
    title: 'a file in an ignored folder',
    file: 'hosts/a/x.nix',
    make: ({ write }) => {
      write('hosts/.gitignore', 'a/\n');
      write('hosts/a/x.nix', '1\n');
    },
    sentence: /git ignores it \(hosts\/\.gitignore:1: a\/\)/,
  },
  {
    title: 'a file that .git/info/exclude ignores',
    file: 'x.nix',
    make: ({ write, folder }) => {
      writeFileSync(join(folder, '.git', 'info', 'exclude'), 'x.nix\n');
      write('x.nix', '1\n');
    },
    sentence: /git ignores it \(\.git\/info\/exclude:1: x\.nix\)/,
  },
  {
    title: "a file that the person's own settings ignore",
    file: 'x.nix',
    make: ({ write, git, folder }) => {
      writeFileSync(join(folder, '..', 'mine'), 'x.nix\n');
      git('config', 'core.excludesFile', join(folder, '..', 'mine'));
      write('x.nix', '1\n');
    },
    sentence: /git ignores it \(\/\S*\/mine:1: x\.nix\)/,
  },
  {
    title: 'a file that a later line takes out again, and that is only untracked',
    file: 'x.nix',
    make: ({ write }) => {
      write('.gitignore', '*.nix\n!x.nix\n');
      write('x.nix', '1\n');
    },
    sentence: /git does not track it/,
  },
  {
    title: 'a file in a repository of its own',
    file: 'own/x.nix',
    make: (repository) => nestedIn(repository, 'own'),
    sentence: /it is in own, a git repository of its own/,
  },
  {
    title: 'a file in a repository of its own to which git points',
    file: 'own/x.nix',
    make: (repository) => {
      nestedIn(repository, 'own');
      repository.git('add', 'own');
    },
    sentence: /it is in own, a git repository of its own/,
  },
  {
    title: 'a file in a submodule',
    file: 'lib/x.nix',
    make: (repository) => {
      nestedIn(repository, '../lib');
      repository.git(
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        '../lib',
        'lib',
      );
    },
    sentence:
      /^lib\/x\.nix is there, but it is in the submodule lib, and Nix reads submodules only where it is told to$/,
    reference: '?submodules=1',
  },
  {
    title: 'a new file in a submodule',
    file: 'lib/y.nix',
    make: (repository) => {
      nestedIn(repository, '../lib');
      repository.git(
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        '../lib',
        'lib',
      );
      repository.write('lib/y.nix', '1\n');
    },
    sentence: /it is in the submodule lib, where git does not track it/,
    reference: '?submodules=1',
  },
];

test.each(cases)('$title is told with its reason, and the command shows it to Nix', async (one) => {
  using repository = temporaryRepository({
    'flake.nix': `{ outputs = _: { value = import ./${one.file}; }; }\n`,
  });
  // A relative url of a submodule is one of the remote, or of the folder.
  one.make(repository);
  const { world, folder } = repository;
  const unseen = await lookWhyUnseen(world, folder, one.file);
  if (unseen === null) throw new Error('it counts as seen');
  expect(unseenSentence(unseen)).toMatch(one.sentence);
  expect(await findUnseen(world, folder)).toEqual([unseen]);
  if (!hasNix) return;
  expect(evaluate(folder)).toBeNull();
  const command = unseenCommand(unseen);
  if (command !== null)
    execFileSync('bash', ['-c', command], {
      env: { ...nixEnvironment, HOME: join(folder, '..') },
      stdio: 'pipe',
    });
  else expect(one.reference).toBeDefined();
  expect(evaluate(`${folder}${one.reference ?? ''}`)).toBe('1');
});

test('what git tracks, what is not there, and what lies outside of git is no such file', async () => {
  using repository = temporaryRepository();
  const { world, folder } = repository;
  expect(await lookWhyUnseen(world, folder, 'flake.nix')).toBeNull();
  expect(await lookWhyUnseen(world, folder, 'gone.nix')).toBeNull();
  expect(await lookWhyUnseen(world, join(folder, '..'), '.gitconfig')).toBeNull();
  repository.write('.gitignore', 'flake.lock\n');
  // It is tracked: the rule says nothing about it any more.
  expect(await lookWhyUnseen(world, folder, 'flake.lock')).toBeNull();
});

test('files that the flake does not name are none of its business', async () => {
  using repository = temporaryRepository({
    'flake.nix': '{ outputs = _: import ./a.nix; } # ./old.nix\n',
    'a.nix': '{ }\n',
    'sub/b.nix': '[ ./c.nix ../a.nix ]\n',
  });
  const { world, folder, write } = repository;
  write('.gitignore', '*.lock\nold.nix\nc.nix\nscratch.nix\n');
  for (const file of ['old.nix', 'scratch.nix', 'sub/c.nix', 'flake.lock']) write(file, '1\n');
  const found = await findUnseen(world, folder);
  expect(found.map(({ file, kind }) => [file, kind])).toEqual([
    ['flake.lock', 'ignored'],
    ['sub/c.nix', 'ignored'],
  ]);
});
