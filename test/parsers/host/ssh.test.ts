import { expect, test } from 'vitest';
import { readSshTrouble } from '../../../source/parsers/host/ssh.ts';

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
  ['a closed port', 'ssh: connect to host p510 port 9: Connection refused', 'closed'],
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
  // sshconnect.c ssh_create_socket
  [
    'an address of its own that is not there',
    'bind [203.0.113.9]:0: Cannot assign requested address\nssh: connect to host 127.0.0.1 port 22: failure',
    'not-started',
  ],
  // ssh.c
  ['jumps in a ring', 'jumphost loop via p1', 'not-started'],
  ['a name that is no whole one', 'ssh: Could not resolve host "p1"', 'unreachable'],
  // sshconnect.c ssh_proxy_fdpass_connect
  [
    'a program that opens no way',
    'mm_receive_fd: recvmsg: expected received 1 got 0\nproxy dialer did not pass back a connection',
    'hop',
  ],
  // kex.c
  [
    'an sshd of other algorithms',
    'Unable to negotiate with 192.0.2.4 port 22: no matching host key type found. Their offer: ssh-rsa',
    'no-agreement',
  ],
  ['a line of a script on the host', '/bin/sh: line 3: foo: not found', 'unclear'],
  ['no words at all', '', 'unclear'],
])('%s is told apart', (_what, text, kind) => {
  expect(readSshTrouble(text.split('\n')).kind).toBe(kind);
});

test('a changed key is not taken for an unknown one, although ssh says both', () => {
  expect(readSshTrouble(changed.split('\n'))).toEqual({ kind: 'host-key-changed' });
});

const unknownPort = 'Connection closed by UNKNOWN port 65535';

