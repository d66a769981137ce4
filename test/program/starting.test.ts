import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionTable } from '../../source/actions/table.ts';
import { openProgram, type ScreenProgram } from './screen-program.ts';

let folder = '';
let flake = '';
let bin = '';

/** A program of this name that waits until a file is there. */
const gated = async (name: string, then: string): Promise<void> => {
  const file = path.join(bin, name);
  const gate = path.join(folder, `${name}-may-go`);
  await writeFile(file, `#!/bin/sh\nwhile [ ! -e '${gate}' ]; do sleep 0.05; done\n${then}\n`);
  await chmod(file, 0o755);
};
const letGo = (name: string): Promise<void> => writeFile(path.join(folder, `${name}-may-go`), '');

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-starting-'));
  flake = path.join(folder, 'flake');
  bin = path.join(folder, 'bin');
  await mkdir(flake);
  await mkdir(bin);
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: flake });
  };
  await writeFile(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  await gated('git', `exec '${real}' "$@"`);
  await gated('nix', "echo 'error: no Nix in this test' >&2; exit 1");
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const sequences: Readonly<Record<string, string>> = {
  space: ' ',
  enter: '\r',
  escape: '\u001b[27u',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  backspace: '\u007f',
  delete: '\u001b[3~',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  home: '\u001b[H',
  end: '\u001b[F',
};

const sent = (key: string): string =>
  sequences[key] ??
  (key.startsWith('^') && key.length === 2 ? String.fromCharCode(key.charCodeAt(1) & 0x1f) : key);

/** Those that leave the program, or give the terminal to another: what follows would be for that. */
const ends = new Set(['quit', 'cancel', 'suspend', 'edit']);
const keys = actionTable.filter(({ id }) => !ends.has(id)).flatMap((row) => row.keys);

/** Every key, each followed by one that closes what it opened. */
const everyKey = keys.map((key) => `${sent(key)}${sent('escape')}`).join('');

const open = (): ScreenProgram =>
  openProgram({
    words: ['--flake', flake],
    folder,
    columns: 120,
    rows: 36,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });

test('every key while the flake is being read is answered, and ends nothing', async () => {
  const screen = open();
  try {
    // Kept by the terminal until the first frame stands.
    screen.write(everyKey);
    await screen.waitFor('Opening the flake');
    await screen.repaint();
    screen.write('e');
    await screen.repaint();
    for (const [key, words] of [
      ['R', 'refresh: nixup is still reading the flake'],
      ['u', 'update: nixup is still reading the flake'],
      ['C', 'check: nixup is still reading the flake'],
      ['m', 'move on: nixup is still reading the flake'],
      ['c', 'commit: nixup is still reading the flake'],
      ['T', 'every host is tested as soon as the hosts are read'],
    ] as const) {
      screen.write(`1${key}`);
      await screen.waitFor(words);
    }
    for (const view of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      screen.write(keys.map((key) => `${view}${sent(key)}${sent('escape')}`).join(''));
      await screen.repaint();
    }
    expect(screen.output()).not.toContain('no git repository');
    await letGo('git');
    // The engine is open: Nix is asked for the hosts.
    await screen.until((text) => !text.includes('still reading the flake'), 'the flake is open');
    screen.write(everyKey);
    await screen.repaint();
    await letGo('nix');
    await screen.waitFor('no Nix in this test');
    screen.write(everyKey);
    await screen.repaint();
    expect(screen.hasEnded()).toBe(false);
    expect(screen.output()).not.toContain('crashed');
  } finally {
    await screen.close();
  }
});
