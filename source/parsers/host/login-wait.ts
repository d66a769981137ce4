/*
 * What a login says to a person while it waits for one: a banner of the host,
 * or a line of the program that makes the way to it.
 *
 * Tailscale SSH (ssh/tailssh): `# Tailscale SSH requires an additional check.`,
 * `# To authenticate, visit: https://login.tailscale.com/a/…`. Teleport (tsh proxy
 * ssh): `If browser window does not open automatically, open it by clicking on
 * the link:`. cloudflared access ssh: `A browser window should have opened at the
 * following URL:`. step ssh: `Your default web browser has been opened to visit:`.
 * pam_duo, pam_google_authenticator and FIDO keys (sshconnect2.c, notify_start):
 * `Confirm user presence for key …`.
 */

const link = /\bhttps?:\/\/\S+/i;

const request =
  /\bto (?:authenticate|log ?in|sign ?in|approve|verify|continue)\b|\b(?:visit|open it|open the|go to|browse to)\b|browser (?:window )?(?:should have|has been|does not) open|\bapprove\b.*\b(?:login|request|device|phone)\b|\b(?:enter|confirm) (?:the |this )?code\b|additional check|Confirm user presence|\bpush(?:ed)? (?:a )?(?:login )?request\b|touch your/i;

/** Lines of ssh itself that ask nothing of a person. */
const own = /^(?:debug\d|Warning: |\*\* |ssh: |kex_|Connection |Permission denied|@)/;

/** Lines of a request that are shown. */
const longestRequest = 12;

/**
 * The text of a login that waits for a person; null where these lines ask for nothing. A link alone
 * may be in any greeting: it counts only where the login does not continue.
 */
export const readLoginWait = (lines: readonly string[], isStanding: boolean): string | null => {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !own.test(line));
  const text = said.join('\n');
  const hasLink = link.test(text);
  const asks = request.test(text);
  const counts = (hasLink && (asks || isStanding)) || (asks && isStanding);
  if (!counts) return null;
  const first = said.findIndex((line) => link.test(line) || request.test(line));
  // What follows belongs to it: a code to type often stands on a line of its own.
  return said
    .slice(first, first + longestRequest)
    .map((line) => line.replace(/^#\s*/, ''))
    .join(' ');
};
