import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import type { HostSample } from '../../model/watch/samples.ts';
import { readSysstat } from '../../parsers/host/sysstat.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 60_000;

/** Days whose files are read: those that are compared, and that of the change. */
const days = 9;

/** More than this is not read of one host, bytes: it would be a file a minute of a host with hundreds of disks. */
const mostBytes = 32 * 1024 * 1024;

/** What is asked of each file: CPU, memory, load, paging, disks, network. Pressure is there since 12.3. */
export const sysstatWords = '-u -r -q -B -d -p -n DEV,EDEV';

/**
 * Files of the last days, each after a line with its name. NixOS and Red Hat keep them in /var/log/sa, Debian in
 * /var/log/sysstat; `sa29`, or `sa20261129` with -D. Times are UTC without -t, numbers have points in the C locale.
 */
const script = `command -v sadf >/dev/null 2>&1 || { echo 'nixup-part no-sysstat'; exit 0; }
LC_ALL=C S_TIME_FORMAT=ISO
export LC_ALL S_TIME_FORMAT
{
  for file in $(find /var/log/sa /var/log/sysstat -maxdepth 1 -type f -name 'sa[0-9]*' -mtime -${days} 2>/dev/null | sort); do
    echo "nixup-part file $file"
    sadf -j "$file" -- ${sysstatWords.replace('-q', '-q ALL')} 2>/dev/null </dev/null || sadf -j "$file" -- ${sysstatWords} 2>/dev/null </dev/null
  done
} | tr -d '\\t' | head -c ${mostBytes}
printf '\\nnixup-part end\\n'
`;

/** What sysstat has of a host, or why it has nothing. */
export type SysstatAnswer =
  | { readonly kind: 'samples'; readonly samples: readonly HostSample[]; readonly unread: number }
  | { readonly kind: 'none'; readonly why: string };

/** The history that sysstat keeps on a host, of the last days. */
export const createSysstat =
  (run: RunOnHost) =>
  async (entry: HostEntry, signal?: AbortSignal): Promise<Result<SysstatAnswer, Failure>> => {
    const answer = await run(entry, script, {
      timeoutMs,
      privilege: 'wanted',
      signal,
      quiet: true,
      again: true,
    });
    if (!answer.ok) return answer;
    const parts = answer.value.stdout.split(/^nixup-part /m).slice(1);
    if (parts[0]?.startsWith('no-sysstat') === true)
      return success({ kind: 'none', why: 'sysstat is not on the host' });
    const files = parts
      .filter((part) => part.startsWith('file '))
      .map((part) => readSysstat(part.slice(part.indexOf('\n') + 1)));
    if (files.length === 0)
      return success({
        kind: 'none',
        why: 'sysstat on the host has kept nothing of the last days',
      });
    const samples = files.flatMap((file) => file ?? []).toSorted((one, other) => one.at - other.at);
    const unread = files.filter((file) => file === null).length;
    return success(
      samples.length === 0
        ? {
            kind: 'none',
            why:
              unread > 0
                ? 'the files of sysstat on the host cannot be read by its sadf'
                : 'the files of sysstat on the host have no samples yet',
          }
        : { kind: 'samples', samples, unread },
    );
  };
