import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import { hasTools } from '../../support/needs.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

const homeOf = ({ folder }: TemporaryRepository): string => dirname(folder);

const inHome = (
  repository: TemporaryRepository,
  file: string,
  ...args: readonly string[]
): string =>
  execFileSync(file, args, {
    cwd: repository.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: homeOf(repository) },
    encoding: 'utf8',
    stdio: 'pipe',
  });

/** A key without a passphrase, as a machine that commits by a timer has it. */
const gpgKey = (repository: TemporaryRepository): void => {
  mkdirSync(join(homeOf(repository), '.gnupg'), { mode: 0o700 });
  const wish = ['--batch', '--passphrase', '', '--quick-gen-key', 'Ada <ada@example.org>'];
  inHome(repository, 'gpg', ...wish, 'ed25519', 'sign', 'never');
};

const sshKey = (repository: TemporaryRepository): void => {
  const key = join(homeOf(repository), 'key');
  inHome(repository, 'ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key);
  repository.git('config', 'gpg.format', 'ssh');
  repository.git('config', 'user.signingKey', `${key}.pub`);
};

const signing = (repository: TemporaryRepository): void => {
  repository.git('config', 'commit.gpgSign', 'true');
};

/** What stands beside the lock before a commit, in each kind that git knows. */
const addForeign = ({ write, git }: TemporaryRepository): void => {
  for (const name of ['staged', 'dirty', 'moved']) write(`${name}.nix`, `${name}\n`);
  git('add', '--all');
  git('commit', '--quiet', '--no-gpg-sign', '--message=more');
  write('staged.nix', '2\n');
  git('add', 'staged.nix');
  write('staged.nix', '3\n');
  write('dirty.nix', '2\n');
  write('untracked.nix', '1\n');
  write('intended.nix', '1\n');
  git('add', '--intent-to-add', 'intended.nix');
  git('mv', 'moved.nix', 'there.nix');
};

const look = ({ git }: TemporaryRepository): readonly string[] => [
  git('status', '--porcelain=v2', '--untracked-files=all'),
  git('ls-files', '--stage', '-v', '--', ':!flake.lock'),
  git('diff', '--', ':!flake.lock'),
  git('diff', '--cached', '--', ':!flake.lock'),
];

const hasGpg = hasTools(import.meta.filename, 'gpg');

/** States in which a commit is made: what is done before, and what is true of the commit. */
test.skipIf(!hasGpg).each<[string, (repository: TemporaryRepository) => void, string]>([
  [
    'a gpg key without a passphrase',
    (one) => [gpgKey(one), signing(one)],
    'gpgsig -----BEGIN PGP SIGNATURE-----',
  ],
  [
    'an ssh key without a passphrase',
    (one) => [sshKey(one), signing(one)],
    'gpgsig -----BEGIN SSH SIGNATURE-----',
  ],
  [
    'a template for messages',
    (one) => {
      writeFileSync(join(homeOf(one), 'template'), 'Why: \n# say why\n');
      one.git('config', 'commit.template', join(homeOf(one), 'template'));
      one.git('config', 'commit.status', 'true');
      one.git('config', 'commit.verbose', 'true');
    },
    'update',
  ],
  [
    'a shallow clone',
    (one) => {
      one.git('commit', '--quiet', '--allow-empty', '--message=second');
      const origin = one.addOrigin();
      rmSync(one.folder, { recursive: true });
      execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${origin}`, one.folder]);
    },
    'update',
  ],
])(
  'with %s the lock alone is committed, and all else stays as it was',
  async (_, prepare, said) => {
    using repository = temporaryRepository();
    prepare(repository);
    addForeign(repository);
    const before = look(repository);
    const { folder } = repository;
    repository.write('flake.lock', '{"a":2}\n');
    const done = await repository.service.commit({ message: 'update\n', paths: ['flake.lock'] });
    try {
      expect(done.ok ? '' : explainInLine(done.failure)).toBe('');
      expect(repository.git('show', '--name-only', '--format=')).toBe('flake.lock');
      expect(repository.git('log', '-1', '--format=%B')).toBe('update');
      expect(repository.git('cat-file', 'commit', 'HEAD')).toContain(said);
      expect(look(repository)).toEqual(before);
    } finally {
      // Gpg leaves its agent behind, which ends with its folder; it is asked to end at once.
      if (said.includes('PGP')) inHome(repository, 'gpgconf', '--kill', 'all');
    }
    expect(repository.folder).toBe(folder);
  },
);

test.skipIf(!hasGpg)(
  'a key that is not there is told with the way to commit by hand, and nothing is lost',
  async () => {
    using repository = temporaryRepository();
    signing(repository);
    repository.git('config', 'user.signingKey', '0123456789ABCDEF');
    addForeign(repository);
    const before = look(repository);
    const head = repository.git('rev-parse', 'HEAD');
    repository.write('flake.lock', '{"a":2}\n');
    const done = await repository.service.commit({ message: 'update\n', paths: ['flake.lock'] });
    inHome(repository, 'gpgconf', '--kill', 'all');
    expect(done.ok ? '' : explainInLine(done.failure)).toMatch(/could not be signed|key/);
    expect(repository.git('rev-parse', 'HEAD')).toBe(head);
    expect(repository.read('flake.lock')).toBe('{"a":2}\n');
    repository.git('checkout', '--quiet', '--', 'flake.lock');
    expect(look(repository)).toEqual(before);
  },
);
