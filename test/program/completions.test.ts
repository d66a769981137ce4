import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
let folder: string;
let bin: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-completions-'));
  bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'nixup'),
    `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'dist/cli.js')}' "$@"\n`,
    { mode: 0o755 },
  );
  const flake = path.join(folder, 'fleet');
  mkdirSync(flake);
  writeFileSync(path.join(flake, 'flake.nix'), '{ }\n');
  writeFileSync(
    path.join(flake, 'flake.lock'),
    JSON.stringify({ version: 7, root: 'root', nodes: { root: { inputs: { stylix: 's' } } } }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({
  PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  HOME: folder,
  TERM: 'dumb',
  XDG_STATE_HOME: path.join(folder, 'state'),
  XDG_CACHE_HOME: path.join(folder, 'cache'),
});

/** What stands on the line of a real bash after a press of Tab. */
const afterTab = (typed: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const shell = spawn('bash', ['--norc', '--noprofile', '-i'], {
      cwd: path.join(folder, 'fleet'),
      env: { ...environment(), PS1: 'READY ' },
      cols: 200,
      rows: 24,
    });
    let said = '';
    let step = 0;
    const limit = setTimeout(() => {
      shell.kill('SIGKILL');
      reject(new Error(`no answer to ${typed}: ${said}`));
    }, 60_000);
    const steps: readonly (readonly [RegExp, string])[] = [
      [/READY $/, 'source <(nixup completions bash); echo "made"\r'],
      [/made\r\n.*READY $/s, `${typed}\t`],
      // The line is whole when what comes after the Tab was taken.
      [/READY nixup [^\r]*$/, '\u0001echo [\u0005]\r'],
    ];
    shell.onData((data) => {
      said += data;
      const next = steps[step];
      if (next?.[0].test(said) === true) {
        step += 1;
        shell.write(next[1]);
        return;
      }
      const done = /\n\[(nixup [^\]\r\n]*)\]\r\n/.exec(said);
      if (done === null) return;
      clearTimeout(limit);
      shell.onExit(() => resolve(done[1] ?? ''));
      shell.kill('SIGKILL');
    });
  });

test.each([
  ['nixup stat', 'nixup status '],
  ['nixup --flake . stat', 'nixup --flake . status '],
  ['nixup deploy --mode=dr', 'nixup deploy --mode=dry-activate '],
  ['nixup deploy --mode dr', 'nixup deploy --mode dry-activate '],
  ['nixup update sty', 'nixup update stylix '],
  ['nixup diff flake.l', 'nixup diff flake.lock '],
])('bash makes %j to %j', async (typed, line) => {
  expect(await afterTab(typed)).toBe(line);
});

test('a line without anything to complete is answered with nothing, and without trouble', () => {
  const answer = execFileSync('nixup', ['__complete', '--', 'check', ''], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  expect(answer).toBe('words\n');
});

test('changed files are those of git, from a folder inside of the repository too', () => {
  const flake = path.join(folder, 'changed');
  const git = (...args: readonly string[]): void => {
    const names = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org'];
    execFileSync('git', ['-C', flake, ...names, ...args], { stdio: 'ignore' });
  };
  mkdirSync(path.join(flake, 'hosts'), { recursive: true });
  const write = (text: string): void => {
    for (const name of ['flake.nix', 'flake.lock', 'hosts/one two.nix'])
      writeFileSync(path.join(flake, name), text);
  };
  git('init', '--quiet');
  write('{ }\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  write('{ a = 1; }\n');
  const answer = execFileSync('nixup', ['__complete', '--', 'commit', '--with', ''], {
    cwd: path.join(flake, 'hosts'),
    env: environment(),
    encoding: 'utf8',
  });
  expect(answer).toBe('words\nflake.nix\nhosts/one two.nix\n');
});
