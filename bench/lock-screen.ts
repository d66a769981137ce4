import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';

const root = path.join(import.meta.dirname, '..');

/** The answer to a key may take so long on the processor, ms, 19 times of 20. */
const goalMs = 50;

export interface LockScreen {
  press(keys: string): void;
  until(what: string, holds: (output: string) => boolean): Promise<void>;
  /** Whether the word was drawn since the start. */
  drew(word: string): boolean;
  /** Milliseconds of the answers to keys that are pressed in turns, on the processor. */
  timesOf(presses: number, ...keys: readonly string[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const makeScratch = (): string => mkdtempSync(path.join(os.tmpdir(), 'nixup-lock-keys-'));

/** Runs git as somebody, in a folder. */
export const git = (folder: string, words: readonly string[], input?: string): void => {
  const who = ['-c', 'user.name=b', '-c', 'user.email=b@example.org'];
  execFileSync('git', ['-C', folder, ...who, ...words], {
    stdio: ['pipe', 'ignore', 'inherit'],
    ...(input === undefined ? {} : { input, maxBuffer: 1 << 30 }),
  });
};

/**
 * The program in a pseudo-terminal of 160x50, over a flake whose lock moved,
 * without Nix and hosts. `answer` is the word that each drawing of a row has.
 */
export const openLockScreen = (
  scratch: string,
  locks: { readonly committed: string; readonly now: string },
  answer: string,
): LockScreen => {
  const flake = path.join(scratch, 'flake');
  const bin = path.join(scratch, 'bin');
  const times = path.join(scratch, 'times');
  for (const folder of [flake, bin]) mkdirSync(folder);
  for (const name of ['nix', 'ssh', 'nix-instantiate']) {
    writeFileSync(path.join(bin, name), '#!/bin/sh\nexit 1\n');
    chmodSync(path.join(bin, name), 0o755);
  }
  writeFileSync(times, '');
  writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  writeFileSync(path.join(flake, 'flake.lock'), locks.committed);
  git(flake, ['init', '-q']);
  git(flake, ['add', '--all']);
  git(flake, ['commit', '-q', '-m', 'Begin']);
  writeFileSync(path.join(flake, 'flake.lock'), locks.now);
  const child = spawn(
    process.execPath,
    [`--import=${path.join(import.meta.dirname, 'key-times.ts')}`, path.join(root, 'dist/cli.js')],
    {
      cols: 160,
      rows: 50,
      cwd: flake,
      env: {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        HOME: scratch,
        TERM: 'xterm-256color',
        NIXUP_KEY_TIMES: times,
        NIXUP_KEY_WORDS: JSON.stringify({ j: answer, k: answer }),
        XDG_CACHE_HOME: path.join(scratch, 'cache'),
        XDG_STATE_HOME: path.join(scratch, 'state'),
      },
    },
  );
  let output = '';
  child.onData((data) => {
    output += data;
  });
  const answered = (): readonly number[] =>
    readFileSync(times, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  const until: LockScreen['until'] = async (what, holds) => {
    const end = performance.now() + 60_000;
    while (!holds(output)) {
      if (performance.now() > end) throw new Error(`the screen never showed ${what}`);
      await pause(5);
    }
  };
  return {
    press: (keys) => child.write(keys),
    until,
    drew: (word) => output.includes(word),
    timesOf: async (presses, ...keys) => {
      const before = answered().length;
      for (let press = 1; press <= presses; press += 1) {
        const key = keys[press % keys.length] ?? '';
        child.write(key);
        await until(`an answer to ${key}`, () => answered().length >= before + press);
      }
      return answered().slice(before);
    },
    close: async () => {
      child.kill('SIGKILL');
      await pause(100);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};

/** Prints the middle and the late ones; status 1 where these are over the goal. */
export const reportTimes = (what: string, took: readonly number[]): void => {
  const sorted = took.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  process.stdout.write(
    `${what.padEnd(24)} ${middle.toFixed(1)} ms in the middle, ${late.toFixed(1)} ms for 19 of 20 (at most ${goalMs})\n`,
  );
  if (late > goalMs) process.exitCode = 1;
};
