import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { partsOf, showUnitFailure } from '../../model/host/unit-failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
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
    .map((line) => redact(cleanLine(line.slice(name.length + 1))));

/** How the unit file of the system that runs differs from that of the newest generation with another one. */
const differenceScript = (
  folder: 'system' | 'user',
  word: string,
): string => `now=$(readlink -f /run/current-system)
for link in $(printf '%s\\n' /nix/var/nix/profiles/system-*-link | sort -t- -k2,2nr); do
  before=$(readlink -f "$link")
  [ -e "$before" ] && [ "$before" != "$now" ] || continue
  generation=\${link%-link}
  echo "generation \${generation##*-}"
  for system in "$before" "$now"; do [ -e "$system/etc/systemd/${folder}/"${word} ] || echo "lacking $system"; done
  diff -u "$before/etc/systemd/${folder}/"${word} "$now/etc/systemd/${folder}/"${word} 2>/dev/null | tail -n +3 | sed 's/^/difference /'
  break
done
`;

/** What the unit files of both generations have to say about each other. */
const differenceLines = (stdout: string): readonly string[] => {
  const [generation] = part(stdout, 'generation');
  if (generation === undefined) return [];
  const lines = part(stdout, 'difference');
  const lacking = part(stdout, 'lacking');
  const told =
    lines.length > 0
      ? lines
      : [lacking.length === 0 ? 'None.' : 'Only one of the two systems has the unit file.'];
  return ['', `Difference of the unit file since generation ${generation}`, ...told];
};

/** Status, journal of this boot, unit file and its difference; as root where that needs no question, else what the login user may see. */
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
${differenceScript(user === null ? 'system' : 'user', word)}true`,
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
      ...differenceLines(stdout),
    ]);
  };