/** Text, kind and telling line; each with the file of OpenSSH, PAM or the program that prints it. */
test.each([
  // readconf.c process_config_line_depth
  [
    '/root/.ssh/config line 7: keyword user extra arguments at end of line',
    'not-started',
    '/root/.ssh/config line 7: keyword user extra arguments at end of line',
  ],
  // misc.c unix_listener
  [
    'unix_listener: cannot bind to path /gone/x: No such file or directory',
    'not-started',
    'unix_listener: cannot bind to path /gone/x: No such file or directory',
  ],
  // kex.c, by way of packet.c ssh_dispatch_run_fatal
  [
    'Unable to negotiate with 192.0.2.4 port 22: no matching key exchange method found. Their offer: x',
    'no-agreement',
    'Unable to negotiate with 192.0.2.4 port 22: no matching key exchange method found. Their offer: x',
  ],
  [
    'Unable to negotiate with 192.0.2.4 port 22: no matching cipher found. Their offer: x',
    'no-agreement',
    'Unable to negotiate with 192.0.2.4 port 22: no matching cipher found. Their offer: x',
  ],
  [
    'Unable to negotiate with 192.0.2.4 port 22: no matching MAC found. Their offer: x',
    'no-agreement',
    'Unable to negotiate with 192.0.2.4 port 22: no matching MAC found. Their offer: x',
  ],
  [
    'Unable to negotiate with 192.0.2.4 port 22: no matching compression method found. Their offer: x',
    'no-agreement',
    'Unable to negotiate with 192.0.2.4 port 22: no matching compression method found. Their offer: x',
  ],
  [
    'Protocol major versions differ: 2 vs. 1',
    'no-agreement',
    'Protocol major versions differ: 2 vs. 1',
  ],
  // sshconnect.c check_host_key (RequiredRSASize)
  [
    'Bad server host key: Invalid key length',
    'no-agreement',
    'Bad server host key: Invalid key length',
  ],
  // authfile.c sshkey_perm_ok
  [
    '@@@@@@@\n@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n@@@@@@@\nPermissions 0644 for \'/root/.ssh/id\' are too open.\nLoad key "/root/.ssh/id": bad permissions\nroot@p510: Permission denied (publickey).',
    'own-files',
    "Permissions 0644 for '/root/.ssh/id' are too open.",
  ],
  // sshconnect2.c load_identity_file, sign_and_send_pubkey
  [
    'Load key "/root/.ssh/id": error in libcrypto\nroot@p510: Permission denied (publickey).',
    'own-files',
    'Load key "/root/.ssh/id": error in libcrypto',
  ],
  [
    'sign_and_send_pubkey: signing failed for ED25519 "/root/.ssh/id" from agent: agent refused operation\nroot@p510: Permission denied (publickey).',
    'own-files',
    'sign_and_send_pubkey: signing failed for ED25519 "/root/.ssh/id" from agent: agent refused operation',
  ],
  // pam_unix pam_sm_acct_mgmt, then auth2-pubkey.c ends the connection
  [
    'Your account has expired; please contact your system administrator.\nConnection closed by 192.0.2.4 port 22',
    'login-refused',
    'Your account has expired; please contact your system administrator.',
  ],
  // pam_nologin shows /etc/nologin, whatever it says
  [
    'Moving to the new rack.\nBack on Monday.\nConnection closed by 192.0.2.4 port 22',
    'login-refused',
    'Moving to the new rack. Back on Monday.',
  ],
  // systemd-user-sessions.service: over in a minute, and tried again
  [
    'System is booting up. Unprivileged users are not permitted to log in yet.\nConnection closed by 192.0.2.4 port 22',
    'closed',
    'System is booting up. Unprivileged users are not permitted to log in yet.',
  ],
  // auth.c auth_maxtries_exceeded
  [
    'Received disconnect from 192.0.2.4 port 22:2: Too many authentication failures\nDisconnected from 192.0.2.4 port 22',
    'login-refused',
    'Received disconnect from 192.0.2.4 port 22:2: Too many authentication failures',
  ],
  // tailssh
  [
    'tailscale: tailnet policy does not permit you to SSH to this node\nConnection closed by 100.64.0.1 port 22',
    'login-refused',
    'tailscale: tailnet policy does not permit you to SSH to this node',
  ],
  // sshd.c MaxStartups and PerSourcePenalties end it before a word
  [
    'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 192.0.2.4 port 22',
    'closed',
    'kex_exchange_identification: read: Connection reset by peer',
  ],
  [
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 192.0.2.4 port 22',
    'closed',
    'kex_exchange_identification: Connection closed by remote host',
  ],
  ['mystery of a future version', 'unclear', 'mystery of a future version'],
])('%j is %s', (text, kind, detail) => {
  expect(readSshTrouble(text.split('\n'))).toEqual({ kind, detail });
});

/** What stands between is told from the host behind it. */
test.each([
  // the shell of ProxyCommand (sshconnect.c ssh_proxy_connect)
  [`/bin/sh: line 1: exec: cloudflared: not found\n${unknownPort}`, 'hop', null],
  [
    `sh: 1: exec: cloudflared: not found\nkex_exchange_identification: Connection closed by remote host\n${unknownPort}`,
    'hop',
    null,
  ],
  [`zsh:1: command not found: cloudflared\n${unknownPort}`, 'hop', null],
  [`nc: bad address 'p510'\n${unknownPort}`, 'hop', null],
  // the ssh of ProxyJump
  [`root@jump: Permission denied (publickey).\n${unknownPort}`, 'hop', 'jump'],
  [`ssh: connect to host jump port 22: No route to host\n${unknownPort}`, 'hop', 'jump'],
  [
    `ssh: Could not resolve hostname jump: Name or service not known\n${unknownPort}`,
    'hop',
    'jump',
  ],
  [
    `No ED25519 host key is known for jump and you have requested strict checking.\nHost key verification failed.\n${unknownPort}`,
    'hop',
    'jump',
  ],
  // channels.c on the jump
  [
    `channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed\n${unknownPort}`,
    'hop',
    null,
  ],
] as const)('%j fails on the way', (text, kind, hop) => {
  expect(readSshTrouble(text.split('\n'))).toMatchObject({ kind, hop });
});

