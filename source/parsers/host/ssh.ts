/** Why ssh ended with its own status 255. */
type SshTrouble =
  | { readonly kind: 'host-key-unknown' }
  | { readonly kind: 'host-key-changed' }
  | { readonly kind: 'login-refused'; readonly detail: string }
  /** Nothing came back in time: as a host that is asleep, unless it took the connection. */
  | { readonly kind: 'timeout'; readonly detail: string; readonly isConnected?: true }
  /** No way to its address, or no address: as a host that is asleep. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** ssh ended before it tried to connect, for example because of its config: no host was asked. */
  | { readonly kind: 'not-started'; readonly detail: string }
  /** A file, a key or an agent of this machine cannot be used as it is. */
  | { readonly kind: 'own-files'; readonly detail: string }
  /** The program or machine in between failed; `hop` is its name where ssh says it. */
  | { readonly kind: 'hop'; readonly hop: string | null; readonly detail: string }
  /** The host is there, but both have no common method (key exchange, cipher) to talk. */
  | { readonly kind: 'no-agreement'; readonly detail: string }
  /** The host is there and takes no connection, or ends it before a login. */
  | { readonly kind: 'closed'; readonly detail: string }
  /** The connection was made and broke: this says nothing about what the command did. */
  | { readonly kind: 'lost'; readonly detail: string }
  /** No rule knows these words, or there are none. */
  | { readonly kind: 'unclear'; readonly detail: string };

type HostLineKind = Exclude<
  SshTrouble['kind'],
  'host-key-unknown' | 'host-key-changed' | 'hop' | 'unclear'
>;

interface Rule {
  readonly kind: HostLineKind | 'host-key-unknown' | 'host-key-changed';
  /** The file of OpenSSH, or the program, that prints it. */
  readonly source: string;
  readonly line: RegExp;
}

/**
 * Lines after which ssh goes on (`error` and `logit` of log.h, where `fatal` ends it) and that
 * explain no ending.
 */
const notices: readonly RegExp[] = [
  // readconf.c: options of another version; a wrong value is `unsupported option`, and ends it
  /\bline \d+: (?:Unsupported|Deprecated|Ignored) option /,
  // clientloop.c update_known_hosts, sshconnect.c: what could not be written down
  /^(?:hostfile_replace_entries|update_known_hosts): |^Failed to add the host to the list of known hosts/,
  // mux.c muxserver_listen, muxclient: a connection of its own is made
  /^ControlSocket .* already exists, disabling multiplexing|^Control socket connect\(.*\): (?!Connection refused)|^unix_listener: cannot bind to path .*: (?:Address already in use|Invalid argument)/,
  // ssh.c ssh_init_forwarding, channels.c: a forwarding that was refused
  /^channel_setup_fwd_listener|^Could not request local forwarding|^Warning: (?:Could not request|remote port forwarding)/,
];

/**
 * Lines after which ssh goes on too, and that explain why a host then refused, or why its key was
 * not found. Any other ending has a reason of its own.
 */
const hindrances: readonly Rule[] = [
  {
    kind: 'own-files',
    source: 'sshconnect.c, hostfile.c, hostkeys.c: files of known keys',
    line: /(?:hostkeys_foreach|load_hostkeys\w*|hostfile_\w+|known_hosts)\b.*(?:Permission denied|failed|Not a directory|Is a directory)|Error checking host key .* in revoked keys file/i,
  },
  {
    kind: 'own-files',
    source:
      'authfile.c sshkey_perm_ok, sshconnect2.c load_identity_file, ssh.c load_public_identity_files',
    line: /^Permissions 0\d+ for .* are too open|^Load key .*: |^no such identity: |Identity file .* not accessible/i,
  },
  {
    kind: 'own-files',
    source: 'sshconnect2.c, authfd.c: the agent',
    line: /agent refused operation|Could not open a connection to your authentication agent|communication with agent failed|get_agent_identities: |Error connecting to agent|sign_and_send_pubkey: (?:signing failed|no separate private key|no mutual)/i,
  },
  {
    kind: 'not-started',
    source: 'channels.c channel_setup_fwd_listener_tcpip; sshconnect.c ssh_create_socket',
    line: /^(?:bind|getaddrinfo|getifaddrs)\b.*: ./i,
  },
];

/**
 * The lines that ssh ends with, by what they mean; the first rule that fits a
 * line wins, and of its lines the first, as ssh says the reason before the
 * consequence. Files are those of OpenSSH 9 and 10.
 */
