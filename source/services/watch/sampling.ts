import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { HostCounters } from '../../model/watch/counters.ts';
import { readCounters } from '../../parsers/host/counters.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 20_000;

/** A few processes on the host, and a few kilobytes: what the kernel has counted, of this moment. */
const script = `for file in uptime stat loadavg meminfo vmstat diskstats; do
  [ -r "/proc/$file" ] || continue
  echo "nixup-part $file"
  case $file in
    vmstat) grep '^pgmajfault ' /proc/vmstat ;;
    stat) grep '^cpu' /proc/stat ;;
    meminfo) grep '^Mem' /proc/meminfo ;;
    *) while IFS= read -r line; do printf '%s\\n' "$line"; done <"/proc/$file" ;;
  esac
done
read -r boot </proc/sys/kernel/random/boot_id 2>/dev/null && printf 'nixup-part boot-id\\n%s\\n' "$boot"
echo 'nixup-part network'
while IFS= read -r line; do printf '%s\\n' "$line"; done </proc/net/dev
for kind in cpu memory io; do
  [ -r "/proc/pressure/$kind" ] || continue
  echo "nixup-part pressure-$kind"
  { while IFS= read -r line; do printf '%s\\n' "$line"; done <"/proc/pressure/$kind"; } 2>/dev/null
done
echo nixup-part
true`;

/** What the kernel of a host has counted by now. */
export const createCounters =
  (run: RunOnHost) =>
  async (entry: HostEntry, signal?: AbortSignal): Promise<Result<HostCounters, Failure>> => {
    const answer = await run(entry, script, { timeoutMs, signal, quiet: true });
    if (!answer.ok) return answer;
    const counters = readCounters(answer.value.stdout);
    return counters === null
      ? failed({
          code: 'output-unreadable',
          command: `/proc of ${entry.name}`,
          detail: 'it does not say what the kernel counts',
        })
      : success(counters);
  };
