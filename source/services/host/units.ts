import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { partsOf, showUnitFailure } from '../../model/host/unit-failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 30_000;

/** Lines of the journal that are shown. */
const journalLines = 200;

/** systemd.unit(5): letters, digits and `:-_.\@`, and a type. */
const unitName = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.[a-z]+$/;

/** As systemd takes them for users, and no option. */
const userName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** `in_scope` runs a command as the user, with the folder of their manager. */
const asUser = (user: string): string => `
user_id=$(id -u ${quoteWord(user)}) || exit 1
in_scope() {
  if [ "$user_id" = "$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$user_id "$@"
  else setpriv --reuid="$user_id" --regid="$(id -g "$user_id")" --clear-groups env XDG_RUNTIME_DIR=/run/user/"$user_id" "$@"
  fi
}
`;

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
    const { user, unit: name } = partsOf(unit);
    if (!unitName.test(name) || (user !== null && !userName.test(user)))
      return failed({
        code: 'output-unreadable',
        command: `systemctl status on ${entry.name}`,
        detail: `${unit} is no name of a unit`,
      });
    const word = quoteWord(name);
    const scope = user === null ? '' : asUser(user);
    const control = user === null ? 'systemctl' : 'in_scope systemctl --user';
    const matches = user === null ? `--unit=${word}` : `--user-unit=${word} _UID="$user_id"`;
    const answer = await run(
      entry,
      `${scope}${control} status --no-pager --full --lines=0 -- ${word} 2>&1 | sed 's/^/status /'
journalctl --no-pager --boot --lines=${journalLines} --output=short-iso ${matches} 2>&1 | sed 's/^/journal /'
${control} cat --no-pager -- ${word} 2>&1 | sed 's/^/file /'
true`,
      { timeoutMs, privilege: 'wanted', signal, quiet: true },
    );
    if (!answer.ok) return answer;
    const { stdout } = answer.value;
    return success([
      `Status of ${showUnitFailure(unit)} on ${entry.name}`,
      ...part(stdout, 'status'),
      '',
      'Journal since the last boot',
      ...part(stdout, 'journal'),
      '',
      'Unit file',
      ...part(stdout, 'file'),
    ]);
  };
