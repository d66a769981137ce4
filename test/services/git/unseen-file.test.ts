import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unseenCommand, unseenSentence } from '../../../source/model/nix/unseen-file.ts';
import { parseCheckIgnore } from '../../../source/parsers/git/check-ignore.ts';
import { failureShapes } from '../../../source/parsers/kept/failure-schema.ts';
import { findLinkOut } from '../../../source/services/git/links-out.ts';
import { findUnseen, pathsInLine } from '../../../source/services/git/unseen-file.ts';
import { lookWhyMissed, lookWhyUnseen } from '../../../source/services/git/why-unseen.ts';
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
  expect(ended.stderr).toMatch(/No such file|does not exist|not tracked|is forbidden in/);
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

const submodule = (repository: TemporaryRepository): void => {
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
};

/** Nix reads a tree with changes as it stands on the disk. */
const withChange = ({ write, read }: TemporaryRepository): void =>
  write('flake.nix', `${read('flake.nix')}\n`);

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

const imports = (file: string): string => `{ outputs = _: { value = import ./${file}; }; }\n`;

/** Folders, absent files and links: what Nix misses, as git ls-files(1), gitignore(5) and git-sparse-checkout(1) have it. */
const missed: readonly (Case & {
  /** In place of an import of the file. */
  readonly flake?: string;
  /** The command leaves the file as it was, or there is none. */
  readonly isByHand?: boolean;
  /** The lines of the flake do not name it. */
  readonly isUnnamed?: boolean;
})[] = [
  {
    title: 'a repository of its own, named as a folder',
    file: 'nest',
    flake:
      '{ outputs = _: { value = builtins.length (builtins.attrNames (builtins.readDir ./nest)); }; }',
    make: (repository) => nestedIn(repository, 'nest'),
    sentence: /^nest is there, but it is a git repository of its own/,
  },
  {
    title: 'an untracked folder with nothing but a repository of its own',
    file: 'nest',
    flake: '{ outputs = _: { value = import (./nest + "/own/x.nix"); }; }',
    make: (repository) => nestedIn(repository, 'nest/own'),
    sentence: /git has nothing of it: nest\/own: it is a git repository of its own/,
  },
  {
    title: 'an untracked folder with a repository of its own beside files',
    file: 'nest',
    flake:
      '{ outputs = _: { value = import (./nest + "/own/x.nix") + import (./nest + "/y.nix"); }; }',
    make: (repository) => {
      nestedIn(repository, 'nest/own');
      repository.write('nest/y.nix', '0\n');
    },
    sentence: /nest: git does not track it/,
  },
  {
    title: 'an untracked folder with nothing but ignored files',
    file: 'nest',
    flake: '{ outputs = _: { value = import (./nest + "/x.nix"); }; }',
    make: ({ write }) => {
      write('.gitignore', 'x.nix\n');
      write('nest/x.nix', '1\n');
    },
    sentence: /nest\/x\.nix: git ignores it \(\.gitignore:1: x\.nix\)/,
  },
  {
    title: 'an untracked folder with an ignored Nix file among others',
    file: 'nest',
    flake: '{ outputs = _: { value = import (./nest + "/x.nix"); }; }',
    make: ({ write }) => {
      write('.gitignore', 'x.nix\n*.key\n');
      write('nest/x.nix', '1\n');
      write('nest/y.nix', '1\n');
      write('nest/a.key', '1\n');
    },
    sentence:
      /git has nothing of it: nest\/x\.nix: git ignores it \([^)]*\); nest: git does not track it/,
  },
  {
    title: 'an ignored folder with a repository of its own',
    file: 'nest',
    flake: '{ outputs = _: { value = import (./nest + "/own/x.nix"); }; }',
    make: (repository) => {
      repository.write('.gitignore', 'nest/\n');
      nestedIn(repository, 'nest/own');
    },
    sentence: /nest\/own: it is a git repository of its own/,
  },
  {
    title: 'an empty folder',
    file: 'nest',
    flake:
      '{ outputs = _: { value = builtins.length (builtins.attrNames (builtins.readDir ./nest)); }; }',
    make: ({ folder }) => mkdirSync(join(folder, 'nest')),
    sentence: /it is an empty folder, and git keeps no empty folders/,
  },
  {
    title: 'a submodule that is not checked out',
    file: 'lib/x.nix',
    make: (repository) => {
      submodule(repository);
      repository.git('commit', '--quiet', '--message=lib');
      repository.git('submodule', '--quiet', 'deinit', '--force', '--all');
      withChange(repository);
    },
    sentence:
      /^lib\/x\.nix is not there: it is in the submodule lib, which is not checked out here, and Nix reads submodules only/,
    reference: '?submodules=1',
  },
  {
    title: 'a commit of a repository that nobody names',
    file: 'own/x.nix',
    make: (repository) => {
      nestedIn(repository, 'own');
      repository.git('add', 'own');
      rmSync(join(repository.folder, 'own'), { recursive: true });
    },
    sentence: /is not there: it is in own, of which git keeps only the hash of a commit/,
    isByHand: true,
  },
  ...(['--cone', '--no-cone'] as const).map((mode): Case & { readonly isUnnamed: true } => ({
    title: `a file outside of a sparse checkout (${mode})`,
    file: 'hosts/x y/x.nix',
    make: (repository) => {
      repository.write('hosts/x y/x.nix', '1\n');
      repository.write('other/z.nix', '1\n');
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '--message=hosts');
      repository.git('sparse-checkout', 'set', mode, mode === '--cone' ? 'other' : '/flake.nix');
      withChange(repository);
    },
    sentence: /is not there: git has it and does not check it out here \(sparse checkout\)/,
    isUnnamed: true,
  })),
  {
    title: 'a file that was marked by hand and removed',
    file: 'x.nix',
    make: (repository) => {
      repository.write('x.nix', '1\n');
      repository.git('add', 'x.nix');
      repository.git('commit', '--quiet', '--message=x');
      repository.git('update-index', '--skip-worktree', 'x.nix');
      rmSync(join(repository.folder, 'x.nix'));
      withChange(repository);
    },
    sentence: /was told to leave it out of the working tree \(skip-worktree\)/,
    isUnnamed: true,
  },
  ...[false, true].map((isStaged): Case & { readonly isUnnamed: boolean } => ({
    title: `a file that was deleted${isStaged ? ', and that staged' : ''}`,
    file: 'x.nix',
    make: ({ write, git, folder }) => {
      write('x.nix', '1\n');
      git('add', 'x.nix');
      git('commit', '--quiet', '--message=x');
      if (isStaged) git('rm', '--quiet', 'x.nix');
      else rmSync(join(folder, 'x.nix'));
    },
    sentence: isStaged
      ? /the last commit has it, and it was deleted since/
      : /git has it, and it was deleted here/,
    isUnnamed: !isStaged,
  })),
  {
    title: 'a file that git has in other letters',
    file: 'Hosts/x.nix',
    make: ({ write, git }) => {
      write('hosts/x.nix', '1\n');
      git('add', '--all');
    },
    sentence:
      /^Hosts\/x\.nix is not there: git has it as hosts\/x\.nix, which is another name to Nix$/,
    isByHand: true,
  },
  {
    title: 'a link to what git does not track',
    file: 'x.nix',
    make: ({ write, git, folder }) => {
      symlinkSync('real/y.nix', join(folder, 'x.nix'));
      git('add', 'x.nix');
      write('real/y.nix', '1\n');
    },
    sentence: /it is a link to real\/y\.nix, and of that: git does not track it/,
    isUnnamed: true,
  },
  {
    title: 'a file behind a linked folder that git does not track',
    file: 'd/x.nix',
    make: ({ write, git, folder }) => {
      symlinkSync('real', join(folder, 'd'));
      git('add', 'd');
      write('real/x.nix', '1\n');
    },
    sentence: /d is a link to real\/x\.nix, and of that: git does not track it/,
  },
  {
    title: 'a link that leads out of the repository',
    file: 'x.nix',
    make: ({ git, folder, write }) => {
      write('../outside.nix', '1\n');
      symlinkSync('../outside.nix', join(folder, 'x.nix'));
      git('add', 'x.nix');
    },
    sentence:
      /^x\.nix is there, but it is a link to \.\.\/outside\.nix, which is outside of the repository$/,
    isByHand: true,
    isUnnamed: true,
  },
];

