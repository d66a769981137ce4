import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { causeOf } from '../../../source/parsers/nix/error.ts';

const captured = (version: string, name: string): readonly string[] =>
  readFileSync(new URL(`../../fixtures/nix/${version}/${name}.txt`, import.meta.url), 'utf8').split(
    '\n',
  );

const rows = [
  ['update-git-gone', 'fetch', /'\/home\/ada\/b' does not appear to be a git repository/],
  [
    'update-git-https',
    'network',
    /unable to access 'https:\/\/127\.0\.0\.1:1\/x\/y\/': Failed to connect/,
  ],
  ['update-git-ssh', 'network', /^ssh: connect to host 127\.0\.0\.1 port 22: Connection refused$/],
  ['update-github', 'network', /api\.github\.com\/repos\/o\/r\/commits\/HEAD/],
  ['update-no-branch', 'fetch', /nobranch/],
] as const;

test.each(
  ['2.8', '2.26', '2.34'].flatMap((version) => rows.map((row) => [version, ...row] as const)),
)('Nix %s: %s is %s, in the words of who failed', (version, name, kind, message) => {
  const cause = causeOf(captured(version, name));
  expect(cause.class).toBe(kind);
  // 2.34 looks into the folder itself, and no git speaks.
  expect(cause.message).toMatch(
    version === '2.34' && name === 'update-git-gone'
      ? /^Git repository "\/home\/ada\/b" does not exist\.$/
      : message,
  );
  // 2.8 names no input.
  expect(cause.input).toBe(version === '2.8' ? undefined : 'b');
});

test.each([
  '2.26',
  '2.34',
])('Nix %s: what is not there or not tracked is no mistake of the configuration', (version) => {
  for (const name of ['update-untracked', 'update-git-untracked', 'update-no-path'])
    expect(causeOf(captured(version, name))).toMatchObject({ class: 'fetch', input: 'b' });
});

test('git that finds no room for Nix is a full disk, and no input', () => {
  // Nix 2.8 with git 2.39, which notes the lock in its index.
  const said = [
    "fatal: sha1 file '/fleet/.git/index.lock' write error. Out of diskspace",
    "error: program 'git' failed with exit code 128",
  ];
  expect(causeOf(said)).toMatchObject({
    class: 'disk-full',
    message: expect.stringContaining('Out of diskspace'),
  });
});
