import { expect, test } from 'vitest';
import { readPushRefusal } from '../../../source/parsers/git/push.ts';

test.each([
  [
    'behind',
    [
      'To ../origin.git',
      ' ! [rejected]        main -> main (fetch first)',
      "error: failed to push some refs to '../origin.git'",
    ],
  ],
  [
    'refused-by-server',
    [
      'remote: error: GH006: Protected branch update failed for refs/heads/main.',
      ' ! [remote rejected] main -> main (protected branch hook declined)',
    ],
  ],
  ['refused-by-server', [' ! [remote rejected] main -> main (pre-receive hook declined)']],
  [
    'login',
    [
      'git@github.com: Permission denied (publickey).',
      'fatal: Could not read from remote repository.',
    ],
  ],
  ['login', ["fatal: could not read Username for 'https://github.com': terminal prompts disabled"]],
  [
    'login',
    [
      'remote: Permission to a/b.git denied to ada.',
      "fatal: unable to access 'https://github.com/a/b/': The requested URL returned error: 403",
    ],
  ],
  ['host-key', ['Host key verification failed.', 'fatal: Could not read from remote repository.']],
  ['offline', ['ssh: Could not resolve hostname github.com: Temporary failure in name resolution']],
  ['offline', ["fatal: unable to access 'https://x.invalid/': Could not resolve host: x.invalid"]],
  ['unreachable', ['ssh: connect to host 192.0.2.9 port 22: Connection timed out']],
  ['no-repository', ["fatal: '/gone.git' does not appear to be a git repository"]],
  [
    'checked-out',
    [
      'remote: error: refusing to update checked out branch: refs/heads/main',
      ' ! [remote rejected] main -> main (branch is currently checked out)',
    ],
  ],
  ['unknown', ['fatal: something else']],
  ['unknown', []],
])('%s is told apart: %j', (kind, tail) => {
  expect(readPushRefusal(tail).kind).toBe(kind);
});

test("what is told is git's reason, and not its advice after it", () => {
  expect(
    readPushRefusal([
      'fatal: protocol is of no use here',
      '',
      'Please make sure you have the correct access rights',
      'and the repository exists.',
    ]),
  ).toEqual({ kind: 'unknown', detail: 'protocol is of no use here' });
});
