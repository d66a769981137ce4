import { expect, test } from 'vitest';
import { pushHookWords, readPushRefusal } from '../../../source/parsers/git/push.ts';

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

// Captured from git 2.39 over ssh and https; the words of hooks are those of example hooks.
test.each<[string, readonly string[], readonly string[]]>([
  [
    'of a server that links a request',
    [
      'remote: ',
      'remote: To create a merge request for nixup/0123456789ab, visit:',
      'remote:   https://gitlab.com/ada/fleet/-/merge_requests/new',
      'remote: ',
      'To gitlab.com:ada/fleet.git',
      ' * [new branch]      main -> nixup/0123456789ab',
    ],
    [
      'To create a merge request for nixup/0123456789ab, visit:',
      'https://gitlab.com/ada/fleet/-/merge_requests/new',
    ],
  ],
  [
    'of a hook here and one there',
    [
      'pre-push: 3 files look good',
      'remote: Resolving deltas: 100% (2/2), done.',
      'remote: quota: 12 of 100 MB',
      'To /srv/fleet.git',
      '   0123456..789abcd  main -> main',
    ],
    ['pre-push: 3 files look good', 'quota: 12 of 100 MB'],
  ],
  [
    'of git alone',
    [
      'Enumerating objects: 5, done.',
      'Writing objects: 100% (3/3), 280 bytes | 280.00 KiB/s, done.',
      'Total 3 (delta 0), reused 0 (delta 0), pack-reused 0',
      'To /srv/fleet.git',
      ' + 0123456...789abcd main -> main (forced update)',
      "branch 'main' set up to track 'origin/main'.",
    ],
    [],
  ],
])('the words %s', (_, lines, said) => {
  expect(pushHookWords(lines)).toEqual(said);
});
