import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CommandAnswer,
  type DiffRequest,
  runDiff,
} from '../../../source/commands/reports/answer-diff.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import type { World } from '../../../source/services/world/world.ts';
import { github, lockOf, revision } from '../../support/lock-samples.ts';
import { strictWorld } from '../../support/strict-world.ts';

let folder = '';

const lockText = (rev: string): string =>
  writeFlakeLock(lockOf({ nixpkgs: github('NixOS/nixpkgs', rev) }));

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example',
});

/** Git only: any other program and any request fails the test. */
const world = (): World => {
  const exec = createExec(environment(), () => 0);
  return {
    ...strictWorld(),
    exec: (command, options) => {
      expect(command.file).toBe('git');
      return exec(command, options);
    },
    files: createFiles(),
    environment: environment(),
    folders: { state: folder, home: folder, runtime: folder, cache: join(folder, 'cache') },
    workingFolder: folder,
  };
};

const git = async (...args: readonly string[]): Promise<void> => {
  const ended = await createExec(
    environment(),
    () => 0,
  )({ file: 'git', args: ['-C', join(folder, 'repo'), ...args] });
  if (!ended.ok) throw new Error(JSON.stringify(ended.failure));
};

const inFlake = (name: string): string => join(folder, 'repo', 'sub', name);

const diff = (request: Partial<DiffRequest> = {}): Promise<CommandAnswer> =>
  runDiff({ flake: 'repo/sub', json: false, markdown: false, ...request }, world());

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nixup-diff-'));
  mkdirSync(join(folder, 'repo', 'sub'), { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  for (const rev of ['a', 'b']) {
    writeFileSync(inFlake('flake.lock'), lockText(rev));
    await git('add', '.');
    await git('commit', '--quiet', '--message', rev);
  }
  writeFileSync(inFlake('flake.lock'), lockText('c'));
  writeFileSync(join(folder, 'other.lock'), lockText('a'));
  const conflict = readFileSync(new URL('../../fixtures/locks/conflict.lock', import.meta.url));
  writeFileSync(join(folder, 'conflict.lock'), conflict);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (request: Partial<DiffRequest>): Promise<unknown> => {
  const answer = await diff({ json: true, ...request });
  expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
  return JSON.parse(answer.stdout);
};

const revisions = (old: string, now: string) => [
  { path: 'nixpkgs', kind: 'updated', old: { rev: revision(old) }, new: { rev: revision(now) } },
];

test("HEAD's lock is compared with the working tree's, in a subfolder of the repository", async () => {
  expect(await read({})).toMatchObject({
    version: 1,
    old: 'HEAD:flake.lock',
    new: 'flake.lock',
    changes: revisions('b', 'c'),
  });
});

test('in a folder inside of the flake the lock is that of the flake', async () => {
  mkdirSync(inFlake('hosts/desk'), { recursive: true });
  const flake = 'repo/sub/hosts/desk';
  expect(await read({ flake })).toMatchObject({ changes: revisions('b', 'c') });
  expect(await read({ flake, old: 'HEAD~1', new: 'HEAD' })).toMatchObject({
    changes: revisions('a', 'b'),
  });
});

test('arguments are revisions or files', async () => {
  expect(await read({ old: 'HEAD~1' })).toMatchObject({
    old: 'HEAD~1:flake.lock',
    new: 'flake.lock',
    changes: revisions('a', 'c'),
  });
  expect(await read({ old: 'HEAD~1', new: 'main' })).toMatchObject({
    new: 'main:flake.lock',
    changes: revisions('a', 'b'),
  });
  expect(await read({ old: 'other.lock', new: 'HEAD' })).toMatchObject({
    old: 'other.lock',
    changes: revisions('a', 'b'),
  });
  expect(await read({ old: 'other.lock', new: 'repo/sub' })).toMatchObject({
    changes: revisions('a', 'c'),
  });
});

test('the same lock twice is no difference', async () => {
  expect(await read({ old: 'HEAD', new: 'HEAD' })).toMatchObject({
    changes: [],
    summary: { updated: 0 },
  });
});

test('text and Markdown tell the same change', async () => {
  const short = `${revision('b').slice(0, 7)} → ${revision('c').slice(0, 7)}`;
  expect((await diff()).stdout).toContain(short);
  expect((await diff({ markdown: true })).stdout).toContain(short);
});

test.each<[string, Partial<DiffRequest>, RegExp]>([
  ['an unknown revision', { old: 'no-such' }, /no-such[\s\S]*nixup diff HEAD~1/],
  ['an option in place of a revision', { old: '--output=pwned' }, /neither|not a git revision/],
  [
    'a flake without lock',
    { flake: 'empty', old: 'other.lock' },
    /no such file[\s\S]*nix flake lock/,
  ],
])('%s ends with status 2, file, reason and remedy', async (_, request, message) => {
  const answer = await diff(request);
  expect(answer).toMatchObject({ exitCode: 2, stdout: '' });
  expect(answer.stderr).toMatch(message);
});

test('a lock that was never committed is all new', async () => {
  mkdirSync(join(folder, 'repo', 'new'));
  writeFileSync(join(folder, 'repo', 'new', 'flake.lock'), lockText('a'));
  expect(await read({ flake: 'repo/new' })).toMatchObject({
    changes: [{ path: 'nixpkgs', kind: 'added', old: null }],
  });
});

test('a lock that cannot be read is told with its line, and still compared line by line', async () => {
  const answer = await diff({ old: 'conflict.lock', new: 'other.lock' });
  expect(answer.exitCode).toBe(2);
  expect(answer.stderr).toMatch(/conflict\.lock, line 5: .*conflict markers[\s\S]*\n {2}\S/);
  expect(answer.stdout).toMatch(/^@@ line \d+ → \d+ @@$/m);
  expect(answer.stdout).toMatch(/^-<{7} /m);
  expect(await diff({ old: 'conflict.lock', new: 'other.lock', json: true })).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining('"code": "lock-invalid"'),
  });
});