test.each([
  ['No route to host', 'unreachable'],
  ['Connection timed out', 'timeout'],
  ['Connection refused', 'closed'],
])('a host behind a jump host is told of by the jump host: %s', (words, kind) => {
  const text = `channel 0: open failed: connect failed: ${words}\nstdio forwarding failed\n${unknownPort}`;
  expect(readSshTrouble(text.split('\n'))).toEqual({ kind, detail: words });
});

test('a host that takes the connection and says nothing is told apart from one that is asleep', () => {
  const given = 'Connection timed out during banner exchange';
  expect(readSshTrouble([given, 'Connection to 192.0.2.7 port 22 timed out'])).toEqual({
    kind: 'timeout',
    detail: given,
    isConnected: true,
  });
  const asleep = 'ssh: connect to host web port 22: Connection timed out';
  expect(readSshTrouble([asleep])).toEqual({ kind: 'timeout', detail: asleep });
});

test('silence through a jump host is silence of the host', () => {
  const text =
    'Connection timed out during banner exchange\nConnection to UNKNOWN port 65535 timed out';
  const trouble = readSshTrouble(text.split('\n'));
  expect(trouble.kind).toBe('timeout');
  expect(trouble).not.toHaveProperty('isConnected');
});

const unsupported = '/etc/ssh/ssh_config line 53: Unsupported option "gssapiauthentication"';

test.each([
  ['ssh: connect to host web port 22: No route to host', 'unreachable'],
  ['web: Permission denied (publickey).', 'login-refused'],
  ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @', 'host-key-changed'],
])('an option that this ssh no longer has hides no reason: %s', (line, kind) => {
  expect(readSshTrouble([unsupported, line]).kind).toBe(kind);
  const deprecated = unsupported.replace('Unsupported', 'Deprecated');
  expect(readSshTrouble([deprecated, line]).kind).toBe(kind);
});

test.each([
  'Notice: idle sessions are timed out after 10 minutes.',
  'Host is down for maintenance on Sundays.',
  'Error: timed out waiting for login at https://example.org',
])('words of a host that is there do not put it to sleep: %s', (banner) => {
  expect(readSshTrouble([banner, 'Connection closed by 192.0.2.1 port 22'])).toEqual({
    kind: 'login-refused',
    detail: banner,
  });
});

const warnings = [
  // clientloop.c update_known_hosts, hostfile.c: UpdateHostKeys where known_hosts cannot be written
  'update_known_hosts: hostfile_replace_entries failed for /home/u/.ssh/known_hosts: Read-only file system',
  'hostfile_replace_entries: mkstemp: Operation not permitted',
  // sshconnect.c check_host_key
  'Failed to add the host to the list of known hosts (/home/u/.ssh/known_hosts).',
  'hostkeys_foreach failed for /home/u/.ssh/known_hosts: Permission denied',
  // ssh.c load_public_identity_files, sshconnect2.c, authfile.c, authfd.c
  'Warning: Identity file /home/u/.ssh/deploy not accessible: No such file or directory.',
  'no such identity: /home/u/.ssh/deploy: No such file or directory',
  'Load key "/home/u/.ssh/deploy": Permission denied',
  "Permissions 0644 for '/home/u/.ssh/deploy' are too open.",
  'get_agent_identities: ssh_get_authentication_socket: Connection refused',
  // channels.c channel_setup_fwd_listener_tcpip
  'bind [127.0.0.1]:8080: Address already in use',
  'bind [::1]:8080: Cannot assign requested address',
  'channel_setup_fwd_listener_tcpip: cannot listen to port: 8080',
  'Could not request local forwarding.',
  // mux.c muxserver_listen, muxclient
  'ControlSocket /run/user/0/x already exists, disabling multiplexing',
  'Control socket connect(/run/user/0/x): Permission denied',
  'unix_listener: cannot bind to path /run/user/0/x: Address already in use',
];

