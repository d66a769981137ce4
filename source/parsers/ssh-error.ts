/** Why ssh ended with its own status 255. */
export type SshTrouble =
  | { readonly kind: 'host-key-unknown' }
  | { readonly kind: 'host-key-changed' }
  | { readonly kind: 'login-refused'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** ssh ended before it tried to connect, such as by a line of its config: no host was asked. */
  | { readonly kind: 'not-started'; readonly detail: string }
  /** The host is there, and both know no way to talk to each other. */
  | { readonly kind: 'no-agreement'; readonly detail: string }
  /** The connection stood and broke: says nothing about what the command did. */
  | { readonly kind: 'lost'; readonly detail: string };

const find = (lines: readonly string[], pattern: RegExp): string | undefined =>
  lines.findLast((line) => pattern.test(line))?.trim();

const changed =
  /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed|REVOKED HOST KEY|host certificate .*(?:revoked|invalid)/i;
const unknown =
  /Host key verification failed|No .* host key is known for|authenticity of host .* can't be established/i;
const refused =
  /Permission denied \(|Permission denied, please try again|Too many authentication failures|no mutual signature|Authentication failed|account is not available|This account is currently not available/i;
const lost =
  /client_loop: send disconnect|Timeout, server .* not responding|Connection to .* closed by remote host|Broken pipe|mux_client_.*(?:read|master)|Shared connection to .* closed|Control socket connect.*Connection refused|packet_write_wait/i;
const timedOut = /timed out|Operation timed out|Connection timeout/i;
const unreachable =
  /Could not resolve hostname|Name or service not known|No route to host|Network is unreachable|Connection refused|Connection reset|Connection closed by|kex_exchange_identification|Temporary failure in name resolution|Host is down|banner exchange/i;

/**
 * ssh's own configuration and command line: readconf.c names file and line and
 * ends (`terminating, 1 bad configuration options`); ssh.c and misc.c refuse
 * files, users and names. A shell on the host tells of a line too, with its own name.
 */
const notStarted =
  /Bad configuration option|bad configuration options|^(?!\S*\b(?:ba|da|k|z)?sh:)(?:\/|~|command-line)[^:]*:? line \d+: |Bad owner or permissions on|Can't open user config file|No user exists for uid|You don't exist, go away|unknown key %|percent_expand|unknown option|illegal option|usage: ssh |Bad (?:port|escape character|cipher|SSH2 cipher|mac|kex|key types?|forwarding|local forwarding|remote forwarding|dynamic forwarding|tun device|number of password prompts|number of connection attempts)|Too many levels of include|hostname contains invalid characters|remote username contains invalid characters|path .* too long for Unix domain socket|ControlPath .* too long/i;
const noAgreement =
  /Unable to negotiate with|no matching (?:host key|key exchange|cipher|MAC)|Protocol major versions differ/i;

/**
 * Reads the last lines of ssh's standard error after status 255. Texts from
 * OpenSSH 9 and 10: readconf.c, ssh.c, sshconnect.c, sshconnect2.c, clientloop.c, mux.c.
 */
export const readSshTrouble = (lines: readonly string[]): SshTrouble => {
  // What it says first names file and line; that it ends comes after.
  const own = lines.find((line) => notStarted.test(line))?.trim();
  if (own !== undefined) return { kind: 'not-started', detail: own };
  if (find(lines, changed) !== undefined) return { kind: 'host-key-changed' };
  if (find(lines, unknown) !== undefined) return { kind: 'host-key-unknown' };
  const refusal = find(lines, refused);
  if (refusal !== undefined) return { kind: 'login-refused', detail: refusal };
  const disagreement = find(lines, noAgreement);
  if (disagreement !== undefined) return { kind: 'no-agreement', detail: disagreement };
  const loss = find(lines, lost);
  if (loss !== undefined) return { kind: 'lost', detail: loss };
  const time = find(lines, timedOut);
  if (time !== undefined) return { kind: 'timeout', detail: time };
  const reach = find(lines, unreachable);
  if (reach !== undefined) return { kind: 'unreachable', detail: reach };
  return {
    kind: 'lost',
    detail: lines.findLast((line) => line.trim() !== '')?.trim() ?? 'ssh gave no reason',
  };
};
