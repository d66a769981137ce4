import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  symlinkSync('fleet', path.join(folder, 'a fleet'));
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

/** How a shell is started without the person's own files, and told to complete. */
const shells = {
  bash: {
    args: ['--norc', '--noprofile', '-i'],
    prompt: { PS1: 'READY ' },
    setUp: 'source <(nixup completions bash)',
  },
  zsh: {
    args: ['-f', '-i', '-o', 'no_prompt_sp'],
    prompt: { PS1: 'READY ' },
    setUp: 'autoload -Uz compinit; compinit -u; source <(nixup completions zsh)',
  },
} as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const controls = /\u001b\[[?\d;]*[A-Za-z]/g;

/** What stands on the line of a real shell after a press of Tab. */
const afterTab = (shellName: keyof typeof shells, typed: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { args, prompt, setUp } = shells[shellName];
    const shell = spawn(shellName, [...args], {
      cwd: path.join(folder, 'fleet'),
      env: { ...environment(), ...prompt },
      cols: 200,
      rows: 24,
    });
    let said = '';
    let step = 0;
    const limit = setTimeout(() => {
      shell.kill('SIGKILL');
      reject(new Error(`no answer to ${typed}: ${JSON.stringify(said)}`));
    }, 60_000);
    const steps: readonly (readonly [RegExp, string])[] = [
      [/READY $/, `${setUp}; echo "made"\r`],
      [/made\r\n.*READY $/s, `${typed}\t`],
      // The line is whole when what comes after the Tab was taken.
      [/READY \S*nixup [^\r]*$/, '\u0001echo "[\u0005]"\r'],
    ];
    shell.onData((data) => {
      said = (said + data).replaceAll(controls, '');
      const next = steps[step];
      if (next?.[0].test(said) === true) {
        step += 1;
        shell.write(next[1]);
        return;
      }
      const done = /\n\[(\S*nixup [^\]\r\n]*)\]\r\n/.exec(said);
      if (done === null) return;
      clearTimeout(limit);
      shell.onExit(() => resolve(done[1] ?? ''));
      shell.kill('SIGKILL');
    });
  });

const lines = [
  ['nixup stat', 'nixup status '],
  ['nixup --flake . stat', 'nixup --flake . status '],
  ['nixup deploy --mode=dr', 'nixup deploy --mode=dry-activate '],
  ['nixup deploy --mode dr', 'nixup deploy --mode dry-activate '],
  ['nixup update sty', 'nixup update stylix '],
  ['nixup diff flake.l', 'nixup diff flake.lock '],
] as const;

const quotedLines = [
  [
    String.raw`nixup --flake ../a\ fleet update sty`,
    String.raw`nixup --flake ../a\ fleet update stylix `,
  ],
  [`nixup --flake '../a fleet' update sty`, `nixup --flake '../a fleet' update stylix `],
  ['nixup --flake ~/fleet update sty', 'nixup --flake ~/fleet update stylix '],
  ['~/bin/nixup stat', '~/bin/nixup status '],
] as const;

test.each(quotedLines)('bash reads %j as it is meant', async (typed, line) => {
  expect(await afterTab('bash', typed)).toBe(line);
});

test.each(lines)('bash makes %j to %j', async (typed, line) => {
  expect(await afterTab('bash', typed)).toBe(line);
});

/** Not every machine has these shells; the script for each is read and answered here where it is. */
const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((one) => existsSync(path.join(one, program)));

test.skipIf(!has('zsh')).each(lines)('zsh makes %j to %j', async (typed, line) => {
  // zsh leaves out the blank where what follows could go on.
  expect((await afterTab('zsh', typed)).trimEnd()).toBe(line.trimEnd());
});

test.skipIf(!has('zsh')).each(quotedLines)('zsh reads %j as it is meant', async (typed, line) => {
  expect((await afterTab('zsh', typed)).trimEnd()).toBe(line.trimEnd());
});

test.skipIf(!has('fish'))(
  'fish completes subcommands after flags, values of flags, inputs and files',
  () => {
    for (const [typed, line] of [...lines, ...quotedLines]) {
      const said = execFileSync(
        'fish',
        ['--no-config', '-c', 'nixup completions fish | source; complete -C $argv[1]', typed],
        { cwd: path.join(folder, 'fleet'), env: environment(), encoding: 'utf8' },
      );
      const word = line.trimEnd().split(' ').at(-1) ?? '';
      expect(said.split('\n').map((one) => one.split('\t')[0])).toEqual([word, '']);
    }
  },
);

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