test.each(warnings)('what ssh says and goes on after never hides how it ended: %s', (warning) => {
  for (const [ending, kind] of [
    ['client_loop: send disconnect: Broken pipe', 'lost'],
    ['Timeout, server 192.0.2.7 not responding.', 'lost'],
    ['Connection to 192.0.2.7 closed by remote host.', 'lost'],
    ['ssh: connect to host ec2 port 22: Connection timed out', 'timeout'],
    ['Connection timed out during banner exchange', 'timeout'],
    ['ssh: connect to host ec2 port 22: No route to host', 'unreachable'],
    ['ssh: connect to host ec2 port 22: Connection refused', 'closed'],
    ['kex_exchange_identification: read: Connection reset by peer', 'closed'],
  ] as const)
    expect(readSshTrouble([warning, ending])).toEqual({ kind, detail: ending });
});

test('a file of known keys that cannot be read is why a key is not known', () => {
  const trouble = readSshTrouble([
    'hostkeys_foreach failed for /home/u/.ssh/known_hosts: Permission denied',
    'No ED25519 host key is known for p510 and you have requested strict checking.',
    'Host key verification failed.',
  ]);
  expect(trouble.kind).toBe('own-files');
});

/** Program and its words; each with the file or package that prints it. */
test.each([
  // nc of OpenBSD (netcat.c), nc.traditional, busybox networking/nc.c
  ['nc: connect to nas port 22 (tcp) failed: Connection timed out', 'timeout'],
  ['nc: connect to 192.0.2.7 port 22 (tcp) failed: No route to host', 'unreachable'],
  ['nas.lan [192.0.2.7] 22 (ssh) : No route to host', 'unreachable'],
  ['(UNKNOWN) [192.0.2.7] 22 (ssh) : Connection timed out', 'timeout'],
  ["nc: can't connect to remote host (192.0.2.7): Host is unreachable", 'unreachable'],
  // ncat_connect.c
  ['Ncat: No route to host.', 'unreachable'],
  ['Ncat: TIMEOUT.', 'timeout'],
  ['Ncat: Connection timed out.', 'timeout'],
  // xio-ip.c
  [
    '2026/01/02 03:04:05 socat[77] E connect(5, AF=2 192.0.2.7:22, 16): No route to host',
    'unreachable',
  ],
  [
    '2026/01/02 03:04:05 socat[77] E connect(5, AF=2 192.0.2.7:22, 16): Connection timed out',
    'timeout',
  ],
  // net.OpError of Go, in cmd/tailscale/cli/nc.go and cloudflared's carrier
  [
    'Dial("nas", 22): unexpected HTTP response: 502, dial tcp 100.64.0.7:22: i/o timeout',
    'timeout',
  ],
  ['dial tcp 192.0.2.7:22: connect: no route to host', 'unreachable'],
  [
    '2026-01-02T03:04:05Z ERR failed to connect to origin error="dial tcp 192.0.2.7:443: i/o timeout"',
    'timeout',
  ],
  // aws ssm start-session
  [
    'An error occurred (TargetNotConnected) when calling the StartSession operation: i-0 is not connected.',
    'unreachable',
  ],
])('a program on the way that gets no answer from behind it: %s', (line, kind) => {
  const before =
    'Warning: Identity file /home/u/.ssh/deploy not accessible: No such file or directory.';
  const after = ['kex_exchange_identification: Connection closed by remote host', unknownPort];
  expect(readSshTrouble([line, ...after])).toEqual({ kind, detail: line });
  expect(readSshTrouble([before, line, ...after])).toEqual({ kind, detail: line });
});

test.each([
  'Ncat: Proxy returned status code 403.',
  '2026-01-02T03:04:05Z ERR failed to connect to origin error="websocket: bad handshake"',
  'Ncat: Connection refused.',
])('a program on the way that was refused is told: %s', (line) => {
  expect(readSshTrouble([line, unknownPort])).toMatchObject({ kind: 'hop', detail: line });
});
