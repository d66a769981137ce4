import { quoteWord } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry } from '../model/host.ts';
import { failed, type Result, success } from '../model/result.ts';
import { cleanLine } from '../parsers/clean-line.ts';
import type { RunOnHost } from './host-run.ts';

const timeoutMs = 30_000;

/** Lines of the journal that are shown. */
const journalLines = 200;

/** systemd.unit(5): letters, digits and `:-_.\@`, and a type. */
const unitName = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.[a-z]+$/;

const part = (output: string, name: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => cleanLine(line.slice(name.length + 1)));

/** Status, journal of this boot and unit file; as root where that needs no question, else what the login user may see. */
export const createUnitDetails =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    unit: string,
    signal?: AbortSignal,
  ): Promise<Result<readonly string[], Failure>> => {
    if (!unitName.test(unit))
      return failed({
        code: 'output-unreadable',
        command: `systemctl status on ${entry.name}`,
        detail: `${unit} is no name of a unit`,
      });
    const word = quoteWord(unit);
    const answer = await run(
      entry,
      `systemctl status --no-pager --full --lines=0 -- ${word} 2>&1 | sed 's/^/status /'
journalctl --no-pager --boot --lines=${journalLines} --output=short-iso --unit=${word} 2>&1 | sed 's/^/journal /'
systemctl cat --no-pager -- ${word} 2>&1 | sed 's/^/file /'
true`,
      { timeoutMs, privilege: 'wanted', signal, quiet: true },
    );
    if (!answer.ok) return answer;
    const { stdout } = answer.value;
    return success([
      `Status of ${unit} on ${entry.name}`,
      ...part(stdout, 'status'),
      '',
      'Journal since the last boot',
      ...part(stdout, 'journal'),
      '',
      'Unit file',
      ...part(stdout, 'file'),
    ]);
  };
