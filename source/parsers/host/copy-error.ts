/** Why copying a closure to a host failed, and what a person can do about it. */
type CopyTrouble =
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'nix-missing' }
  | { readonly kind: 'path-missing' }
  /** The login shell prints something where Nix waits for its daemon's first word. */
  | { readonly kind: 'talking-shell'; readonly said: string }
  | { readonly kind: 'ssh'; readonly lines: readonly string[] }
  | { readonly kind: 'unknown'; readonly detail: string };

const says = (lines: readonly string[], pattern: RegExp): boolean =>
  lines.some((line) => pattern.test(line));

/**
 * Reads the last lines of `nix copy`. Texts of Nix 2.8 to 2.34: local-store.cc,
 * remote-store.cc, ssh.cc, and those of ssh itself.
 */
export const readCopyTrouble = (lines: readonly string[]): CopyTrouble => {
  if (
    says(
      lines,
      /lacks? a (?:valid )?signature|is not trusted|not a trusted user|unprivileged user/i,
    )
  )
    return { kind: 'untrusted' };
  if (says(lines, /No space left on device|disk quota exceeded|disk is full/i))
    return { kind: 'disk-full' };
  if (says(lines, /(?:nix-daemon|nix-store|nix): (?:command )?not found/i))
    return { kind: 'nix-missing' };
  if (
    says(
      lines,
      /Permission denied \(|Host key verification failed|IDENTIFICATION HAS CHANGED|Could not resolve hostname|Connection refused|No route to host|Connection timed out/i,
    )
  )
    return { kind: 'ssh', lines };
  // remote-store.cc, legacy-ssh-store.cc; what was said goes on over several lines.
  const talked = lines.map((line) => /protocol mismatch, got '(.*?)'?$/i.exec(line)?.[1]);
  const said = talked.find((words) => words !== undefined && words.trim() !== '');
  if (said !== undefined) return { kind: 'talking-shell', said: said.trim() };
  if (
    says(
      lines,
      /unexpected end-of-file|Broken pipe|Connection reset|closed by remote host|not responding|failed to start SSH connection|interrupted by the user|broken connection|Nix daemon disconnected/i,
    )
  )
    return { kind: 'interrupted' };
  if (says(lines, /path '\/nix\/store\/.*' (?:is not valid|does not exist)/i))
    return { kind: 'path-missing' };
  const detail =
    lines.findLast((line) => /error:/i.test(line)) ?? lines.at(-1) ?? 'nix copy gave no reason';
  return { kind: 'unknown', detail: detail.replace(/^\s*error:\s*/i, '').trim() };
};