const rules: readonly Rule[] = [
  {
    kind: 'lost',
    source: 'clientloop.c, packet.c: only a connection that was made breaks',
    line: /^client_loop: send disconnect|^Timeout, server \S+ not responding|^Connection to \S+ closed by remote host|^Shared connection to \S+ closed|^packet_write_wait: /,
  },
  {
    kind: 'not-started',
    source:
      'readconf.c: file, line and option; a shell on the host names lines too, with its own name',
    line: /Bad configuration option|bad configuration options|^(?!\S*\b(?:ba|da|k|z|fi)?sh:)(?:\/|~|command-line)[^:]*:? line \d+[:.]|Too many levels of include|Missing argument|keyword .* extra arguments at end of line/i,
  },
  {
    kind: 'not-started',
    source: 'readconf.c, ssh.c, misc.c: files, users and names',
    line: /Bad owner or permissions on|Can't open user config file|No user exists for uid|You don't exist, go away|unknown key %|percent_expand|unknown option|illegal option|usage: ssh |Bad (?:port|escape character|cipher|SSH2 cipher|mac|kex|key types?|forwarding|local forwarding|remote forwarding|dynamic forwarding|tun device|number of password prompts|number of connection attempts)|hostname contains invalid characters|remote username contains invalid characters|Couldn't allocate session|library mismatch/i,
  },
  {
    kind: 'not-started',
    source: 'ssh.c; sshconnect.c ssh_create_socket: BindAddress, BindInterface',
    line: /jumphost loop via|Cannot execute command-line and remote command|are incompatible|ssh_create_socket: |Cannot assign requested address|BindInterface: /i,
  },
  {
    kind: 'not-started',
    source: 'misc.c unix_listener, mux.c muxserver_listen: the socket of a shared connection',
    line: /path .* too long for Unix domain socket|ControlPath .* too long|unix_listener: (?:cannot bind|path)|ControlPath|Control socket .*(?:Permission denied|not a socket)|muxserver_listen|No ControlPath specified/i,
  },
  {
    kind: 'host-key-changed',
    source: 'sshconnect.c check_host_key',
    line: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed|REVOKED HOST KEY|host certificate .*(?:revoked|invalid)|Host key .* was revoked/i,
  },
  {
    kind: 'host-key-unknown',
    source: 'sshconnect.c check_host_key, verify_host_key',
    line: /Host key verification failed|No .* host key is known for|authenticity of host .* can't be established/i,
  },
  {
    kind: 'no-agreement',
    source: 'kex.c, sshconnect.c, packet.c',
    line: /Unable to negotiate with|no matching (?:host key|key exchange|cipher|MAC|compression)|Protocol major versions? differ|Remote machine has too old|Bad remote protocol version|Invalid SSH identification string|banner line (?:too long|contains invalid characters)|ssh_dispatch_run_fatal: .*(?:error in libcrypto|Invalid key length|incorrect signature|invalid argument|message authentication code incorrect|no matching|invalid format)|Bad server host key|Bad packet length|Corrupted MAC on input|Server sent invalid/i,
  },
  {
    kind: 'lost',
    source: 'clientloop.c, mux.c, packet.c',
    line: /client_loop: send disconnect|Timeout, server .* not responding|Connection to .* closed by remote host|Broken pipe|mux_client_.*(?:read|master)|Shared connection to .* closed|Control socket connect.*Connection refused|packet_write_wait|ssh_dispatch_run_fatal: .*Connection (?:reset|closed|timed out)|Received disconnect from \S+ port \d+:11:/i,
  },
  {
    kind: 'closed',
    source: 'systemd-user-sessions.service, pam_nologin: while a host starts or stops',
    line: /System is (?:going down|booting up)/i,
  },
  {
    kind: 'login-refused',
    source: 'pam_unix, pam_nologin, pam_access, pam_time, auth.c, auth2.c, session.c',
    line: /account has expired|account (?:is|has been) (?:locked|disabled|expired)|account is (?:currently )?not available|password has expired|Password change required|required to change your password|not permitted to log in|no logins? (?:allowed|permitted)|pam_nologin|Permission denied by PAM|Access denied (?:for|by)|policy does not permit|Login not allowed|Not allowed at this time|Too many logins/i,
  },
  {
    kind: 'login-refused',
    source: 'sshconnect2.c, packet.c ssh_packet_disconnect',
    line: /Permission denied \(|Permission denied, please try again|Too many authentication failures|no mutual signature|Authentication failed|No supported authentication methods|Received disconnect from \S+ port \d+:(?:2|7|9|10|12|13|14|15): ?\S|administratively prohibited/i,
  },
  {
    kind: 'timeout',
    source: 'sshconnect.c timeout_connect, kex.c kex_exchange_identification',
    // At the end of its line: a banner of the host may speak of sessions that time out.
    line: /(?:timed out|Connection timeout)(?: during banner exchange| waiting for \S+)?[.!\s]*$/i,
  },
  {
    kind: 'unreachable',
    source:
      'sshconnect.c ssh_connect_direct, ssh.c resolve_host and resolve_canonicalize; connect(2), getaddrinfo(3)',
    line: /Could not resolve host(?:name)?\b|Name or service not known|No route to host|Network is (?:unreachable|down)|Temporary failure in name resolution|Host is (?:down|unreachable)[.!\s]*$/i,
  },
  {
    kind: 'closed',
    source: 'sshconnect.c, kex.c kex_exchange_identification, packet.c sshpkt_vfatal',
    line: /Connection refused|Connection reset|Connection closed|kex_exchange_identification|banner exchange/i,
  },
];

/** Other messages of ssh that are no reason. */
const asides =
  /^(?:debug\d|Warning: (?:Permanently added|remote port forwarding|the \S+ host key)|\*\* |Authenticated to|OpenSSH_|@+$|@ )|Pseudo-terminal will not be allocated/i;

/** packet.c: a connection through a command has no address, and is called so. */
const throughCommand =
  /\bUNKNOWN port (?:65535|-1)\b|proxy dialer did not pass back|stdio forwarding failed|channel \d+: open failed/i;

/** channels.c on the hop, which asks for the host: `channel 0: open failed: connect failed: No route to host`. */
const openFailed = /open failed: ([\w ]+): (.*)$/i;

const hopNames = [
  /^ssh: connect to host (\S+) port \d+:/,
  /^ssh: Could not resolve hostname (\S+?):/,
  /^\s*(?:[^\s@]+@)?([^\s@:]+): Permission denied/,
  /host key is known for (\S+) and/,
  /Host key for (\S+) has changed/,
  /(?:Unable to negotiate with|Connection (?:closed|reset) by(?: authenticating user \S+)?|Connection to|Received disconnect from) (?!UNKNOWN)(\S+) port \d+/,
] as const;

const hopOf = (lines: readonly string[]): string | null => {
  for (const line of lines)
    for (const name of hopNames) {
      const found = name.exec(line)?.[1];
      if (found !== undefined) return found;
    }
  return null;
};

const isReason = (line: string): boolean => line.trim() !== '' && !asides.test(line);

const firstOf = (
  of: readonly Rule[],
  lines: readonly string[],
): { readonly kind: Rule['kind']; readonly detail: string } | null => {
  for (const { kind, line: pattern } of of) {
    const line = lines.find((one) => pattern.test(one));
    if (line !== undefined) return { kind, detail: line.trim() };
  }
  return null;
};

const isHindrance = (line: string): boolean => hindrances.some((rule) => rule.line.test(line));

/** What ssh ended with; where a host refused, what kept ssh from being let in. */
const classify = (
  lines: readonly string[],
): { readonly kind: Rule['kind']; readonly detail: string } | null => {
  const ending = firstOf(
    rules,
    lines.filter((line) => !isHindrance(line)),
  );
  const isExplained =
    ending === null || ending.kind === 'login-refused' || ending.kind === 'host-key-unknown';
  return (isExplained ? firstOf(hindrances, lines) : null) ?? ending;
};

const isNotice = (line: string): boolean => notices.some((pattern) => pattern.test(line.trim()));

/** How programs that make the way say that the address behind them does not answer. */
const silences: readonly { readonly kind: 'timeout' | 'unreachable'; readonly line: RegExp }[] = [
  // nc of OpenBSD, nc.traditional, busybox; ncat (ncat_connect.c, nbase's socket_strerror); socat (xio-ip.c)
  {
    kind: 'timeout',
    line: /^(?:\S*\/)?(?:nc|netcat|ncat)\S*: .*(?:timed out|TIMEOUT)\.?$|^Ncat: TIMEOUT\.?$|^\S+ \[[^\]]+\] \d+ \(.*\) ?: .*timed out$|socat\[\d+\] E .*timed out$/i,
  },
  {
    kind: 'unreachable',
    line: /^(?:(?:\S*\/)?(?:nc|netcat|ncat)\S*: |\S+ \[[^\]]+\] \d+ \(.*\) ?: |.*socat\[\d+\] E ).*(?:No route to host|Network is (?:unreachable|down)|Host is (?:down|unreachable))\.?$/i,
  },
  // net.OpError of Go (tailscale nc, cloudflared access, step, tsh): `dial tcp 192.0.2.1:22: i/o timeout`
  {
    kind: 'timeout',
    line: /\bdial tcp\S* .*(?:i\/o timeout|operation timed out|connection timed out|context deadline exceeded)|^Dial\(.*(?:timeout|timed out|deadline exceeded)/i,
  },
  {
    kind: 'unreachable',
    line: /\bdial tcp\S* .*(?:no route to host|network is unreachable|network is down|host is down)/i,
  },
  // aws ssm start-session: an instance that is stopped
  { kind: 'unreachable', line: /\(TargetNotConnected\)/ },
];

