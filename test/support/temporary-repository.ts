import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GitWorld } from '../../source/services/git/command.ts';
import { createGit, type Git } from '../../source/services/git/git.ts';
import { createExec } from '../../source/services/world/exec.ts';
import { createFiles } from '../../source/services/world/files.ts';

export interface TemporaryRepository {
  readonly folder: string;
  readonly world: GitWorld;
  readonly service: Git;
  /** Runs git in the repository; its trimmed output. */
  git(...args: readonly string[]): string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** The service for a folder below the root. */
  below(folder: string): Git;
  /** Adds a bare repository as `origin`, pushes main, and answers its folder. */
  addOrigin(): string;
  [Symbol.dispose](): void;
}

/** A real repository with one commit, cut off from the machine's own git settings. */
export const temporaryRepository = (
  files: Readonly<Record<string, string>> = { 'flake.nix': '{}\n', 'flake.lock': '{"a":1}\n' },
): TemporaryRepository => {
  const home = mkdtempSync(join(tmpdir(), 'nixup-git-'));
  const folder = join(home, 'fleet');
  const environment: Readonly<Record<string, string>> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n',
  );
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(folder);
  git('init', '--quiet');
  for (const [path, text] of Object.entries(files)) write(path, text);
  git('add', '--all');
  git('commit', '--quiet', '--message=start');
  let ids = 0;
  const world: GitWorld = {
    exec: createExec(environment, Date.now),
    randomId: () => {
      ids += 1;
      return `id${ids}`;
    },
    files: createFiles(),
    hostName: 'desk',
    processId: process.pid,
    isProcessAlive: (pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    },
  };
  return {
    folder,
    world,
    git,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    service: createGit(world, folder),
    below: (inner) => createGit(world, join(folder, inner)),
    addOrigin: () => {
      const origin = join(home, 'origin.git');
      git('init', '--quiet', '--bare', origin);
      git('remote', 'add', 'origin', origin);
      git('push', '--quiet', '--set-upstream', 'origin', 'main');
      return origin;
    },
    [Symbol.dispose]: () => {
      rmSync(home, { recursive: true, force: true });
    },
  };
};
