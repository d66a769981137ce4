import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import type { HostSample } from '../../model/watch/samples.ts';
import { readSysstat } from '../../parsers/host/sysstat.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 60_000;

/** Files that were written last so many days ago: from `from`, and less than `to`. */
export interface FileAges {
  readonly from: number;
  readonly to: number;
}

/** Days whose files are read: those that are compared, and that of the change. */
const comparedDays: FileAges = { from: 0, to: 9 };

/** More than this is not read of one host, bytes: it would be a file a minute of a host with hundreds of disks. */
const mostBytes = 32 * 1024 * 1024;

/** What is asked of each file: CPU, memory, load, paging, disks, network. Pressure is there since 12.3. */
export const sysstatWords = '-u -r -q -B -d -p -n DEV,EDEV';

/**
 * Files of some days, each after a line with its name. NixOS and Red Hat keep them in /var/log/sa, Debian in
 * /var/log/sysstat; `sa29`, or `sa20261129` with -D. Times are UTC without -t, numbers have points in the C locale.
 * Files of more than ten days are packed by sa2(8) as ZIP in its settings says; sadf(1) reads none of them packed, and
 * needs a file.
 */
const scriptOf = ({
  from,
  to,
}: FileAges): string => `command -v sadf >/dev/null 2>&1 || { echo 'nixup-part no-sysstat'; exit 0; }
LC_ALL=C S_TIME_FORMAT=ISO
export LC_ALL S_TIME_FORMAT
{
  packed=
  trap 'rm -f "$packed"; exit 1' HUP TERM
  for file in $(find /var/log/sa /var/log/sysstat -maxdepth 1 -type f -name 'sa[0-9]*' ${from > 0 ? `-mtime +${from - 1} ` : ''}-mtime -${to} 2>/dev/null | sort); do
    echo "nixup-part file $file"
    case $file in
      *.xz) unpack=xz ;; *.gz) unpack=gzip ;; *.bz2) unpack=bzip2 ;; *.zst) unpack=zstd ;; *) unpack= ;;
    esac
    if [ -n "$unpack" ]; then
      packed=$(mktemp) || continue
      "$unpack" -dc "$file" >"$packed" 2>/dev/null </dev/null
      file=$packed
    fi
    sadf -j "$file" -- ${sysstatWords.replace('-q', '-q ALL')} 2>/dev/null </dev/null || sadf -j "$file" -- ${sysstatWords} 2>/dev/null </dev/null
    [ -z "$packed" ] || rm -f "$packed"
    packed=
  done
} | tr -d '\t' | head -c ${mostBytes}
printf '\nnixup-part end\n'
`;

/** What sysstat has of a host, or why it has nothing. */
export type SysstatAnswer =
  | { readonly kind: 'samples'; readonly samples: readonly HostSample[]; readonly unread: number }
  | { readonly kind: 'none'; readonly why: string };

/** The history that sysstat keeps on a host, of the last days, or of those whose files are so old. */
export const createSysstat =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    ages: FileAges = comparedDays,
    signal?: AbortSignal,
  ): Promise<Result<SysstatAnswer, Failure>> => {
    const answer = await run(entry, scriptOf(ages), {
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