const silentBehind = (
  lines: readonly string[],
): Extract<SshTrouble, { readonly kind: 'timeout' | 'unreachable' }> | null => {
  for (const { kind, line: pattern } of silences) {
    const line = lines.find((one) => pattern.test(one.trim()));
    if (line !== undefined) return { kind, detail: line.trim() };
  }
  return null;
};

/**
 * A command or a machine is in between: what it reports itself comes first, that ssh got no answer
 * through it last. Null where it only reports that the host behind it was silent.
 */
const throughHop = (lines: readonly string[]): SshTrouble | null => {
  const asked = lines.map((line) => openFailed.exec(line)).find((match) => match !== null);
  if (asked !== undefined) {
    const [whole, reason = '', words = ''] = asked;
    const behind = classify([words]);
    return reason.toLowerCase() === 'connect failed' && behind !== null && isAway(behind.kind)
      ? { kind: behind.kind, detail: words.trim() }
      : reason.toLowerCase() === 'connect failed'
        ? { kind: 'closed', detail: words.trim() }
        : { kind: 'hop', hop: null, detail: whole.trim() };
  }
  const own = lines.filter((line) => isReason(line) && !throughCommand.test(line));
  const said = own.filter(
    (line) => !/^(?:kex_exchange_identification|banner exchange)/i.test(line),
  );
  const started = classify(said);
  if (started?.kind === 'not-started') return { kind: 'not-started', detail: started.detail };
  const silence = silentBehind(said);
  if (silence !== null) return silence;
  const [first] = said.filter((line) => !isHindrance(line) || said.every(isHindrance));
  if (first === undefined) return null;
  if (/timed out (?:during|waiting)/i.test(first)) return null;
  return { kind: 'hop', hop: hopOf(said), detail: started?.detail ?? first.trim() };
};

