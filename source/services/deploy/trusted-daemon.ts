import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result } from '../../model/result.ts';
import { keyedValue } from '../../parsers/keyed-lines.ts';
import { recordFolder } from '../host/commands.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 60_000;

/**
 * The daemon ends by itself when nobody speaks to it for so long, because its nixup has ended.
 * Seconds.
 */
const idleSeconds = 60;

/** And after this time in any case, seconds. */
const longestSeconds = 4 * 60 * 60;

/**
 * The daemon has a process for each connection; when only this shell is left in its control group,
 * it serves nobody.
 */
const watchedDaemonScript = (idle: number): string => `
"$1" &
daemon=$!
group=/nowhere
while read -r line; do
  case $line in 0::*) group=/sys/fs/cgroup\${line#0::} ;; esac
done </proc/self/cgroup
alone=0
while kill -0 "$daemon" 2>/dev/null && [ "$alone" -lt ${idle} ]; do
  processes=0
  # Where the group cannot be read nobody knows: it counts as busy.
  [ -r "$group/cgroup.procs" ] || processes=3
  [ "$processes" = 3 ] || while read -r process; do processes=$((processes + 1)); done <"$group/cgroup.procs"
  if [ "$processes" -gt 2 ]; then alone=0; else alone=$((alone + 1)); fi
  sleep 1
done
kill "$daemon" 2>/dev/null
rm -f "$2" "$0"
`;

const startScript = `
umask 022
mkdir -p ${recordFolder}
socket=${recordFolder}/copy-$$.sock
watch=${recordFolder}/copy-$$.sh
unit=nixup-copy-$$
daemon=$(command -v nix-daemon) || { echo "no nix-daemon on its PATH" >&2; exit 1; }
cat >"$watch" <<'NIXUP_FILE_ENDS'
${watchedDaemonScript(idleSeconds)}
NIXUP_FILE_ENDS
systemd-run --quiet --collect --no-ask-password --unit="$unit" --property=RuntimeMaxSec=${longestSeconds} \
  --setenv=PATH="$PATH" --setenv=NIX_DAEMON_SOCKET_PATH="$socket" --setenv=NIX_CONFIG="trusted-users = root $2" \
  "$(readlink -f /bin/sh)" "$watch" "$daemon" "$socket" || exit 1
tries=0
while [ ! -S "$socket" ] && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
[ -S "$socket" ] || { systemctl stop "$unit" 2>/dev/null; echo "its own Nix daemon did not start" >&2; exit 1; }
echo "socket $socket"
echo "unit $unit"
`;

const stopScript = (unit: string, socket: string): string =>
  `systemctl stop ${quoteWord(`${unit}.service`)} 2>/dev/null; rm -f ${quoteWord(socket)} ${quoteWord(socket.replace(/\.sock$/, '.sh'))}\n`;

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
  const started = await run(entry, startScript, {
    timeoutMs,
    privilege: 'needed',
    signal,
    quiet: true,
  });
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
    await run(entry, stopScript(unit, socket), { timeoutMs, privilege: 'needed', quiet: true });
  }
};
