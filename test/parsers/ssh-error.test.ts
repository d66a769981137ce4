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
  ['no words at all', '', 'lost'],
])('%s is told apart', (_what, text, kind) => {
  expect(readSshTrouble(text.split('\n')).kind).toBe(kind);
});

test('a changed key is not taken for an unknown one, although ssh says both', () => {
  expect(readSshTrouble(changed.split('\n'))).toEqual({ kind: 'host-key-changed' });
});
