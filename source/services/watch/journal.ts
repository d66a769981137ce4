import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { HostJournal } from '../../model/watch/journal.ts';
import type { TimeSpan } from '../../model/watch/windows.ts';
import { journalFields, journalIds, parseJournal } from '../../parsers/host/journal.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 60_000;

/** Records that are read of a host; a host with more has the newest. */
const mostRecords = 4_000;

/** What is kept of why journalctl failed, bytes. */
const mostWords = 300;

/** What `switch-to-configuration` says: two lines each time. */
const mostSwitches = 400;

/**
 * One call: where the journal begins, and the records with these ids. Of a journal that the login may not
 * read, journalctl shows the login's own lines only, and says nothing: the group or root is asked for.
 * Times are seconds since the epoch (systemd.time(7)).
 */
const script = ({ from, to }: TimeSpan): string => `
if [ "$(id -u)" != 0 ] && ! id -nG | tr ' ' '\\n' | grep -qxE 'systemd-journal|adm|wheel'; then echo 'unreadable'; exit 0; fi
begins=$(journalctl --quiet --no-pager --output=short-unix --lines=all 2>/dev/null | { read -r first _ && printf %s "$first"; })
printf 'begins %s\\n' "$begins"
if [ -d "/var/log/journal/$(cat /etc/machine-id)" ]; then echo 'kept on-disk'; else echo 'kept in-memory'; fi
exec 3>&1
said=$(journalctl --quiet --no-pager --output=json --since=@${Math.floor(from / 1_000)} --until=@${Math.ceil(to / 1_000)} --lines=${mostRecords} --output-fields=${journalFields.join(',')} ${Object.keys(
  journalIds,
)
  .map((id) => `MESSAGE_ID=${id}`)
  .join(
    ' ',
  )} 2>&1 >&3) || { printf 'failed %s ' "$?"; printf '%s\\n' "$said" | tail -n 1 | head -c ${mostWords}; echo; exit 0; }
journalctl --quiet --no-pager --output=json --since=@${Math.floor(from / 1_000)} --until=@${Math.ceil(to / 1_000)} --lines=${mostSwitches} --output-fields=MESSAGE,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT SYSLOG_IDENTIFIER=nixos
`;

/** What systemd noted on a host in a span of time. */
export const createHostJournal =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    span: TimeSpan,
    signal?: AbortSignal,
  ): Promise<Result<HostJournal, Failure>> => {
    const answer = await run(entry, script(span), {
      timeoutMs,
      privilege: 'wanted',
      signal,
      quiet: true,
      again: true,
    });
    if (!answer.ok) return answer;
    const [first = '', ...lines] = answer.value.stdout.split('\n').filter((line) => line !== '');
    const unreadable = (detail: string): Result<never, Failure> =>
      failed({ code: 'output-unreadable', command: `journalctl on ${entry.name}`, detail });
    if (first === 'unreadable')
      return unreadable(
        'its journal may not be read: the login user is neither root nor in the group systemd-journal',
      );
    const [, status, words = ''] =
      lines.map((line) => /^failed (\d+) ?(.*)$/.exec(line)).find((one) => one !== null) ?? [];
    if (status !== undefined)
      return unreadable(
        `journalctl ended with ${status}${words === '' ? '' : `: ${cleanLine(words)}`}`,
      );
    const begins = /^begins (\d+(?:\.\d+)?)$/.exec(first)?.[1];
    if (begins === undefined) return unreadable('there is no journal, or it is empty');
    return success(
      parseJournal(lines, Number(begins) * 1_000, {
        isCut: lines.length >= mostRecords,
        isVolatile: lines.includes('kept in-memory'),
      }),
    );
  };
