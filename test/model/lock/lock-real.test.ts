import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { FlakeLock } from '../../../source/model/lock/lock.ts';
import { revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { hasTools } from '../../support/needs.ts';

const hasNix = hasTools(import.meta.filename, 'nix');

const folder = mkdtempSync(join(tmpdir(), 'nixup-lock-'));

afterAll(() => {
  // The store makes its paths read-only.
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** A store, a configuration and a home of its own: the machine's Nix is not touched. */
const env = {
  PATH: process.env['PATH'],
  HOME: folder,
  NIX_CONF_DIR: join(folder, 'conf'),
  NIX_STORE_DIR: join(folder, 'store'),
  NIX_STATE_DIR: join(folder, 'state'),
  NIX_LOG_DIR: join(folder, 'log'),
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
};

const at = (name: string): string => join(folder, name);

const run = (program: string, cwd: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const nix = (...args: readonly string[]): string =>
  run('nix', at('top'), '--extra-experimental-features', 'nix-command flakes', ...args);

/** A repository with a flake that has these inputs. */
const publish = (name: string, inputs: Readonly<Record<string, string>>, mark: string): void => {
  mkdirSync(at(name), { recursive: true });
  const lines = Object.entries(inputs).map(([input, value]) => `  inputs.${input} = ${value};`);
  const text = `{\n${lines.join('\n')}\n  outputs = _: { mark = "${mark}"; };\n}\n`;
  writeFileSync(join(at(name), 'flake.nix'), text);
  run('git', at(name), 'init', '-q');
  run('git', at(name), 'add', '.');
  run('git', at(name), 'commit', '-q', '--allow-empty', '-m', mark);
};

const url = (name: string, more = ''): string => `{ url = "git+file://${at(name)}"; ${more} }`;

const lockFile = (): string => join(at('top'), 'flake.lock');

const readLock = (): { readonly text: string; readonly lock: FlakeLock } => {
  const text = readFileSync(lockFile(), 'utf8');
  const lock = parseFlakeLock(text, 'flake.lock');
  if (!lock.ok) throw new Error(JSON.stringify(lock.failure));
  return { text, lock: lock.value };
};

const publishLeaves = (mark: string): void => {
  publish('leaf', {}, mark);
  publish('other', { leaf: url('leaf') }, mark);
  publish('middle', { leaf: url('leaf'), deep: url('other') }, mark);
  publish('side', { leaf: url('leaf'), again: url('leaf') }, mark);
};

let old = { text: '', lock: { version: 7, root: '', nodes: new Map() } as FlakeLock };
let now = old;

beforeAll(() => {
  if (!hasNix) return;
  publishLeaves('one');
  const inputs = {
    leaf: url('leaf'),
    middle: url('middle', 'inputs.leaf.follows = "leaf";'),
    side: url('side'),
    other: url('other', 'inputs.leaf.follows = "middle/deep/leaf";'),
  };
  publish('top', inputs, 'top');
  nix('flake', 'lock');
  old = readLock();
  publishLeaves('two');
  run('git', at('top'), 'add', '.');
  nix('flake', 'update');
  now = readLock();
});

test.runIf(hasNix)('locks that Nix wrote are written back byte for byte', () => {
  expect(old.lock.nodes.size).toBeGreaterThan(8);
  for (const { text, lock } of [old, now]) expect(writeFlakeLock(lock)).toBe(text);
});

test.runIf(hasNix)('the difference names the inputs that Nix moved, and who moves along', () => {
  const changes = diffLocks(old.lock, now.lock);
  expect(changes.every((change) => change.kind === 'updated')).toBe(true);
  const named = new Map(changes.map((change) => [change.path, change.alsoMoves]));
  expect(named.get('leaf')).toEqual(['middle/leaf']);
  expect(named.get('middle/deep/leaf')).toEqual(['other/leaf']);
  expect(changes.every((change) => change.commits?.count === 1)).toBe(true);
});

test.runIf(hasNix)('Nix accepts a lock with reverted inputs and leaves it as it is', () => {
  for (const paths of [['middle'], ['side', 'leaf'], ['other'], ['middle/deep']]) {
    const reverted = revertInputs(old.lock, now.lock, paths);
    if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
    const text = writeFlakeLock(reverted.value);
    expect(text).not.toBe(now.text);
    writeFileSync(lockFile(), text);
    nix('flake', 'metadata', '--no-update-lock-file');
    nix('flake', 'lock');
    expect(readFileSync(lockFile(), 'utf8')).toBe(text);
  }
});

test.runIf(hasNix)('reverting every input gives the file that Nix wrote before', () => {
  const reverted = revertInputs(old.lock, now.lock, ['side', 'other', 'leaf', 'middle']);
  expect(reverted.ok && writeFlakeLock(reverted.value)).toBe(old.text);
});
