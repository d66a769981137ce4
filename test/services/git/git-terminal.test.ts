import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { expect, test } from 'vitest';
import { hasTools } from '../../support/needs.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

/** A repository whose commits are signed by an ssh key with a passphrase. */
const signedRepository = (): TemporaryRepository => {
  const repository = temporaryRepository();
  const key = join(repository.folder, '../key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', key]);
  repository.git('config', 'gpg.format', 'ssh');
  repository.git('config', 'user.signingKey', `${key}.pub`);
  repository.git('config', 'commit.gpgSign', 'true');
  repository.write('flake.lock', '{"a":2}\n');
  return repository;
};

test('without a terminal a key with a passphrase is refused in words, and does not hang', async () => {
  using repository = signedRepository();
  const index = repository.git('ls-files', '--stage');
  const done = await repository.service.commit({ message: 'x', paths: ['flake.lock'] });
  expect(done).toMatchObject({
    ok: false,
    failure: {
      operation: 'commit',
      remedy: expect.stringMatching(/^ssh-add \S+\/key$/),
    },
  });
  expect(await repository.service.commitObstacle()).toMatchObject({
    operation: 'commit',
  });
  expect(repository.git('ls-files', '--stage')).toBe(index);
});

test('with an agent that has the key nothing is asked', async () => {
  using repository = temporaryRepository();
  const key = join(repository.folder, '../key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  repository.git('config', 'gpg.format', 'ssh');
  repository.git('config', 'user.signingKey', key);
  repository.git('config', 'commit.gpgSign', 'true');
  repository.write('flake.lock', '{"a":2}\n');
  expect(await repository.service.commitObstacle()).toBeNull();
  expect(await repository.service.commit({ message: 'x', paths: ['flake.lock'] })).toMatchObject({
    ok: true,
  });
  expect(repository.git('cat-file', 'commit', 'HEAD')).toContain('BEGIN SSH SIGNATURE');
});

const without = (...settings: readonly (readonly [string, string])[]): TemporaryRepository => {
  const repository = temporaryRepository();
  for (const [name, value] of settings) repository.git('config', name, value);
  repository.git('config', 'commit.gpgSign', 'true');
  return repository;
};

const hasGpg = hasTools(import.meta.filename, 'gpg');

test.each([
  {
    what: 'the file of the ssh key',
    settings: [
      ['gpg.format', 'ssh'],
      ['user.signingKey', '/nowhere/id.pub'],
    ],
    reason: /there is no \/nowhere\/id\.pub, which user\.signingKey names/,
    remedy: /git config user\.signingKey FILE$/,
  },
  {
    what: 'the name of an ssh key',
    settings: [['gpg.format', 'ssh']],
    reason: /signed by ssh, and no key is named/,
    remedy: /git config user\.signingKey FILE$/,
  },
  {
    what: 'the key of the agent',
    settings: [
      ['gpg.format', 'ssh'],
      ['user.signingKey', 'key::ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ'],
    ],
    reason: /the ssh agent does not have the key/,
    remedy: /^ssh-add$/,
  },
  {
    what: 'the program that signs',
    settings: [['gpg.program', '/nowhere/gpg']],
    reason: /there is no \/nowhere\/gpg, which is to sign/,
    remedy: /^Install it/,
  },
] as const)('$what that is not there is named, and no passphrase is asked for', async (one) => {
  using repository = without(...one.settings);
  const obstacle = await repository.service.commitObstacle();
  expect(obstacle).toMatchObject({
    detail: expect.stringMatching(one.reason),
    remedy: expect.stringMatching(one.remedy),
  });
});

test.skipIf(!hasGpg)('a gpg key that is not there is named', async () => {
  using repository = without(['user.signingKey', '0123456789ABCDEF']);
  expect(await repository.service.commitObstacle()).toMatchObject({
    detail: expect.stringMatching(/gpg has no secret key for 0123456789ABCDEF/),
    command: 'gpg --list-secret-keys',
  });
});

test('on a terminal the passphrase is asked for there, and the commit is signed', async () => {
  using repository = signedRepository();
  const home = join(repository.folder, '..');
  const sources = join(import.meta.dirname, '../../../source');
  const script = join(home, 'commit.ts');
  mkdirSync(join(home, 'ssh'), { recursive: true });
  writeFileSync(
    script,
    `
    import { createExec } from '${sources}/services/world/exec.ts';
    import { createGit } from '${sources}/services/git/git.ts';
    import { createFiles } from '${sources}/services/world/files.ts';
    const environment = { PATH: process.env.PATH, HOME: ${JSON.stringify(home)}, GIT_CONFIG_NOSYSTEM: '1' };
    const world = { exec: createExec(environment, Date.now), files: createFiles(), randomId: () => 'id' };
    const terminal = {
      name: null,
      lend: async (why, work) => {
        console.log(why);
        return await work();
      },
    };
    const git = createGit(world, ${JSON.stringify(repository.folder)}, terminal);
    const done = await git.commit({ message: 'signed', paths: ['flake.lock'] });
    console.log(done.ok ? 'committed' : JSON.stringify(done.failure));
    `,
  );
  const child = spawnInTerminal(process.execPath, [script], { cols: 200, rows: 20 });
  const said = await new Promise<string>((resolve) => {
    let text = '';
    let isAnswered = false;
    child.onData((data) => {
      text += data;
      if (isAnswered || !text.includes('Enter passphrase')) return;
      isAnswered = true;
      child.write('open sesame\r');
    });
    child.onExit(() => resolve(text));
  });
  expect(said).toContain('Git asks for the passphrase of the key that signs the commit.');
  expect(said).toContain('committed');
  expect(repository.git('cat-file', 'commit', 'HEAD')).toContain('BEGIN SSH SIGNATURE');
});
