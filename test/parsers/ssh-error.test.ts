import { expect, test } from 'vitest';
import { readSshTrouble } from '../../source/parsers/ssh-error.ts';

// Captured from OpenSSH 10 against hosts in each condition.
const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
Host key for p510 has changed and you have requested strict checking.
Host key verification failed.`;

test.each([
  [
    'an unknown key',
    'No ED25519 host key is known for p510 and you have requested strict checking.\nHost key verification failed.',
    'host-key-unknown',
  ],
  ['a changed key', changed, 'host-key-changed'],
  ['a refused login', 'nobody@p510: Permission denied (publickey,password).', 'login-refused'],
  [
    'a host that is off',
    'ssh: connect to host 192.0.2.99 port 22: Connection timed out',
    'timeout',
  ],
  ['a closed port', 'ssh: connect to host p510 port 9: Connection refused', 'unreachable'],
  [
    'a name that nobody knows',
    'ssh: Could not resolve hostname nosuchhost: Temporary failure in name resolution',
    'unreachable',
  ],
  ['a link without a route', 'ssh: connect to host p510 port 22: No route to host', 'unreachable'],
  ['a dead link', 'Timeout, server p510 not responding.', 'lost'],
  ['a restarted sshd', 'Connection to p510 closed by remote host.', 'lost'],
  ['a broken pipe', 'client_loop: send disconnect: Broken pipe', 'lost'],
  // readconf.c: the first line names file and line, the second that it ends.
  [
    'a line of its config that it does not know',
    '/root/.ssh/config: line 3: Bad configuration option: nonsense\n/root/.ssh/config: terminating, 1 bad configuration options',
    'not-started',
  ],
  [
    'a value of its config that is wrong',
    '/etc/ssh/ssh_config line 12: unsupported option "maybe".',
    'not-started',
  ],
  [
    'an option of its command line that is wrong',
    'command-line line 0: Bad configuration option: foo',
    'not-started',
  ],
  // misc.c, readconf.c
  [
    'a config that others may write',
    'Bad owner or permissions on /root/.ssh/config',
    'not-started',
  ],
  // ssh.c
  ['a user without a name', 'No user exists for uid 4711', 'not-started'],
  [
    'a socket in a folder with a long name',
    'unix_listener: path "/run/user/0/x" too long for Unix domain socket',
    'not-started',
  ],
  // kex.c
  [
    'an sshd of other algorithms',
    'Unable to negotiate with 192.0.2.4 port 22: no matching host key type found. Their offer: ssh-rsa',
    'no-agreement',
  ],
  ['a line of a script on the host', '/bin/sh: line 3: foo: not found', 'lost'],
  ['no words at all', '', 'lost'],
])('%s is told apart', (_what, text, kind) => {
  expect(readSshTrouble(text.split('\n')).kind).toBe(kind);
});

test('a changed key is not taken for an unknown one, although ssh says both', () => {
  expect(readSshTrouble(changed.split('\n'))).toEqual({ kind: 'host-key-changed' });
});