const isAway = (kind: Rule['kind']): kind is 'timeout' | 'unreachable' =>
  kind === 'timeout' || kind === 'unreachable';

/** Words of the host before it ended the connection: what PAM and sshd say to the one who logs in (auth-pam.c, auth2.c). */
const farewell = (lines: readonly string[]): string | null => {
  const end = lines.findIndex((line) => /^Connection closed by \S+ port \d+/.test(line.trim()));
  if (end < 1) return null;
  const words = lines
    .slice(0, end)
    .filter(
      (line) => isReason(line) && !isHindrance(line) && !/^kex_exchange_identification/.test(line),
    )
    .map((line) => line.trim());
  return words.length === 0 ? null : words.slice(-3).join(' ');
};

/**
 * Whether the connection through a command failed without a message: ssh hides the command's
 * standard error where a connection is to be shared (sshconnect.c, ssh_proxy_connect).
 */
export const isHopMuted = (lines: readonly string[]): boolean =>
  lines.some((line) => throughCommand.test(line)) &&
  lines.every(
    (line) =>
      !isReason(line) ||
      (throughCommand.test(line) && !openFailed.test(line)) ||
      /^(?:kex_exchange_identification|banner exchange|Connection timed out during)/i.test(line),
  );

/**
 * Whether the host took the connection and then said nothing: what ssh prints after its limit names the address
 * (sshconnect.c, packet.c ssh_packet_log_type), which a connection through a command does not have.
 */
const isTakenAndSilent = (lines: readonly string[]): boolean =>
  lines.some((line) => /timed out during banner exchange/i.test(line)) &&
  lines.some((line) => /^Connection to \S+ port \d+ timed out/.test(line.trim())) &&
  !lines.some((line) => throughCommand.test(line));

/** Reads the last lines of ssh's standard error after status 255. */
export const readSshTrouble = (printed: readonly string[]): SshTrouble => {
  const lines = printed.filter((line) => !isNotice(line));
  if (lines.some((line) => throughCommand.test(line))) {
    const hop = throughHop(lines);
    if (hop !== null) return hop;
  }
  const found = classify(lines);
  if (found?.kind === 'closed' && /^Connection closed by /.test(found.detail)) {
    const words = farewell(lines);
    if (words !== null) return { kind: 'login-refused', detail: words };
  }
  if (found === null)
    return {
      kind: 'unclear',
      detail: lines.findLast(isReason)?.trim() ?? 'ssh gave no reason',
    };
  if (found.kind === 'host-key-unknown' || found.kind === 'host-key-changed')
    return { kind: found.kind };
  return found.kind === 'timeout' && isTakenAndSilent(lines)
    ? { kind: 'timeout', detail: found.detail, isConnected: true }
    : { kind: found.kind, detail: found.detail };
};

/** Whether the machine or program on the way gave up waiting for more. */
export const hasHopTimedOut = (printed: readonly string[]): boolean => {
  const trouble = readSshTrouble(printed);
  return trouble.kind === 'hop' && /timed out|Connection timeout/i.test(trouble.detail);
};