test.each(missed)('$title: Nix misses it, and the command shows it', async (one) => {
  using repository = temporaryRepository({
    'flake.nix':
      one.flake ?? imports(one.file).replace(/import \.\/(.* .*\.nix)/, 'import (./. + "/$1")'),
  });
  one.make(repository);
  const { world, folder } = repository;
  const unseen = await lookWhyMissed(world, folder, one.file);
  if (unseen === null) throw new Error('it counts as seen');
  expect(unseenSentence(unseen)).toMatch(one.sentence);
  expect(await findUnseen(world, folder)).toEqual(one.isUnnamed === true ? [] : [unseen]);
  expect(failureShapes.safeParse({ code: 'file-unseen', unseen }).data).toEqual({
    code: 'file-unseen',
    unseen,
  });
  if (!hasNix) return;
  expect(evaluate(folder)).toBeNull();
  const command = unseenCommand(unseen);
  expect(command === null).toBe(one.isByHand === true);
  if (command === null) return;
  execFileSync('bash', ['-c', command], {
    env: {
      ...nixEnvironment,
      HOME: join(folder, '..'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.file.allow',
      GIT_CONFIG_VALUE_0: 'always',
    },
    stdio: 'pipe',
  });
  expect(evaluate(`${folder}${one.reference ?? ''}`)).toBe('1');
});

test('what Nix says of a path beside the flake leads to the link that goes there', async () => {
  using repository = temporaryRepository({ 'flake.nix': imports('x.nix') });
  const { world, folder, git } = repository;
  symlinkSync('/etc/hostname', join(folder, 'a'));
  symlinkSync('../outside/b.nix', join(folder, 'b'));
  symlinkSync('flake.nix', join(folder, 'c'));
  git('add', '--all');
  const link = async (path: string): Promise<string | undefined> =>
    (await findLinkOut(world, folder, path))?.file;
  expect(await link('/etc/hostname')).toBe('a');
  expect(await link('/nix/store/outside')).toBe('b');
  expect(await link('/etc/passwd')).toBeUndefined();
});

test('a pointer of Git LFS is told as one, of tracked files too', async () => {
  using repository = temporaryRepository({
    'flake.nix': imports('x.nix'),
    'x.nix': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2\n',
  });
  const unseen = await lookWhyMissed(repository.world, repository.folder, 'x.nix');
  if (unseen === null) throw new Error('it counts as seen');
  expect(unseenSentence(unseen)).toMatch(/^x\.nix is not whole: in its place stands a pointer/);
  expect(unseenCommand(unseen)).toMatch(/ lfs pull --include x\.nix$/);
});

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
