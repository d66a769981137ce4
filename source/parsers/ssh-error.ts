/** Why ssh ended with its own status 255. */
export type SshTrouble =
  | { readonly kind: 'host-key-unknown' }
  | { readonly kind: 'host-key-changed' }
  | { readonly kind: 'login-refused'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
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
 * Reads the last lines of ssh's standard error after status 255. Texts from
 * OpenSSH 9 and 10: sshconnect.c, sshconnect2.c, clientloop.c, mux.c.
 */
export const readSshTrouble = (lines: readonly string[]): SshTrouble => {
  if (find(lines, changed) !== undefined) return { kind: 'host-key-changed' };
  if (find(lines, unknown) !== undefined) return { kind: 'host-key-unknown' };
  const refusal = find(lines, refused);
  if (refusal !== undefined) return { kind: 'login-refused', detail: refusal };
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