test('with facts come commits, what their subjects break, and copies, from git alone', async () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  const inSource = async (...args: readonly string[]): Promise<string> => {
    const ended = await createExec(
      environment(),
      () => 0,
    )({ file: 'git', args: ['-C', source, ...args] });
    if (!ended.ok) throw new Error(JSON.stringify(ended.failure));
    return ended.value.stdout.trim();
  };
  await inSource('init', '--quiet', '--initial-branch=main');
  const revs: string[] = [];
  for (const subject of [
    'first',
    'feat(api)!: drop the old one',
    'fix a typo\n\nBREAKING CHANGE: spelled so',
  ]) {
    await inSource('commit', '--quiet', '--allow-empty', '--message', subject);
    revs.push(await inSource('rev-parse', 'HEAD'));
  }
  const [first = '', , last = ''] = revs;
  const write = (name: string, rev: string): void => {
    const input = {
      original: { type: 'git', url: `file://${source}` },
      locked: { type: 'git', url: `file://${source}`, rev, narHash: `sha256-${rev}` },
    };
    const nested = github('o/b', 'b', { inputs: { nixpkgs: github('NixOS/nixpkgs', 'x') } });
    const lock = lockOf({ a: input, b: nested, nixpkgs: github('NixOS/nixpkgs', 'y') });
    writeFileSync(join(folder, name), writeFlakeLock(lock));
  };
  write('facts-old.lock', first);
  write('facts-new.lock', last);
  const request = { old: 'facts-old.lock', new: 'facts-new.lock', facts: true };
  expect(await read(request)).toMatchObject({
    changes: [{ path: 'a', commits: { count: 2, exact: true, source: 'git' } }],
    breaking: [
      { input: 'a', source: 'commit', text: 'fix a typo' },
      { input: 'a', source: 'commit', text: 'feat(api)!: drop the old one' },
    ],
    copies: [
      { source: 'nixos/nixpkgs', follows: ['inputs.b.inputs.nixpkgs.follows = "nixpkgs";'] },
    ],
    subjects: { a: [{ subject: 'fix a typo' }, { subject: 'feat(api)!: drop the old one' }] },
  });
  const markdown = await diff({ ...request, markdown: true });
  expect(markdown.stdout).toMatch(
    /### What may break\n\n- \*\*a\*\* \(commit [0-9a-f]{7}\): fix a typo/,
  );
  expect(markdown.stdout).toContain('<summary>Commits of a</summary>');
  const text = await diff(request);
  expect(text.stdout).toContain('2 commits');
  expect(text.stdout).toContain('nixos/nixpkgs 2 times in 2 revisions');
});
