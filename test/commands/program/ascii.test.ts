import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Console } from '../../../source/commands/program/console.ts';
import { runCommand } from '../../../source/commands/run-command.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-ascii-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A lock whose only input is called by a name that is not ASCII. */
const lockAt = (rev: string): string =>
  JSON.stringify({
    nodes: {
      root: { inputs: { été: 'x' } },
      x: {
        locked: { type: 'github', owner: 'o', repo: 'r', rev, narHash: 'sha256-AA=' },
        original: { type: 'github', owner: 'o', repo: 'r' },
      },
    },
    root: 'root',
    version: 7,
  });

const answerIn = async (isAscii: boolean, words: readonly string[]): Promise<string> => {
  const said: string[] = [];
  const never = new AbortController().signal;
  const console: Console = {
    answer: (text) => said.push(text),
    answerRaw: (text) => said.push(text),
    answerJson: (value) => said.push(JSON.stringify(value)),
    tell: (text) => said.push(text),
    terminal: null,
    canAsk: false,
    ask: async () => undefined,
    askSecret: async () => null,
    canceled: never,
    unread: never,
  };
  await runCommand(words, {
    console,
    isAscii,
    createWorld: async () => createProcessWorld(),
    openEngine: () => Promise.reject(new Error('a difference needs no engine')),
    openScreen: undefined,
  });
  return said.join('\n');
};

const answerTo = async (...words: readonly string[]): Promise<string> =>
  await answerIn(false, words);

const difference = async (...flags: readonly string[]): Promise<string> => {
  const files = { old: path.join(folder, 'old'), new: path.join(folder, 'new') };
  await writeFile(files.old, lockAt('a'.repeat(40)));
  await writeFile(files.new, lockAt('b'.repeat(40)));
  return await answerTo('diff', files.old, files.new, ...flags);
};

test('--ascii draws the signs of a difference with ASCII, and letters that it has not as question marks', async () => {
  expect(await difference()).toMatch(/été +updated +aaaaaaa → bbbbbbb/);
  expect(await difference('--ascii')).toMatch(/\?t\? +updated +aaaaaaa > bbbbbbb/);
  for (const flag of ['--markdown', '--json'])
    expect(await difference('--ascii', flag)).toMatch(/^[\n\u0020-\u007e]*$/);
});

test('JSON says the same with --ascii', async () => {
  expect(JSON.parse(await difference('--json', '--ascii'))).toEqual(
    JSON.parse(await difference('--json')),
  );
});

test('--ascii holds for the help too', async () => {
  const help = await answerTo('update', '--help', '--ascii');
  expect(help).toContain('nixup update');
  expect(help).toMatch(/^[\n\u0020-\u007e]*$/);
});

test('in a locale without UTF-8 text is ASCII by itself, and JSON is as it was', async () => {
  await difference();
  const words = ['diff', path.join(folder, 'old'), path.join(folder, 'new')];
  expect(await answerIn(true, words)).toMatch(/\?t\? +updated +aaaaaaa > bbbbbbb/);
  expect(await answerIn(true, [...words, '--json'])).toBe(
    await answerIn(false, [...words, '--json']),
  );
  expect(await answerIn(true, ['update', '--help'])).toMatch(/^[\n\u0020-\u007e]*$/);
  expect(await answerIn(true, ['upd\u00e4te'])).toMatch(/^[\n\u0020-\u007e]*$/);
});
