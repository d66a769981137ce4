import { quoteWord } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry } from '../model/host.ts';
import { failed, type Result } from '../model/result.ts';
import { keyedValue } from '../parsers/keyed-lines.ts';
import type { RunOnHost } from './host-run.ts';
import { recordFolder } from './supervisor-script.ts';

const timeoutMs = 60_000;

/** One whose nixup ended without a word ends by itself, seconds. */
const longestSeconds = 4 * 60 * 60;

const startScript = `
umask 022
mkdir -p ${recordFolder}
socket=${recordFolder}/copy-$$.sock
unit=nixup-copy-$$
daemon=$(command -v nix-daemon) || { echo "no nix-daemon on its PATH" >&2; exit 1; }
systemd-run --quiet --collect --no-ask-password --unit="$unit" --property=RuntimeMaxSec=${longestSeconds} \
  --setenv=NIX_DAEMON_SOCKET_PATH="$socket" --setenv=NIX_CONFIG="trusted-users = root $2" "$daemon" || exit 1
tries=0
while [ ! -S "$socket" ] && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
[ -S "$socket" ] || { systemctl stop "$unit" 2>/dev/null; echo "its own Nix daemon did not start" >&2; exit 1; }
echo "socket $socket"
echo "unit $unit"
`;

const stopScript = (unit: string, socket: string): string =>
  `systemctl stop ${quoteWord(`${unit}.service`)} 2>/dev/null; rm -f ${quoteWord(socket)}\n`;

/**
 * A Nix daemon of the host's root that takes unsigned paths from the login
 * user, for as long as `work` lasts: where that user becomes root by a password
 * only, which Nix's own connection cannot give. `work` gets the remote program
 * that speaks to it.
 */
export const withTrustedDaemon = async <Value>(
  run: RunOnHost,
  entry: HostEntry,
  signal: AbortSignal | undefined,
  work: (remoteProgram: string) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> => {
  const started = await run(entry, startScript, { timeoutMs, elevated: true, signal, quiet: true });
  if (!started.ok) return started;
  const socket = keyedValue(started.value.stdout, 'socket');
  const unit = keyedValue(started.value.stdout, 'unit');
  if (socket === null || unit === null)
    return failed({
      code: 'output-unreadable',
      command: `a Nix daemon on ${entry.name}`,
      detail: 'it did not say where it listens',
    });
  try {
    return await work(`env NIX_DAEMON_SOCKET_PATH=${socket} nix-daemon`);
  } finally {
    await run(entry, stopScript(unit, socket), { timeoutMs, elevated: true, quiet: true });
  }
};
