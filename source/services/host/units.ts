import pLimit from 'p-limit';
import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import {
  isTemplate,
  type UnitDetails,
  type UnitFacts,
  type UnitJournal,
} from '../../model/host/unit-details.ts';
import { ignoredAs, partsOf } from '../../model/host/unit-failure.ts';
import { unitFilesOf } from '../../model/host/unit-files.ts';
import {
  type JournalLevel,
  type JournalPage,
  journalLevels,
} from '../../model/host/unit-journal.ts';
import { nearestUnit } from '../../model/host/unit-name.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseUnitJournal, unitJournalFields } from '../../parsers/host/unit-journal.ts';
import { KeyedValues } from '../../parsers/keyed-lines.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 30_000;

/** Each question is an ssh process: a unit may be asked of a thousand hosts, and its journal followed on them. */
const hostsAtOnce = 16;

/** Lines of the journal that are shown beside status and file. */
const shownLines = 200;

/** systemd.unit(5): letters, digits and `:-_.\@`, and a type. */
const unitName = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.[a-z]+$/;

/** As systemd takes them for users, and no option. */
const userName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** A unit as a script names it. */
interface NamedUnit {
  /** The unit without what failed of it: `nginx.service#reload` is `nginx.service`. */
  readonly bare: string;
  readonly user: string | null;
  readonly name: string;
  readonly word: string;
  /** `systemctl` of its manager. */
  readonly control: string;
  /** What comes first: who the user is. */
  readonly scope: string;
}

/** `in_scope` runs a command as the user, with the folder of their manager. */
const asUser = (user: string): string => `
user_id=$(id -u ${quoteWord(user)}) || { echo 'no-user yes'; exit 0; }
group_id=$(id -g "$user_id")
if [ "$user_id" = "$(id -u)" ]; then echo "owner $user_id $group_id login"; else echo "owner $user_id $group_id other"; fi
in_scope() {
  if [ "$user_id" = "$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$user_id "$@"
  else setpriv --reuid="$user_id" --regid="$group_id" --clear-groups env XDG_RUNTIME_DIR=/run/user/"$user_id" "$@"
  fi
}
`;

const named = (entry: HostEntry, unit: string): Result<NamedUnit, Failure> => {
  const { user, unit: name } = partsOf(unit);
  if (!unitName.test(name) || (user !== null && !userName.test(user)))
    return failed({
      code: 'output-unreadable',
      command: `systemctl status on ${entry.name}`,
      detail: `${unit} is no name of a unit`,
    });
  return success({
    bare: ignoredAs(unit).at(-1) ?? unit,
    user,
    name,
    word: quoteWord(name),
    control: user === null ? 'systemctl' : 'in_scope systemctl --user',
    scope: user === null ? '' : asUser(user),
  });
};

const factProperties = [
  'LoadState',
  'LoadError',
  'ActiveState',
  'SubState',
  'Result',
  'NRestarts',
  'Type',
  'TriggeredBy',
  'ConditionResult',
  'CanStart',
  'CanStop',
  'RefuseManualStart',
  'RefuseManualStop',
];

/** The names of all units, where systemd does not know this one: with them a mistyped name is corrected. */
const namesScript = ({ word, control }: NamedUnit): string =>
  `[ "$(${control} show --no-pager -p LoadState --value -- ${word} 2>/dev/null)" != not-found ] || {
  ${control} list-unit-files --no-legend --no-pager --full 2>/dev/null
  ${control} list-units --all --plain --no-legend --no-pager --full 2>/dev/null | sed '/ not-found /d'
} | sed 's/^ *\\([^ ]*\\).*/known \\1/'`;

/** A template has no properties: its instances are listed. */
const factsScript = (unit: NamedUnit): string => {
  const { name, word, control } = unit;
  return isTemplate(name)
    ? `${control} list-units --all --plain --no-legend --no-pager --full -- ${quoteWord(name.replace('@.', '@*.'))} 2>/dev/null | sed 's/^ */instance /'`
    : `${control} show --no-pager ${factProperties.map((one) => `-p ${one}`).join(' ')} -- ${word} 2>/dev/null | sed 's/^/fact /'
${namesScript(unit)}`;
};

/**
 * Explicit matches for a unit of a user: `--user-unit` takes the units of whoever asks, which is root here.
 * What systemd says about it, and of its coredumps, has the user's id too.
 */
const matchesOf = ({ user, name, word }: NamedUnit): string =>
  user === null
    ? `--unit=${word}`
    : ['_SYSTEMD_USER_UNIT', 'USER_UNIT', 'COREDUMP_USER_UNIT']
        .map((field) => `${quoteWord(`${field}=${name}`)} _UID="$user_id"`)
        .join(' + ');

/** Of a journal that the login may not read journalctl shows the login's own lines only, and says nothing. */
const readableScript = `may_read() {
  [ "$(id -u)" = 0 ] || [ "$(id -u)" = "\${user_id:-none}" ] || id -nG | tr ' ' '\\n' | grep -qxE 'systemd-journal|adm|wheel'
}
`;

interface JournalWish {
  /** The host's clock, ms since the epoch; null: since the last boot. */
  readonly since: number | null;
  readonly level: JournalLevel;
  /** After this line; null: the newest ones. */
  readonly after: string | null;
  readonly lines: number;
}

/** One page: the newest lines, or those that follow a line. */
const journalScript = (unit: NamedUnit, { since, level, after, lines }: JournalWish): string =>
  `if may_read; then
  journalctl --quiet --no-pager --output=json --output-fields=${unitJournalFields.join(',')} --lines=${lines} ${
    after !== null
      ? quoteWord(`--after-cursor=${after}`)
      : since === null
        ? '--boot'
        : `--since=@${Math.floor(since / 1_000)}`
  }${level === 'all' ? '' : ` --priority=${journalLevels[level]}`} ${matchesOf(unit)} 2>/dev/null </dev/null | sed 's/^/journal /'
  [ -n "$(journalctl --quiet --no-pager --lines=1 2>/dev/null </dev/null)" ] || echo 'no-journal yes'
else echo 'unreadable yes'
fi
`;

const part = (output: string, name: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

const cleanPart = (output: string, name: string): readonly string[] =>
  part(output, name).map((line) => redact(cleanLine(line)));

/**
 * How the files of a unit (`unit-files.ts`) differ between the system that runs and the newest generation with another
 * one: `lacking` a system without a unit file, `difference` a line of diff, `uncompared` a file where diff did not work.
 */
const differenceScript = (folder: 'system' | 'user', unit: string): string => {
  const { files, dropIns } = unitFilesOf(unit);
  const words = (names: readonly string[]): string => names.map(quoteWord).join(' ');
  return `compare_files() {
  old=$2; new=$3
  [ -e "$old" ] || old=/dev/null
  [ -e "$new" ] || new=/dev/null
  differing=$(diff -u "$old" "$new" 2>/dev/null)
  case $? in
    0) ;;
    1)
      [ "$1" = unit ] || echo "difference $1:"
      printf '%s\\n' "$differing" | tail -n +3 | sed 's/^/difference /'
      ;;
    *) echo "uncompared $1" ;;
  esac
}
unit_file() {
  for name in ${words(files)}; do
    if [ -e "$1/$name" ]; then echo "$1/$name"; break; fi
  done
}
now=$(readlink -f /run/current-system)
for link in $(printf '%s\\n' /nix/var/nix/profiles/system-*-link | sort -t- -k2,2nr); do
  before=$(readlink -f "$link")
  [ -e "$before" ] && [ "$before" != "$now" ] || continue
  generation=\${link%-link}
  echo "generation \${generation##*-}"
  before=$before/etc/systemd/${folder}
  now=$now/etc/systemd/${folder}
  old_file=$(unit_file "$before")
  new_file=$(unit_file "$now")
  [ -n "$old_file" ] || echo "lacking $before"
  [ -n "$new_file" ] || echo "lacking $now"
  [ -z "$old_file" ] || [ -z "$new_file" ] || compare_files unit "$old_file" "$new_file"
  for folder in ${words(dropIns)}; do
    for file in "$before/$folder/"*.conf; do
      [ -e "$file" ] && compare_files "$folder/\${file##*/}" "$file" "$now/$folder/\${file##*/}"
    done
    for file in "$now/$folder/"*.conf; do
      [ -e "$file" ] && ! [ -e "$before/$folder/\${file##*/}" ] && compare_files "$folder/\${file##*/}" /dev/null "$file"
    done
  done
  break
done
`;
};

/** What the files of the unit in both generations have to say about each other. */
const differenceOf = (stdout: string): UnitDetails['difference'] => {
  const [generation] = cleanPart(stdout, 'generation');
  if (generation === undefined) return null;
  const lines = cleanPart(stdout, 'difference');
  const lacking = part(stdout, 'lacking').length;
  const uncompared = cleanPart(stdout, 'uncompared').map(
    (file) =>
      `${file === 'unit' ? 'The unit file' : file} could not be compared: diff did not work on the host.`,
  );
  const alone = lacking === 1 ? ['Only one of the two systems has the unit file.'] : [];
  const found = [...alone, ...uncompared, ...lines];
  const isOfNone = lacking > 1;
  const nothing = isOfNone
    ? 'Neither system has the unit file: something else on the host makes the unit.'
    : 'None.';
  return { generation, lines: found.length > 0 ? found : [nothing], isOfNone };
};

const factsOf = (stdout: string, { name }: NamedUnit): UnitFacts => {
  const values = new Map(
    cleanPart(stdout, 'fact').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1).trim()] as const;
    }),
  );
  const value = (key: string): string | null => values.get(key) || null;
  const is = (key: string, word: 'yes' | 'no' | 'not-found'): boolean => values.get(key) === word;
  const restarts = value('NRestarts');
  const owner = /^(\d+) (\d+) (login|other)$/.exec(
    new KeyedValues(stdout.split('\n')).one('owner') ?? '',
  );
  return {
    load: value('LoadState'),
    // `"org.freedesktop.systemd1.BadUnitSetting" "Unit x.service has a bad unit file setting."`
    loadError: /"([^"]*)"\s*$/.exec(value('LoadError') ?? '')?.[1] || null,
    active: value('ActiveState'),
    sub: value('SubState'),
    result: value('Result'),
    restarts: restarts !== null && /^\d+$/.test(restarts) ? Number(restarts) : null,
    type: value('Type'),
    triggeredBy: (value('TriggeredBy') ?? '').split(' ').filter((unit) => unit !== ''),
    conditionMet: !is('ConditionResult', 'no'),
    canStart: !is('CanStart', 'no') && !is('RefuseManualStart', 'yes'),
    canStop: !is('CanStop', 'no') && !is('RefuseManualStop', 'yes'),
    instances: cleanPart(stdout, 'instance').flatMap((line) => line.split(/\s+/)[0] || []),
    nearest: is('LoadState', 'not-found') ? nearestUnit(name, cleanPart(stdout, 'known')) : null,
    owner:
      owner === null
        ? null
        : {
            userId: Number(owner[1]),
            groupId: Number(owner[2]),
            isLogin: owner[3] === 'login',
          },
  };
};

const journalOf = (stdout: string, page: JournalPage): UnitJournal => {
  if (part(stdout, 'unreadable').length > 0) return { kind: 'unreadable' };
  if (part(stdout, 'no-journal').length > 0) return { kind: 'no-journal' };
  return page.lines.length === 0
    ? { kind: 'empty' }
    : { kind: 'lines', lines: page.lines, isFull: page.isFull };
};

const withoutUser = (entry: HostEntry, { user }: NamedUnit): Result<never, Failure> =>
  failed({
    code: 'output-unreadable',
    command: `id on ${entry.name}`,
    detail: `there is no user ${user ?? ''}`,
  });

type Ask = (
  entry: HostEntry,
  unit: NamedUnit,
  script: string,
  signal?: AbortSignal,
) => Promise<Result<string, Failure>>;

/** Asks as root where that needs no question, else what the login user may see. */
const askerOf = (run: RunOnHost): Ask => {
  const limit = pLimit(hostsAtOnce);
  return async (entry, unit, script, signal) => {
    const answer = await limit(() =>
      run(entry, `${unit.scope}${script}`, {
        timeoutMs,
        privilege: 'wanted',
        signal,
        quiet: true,
        again: true,
      }),
    );
    if (!answer.ok) return answer;
    const { stdout } = answer.value;
    return part(stdout, 'no-user').length > 0 ? withoutUser(entry, unit) : success(stdout);
  };
};

export interface UnitQuestions {
  /** Status, journal since a moment of the host's clock, unit file and its difference. */
  details(
    entry: HostEntry,
    unit: string,
    wish: Pick<JournalWish, 'since' | 'level'>,
    signal?: AbortSignal,
  ): Promise<Result<UnitDetails, Failure>>;
  /** Only what systemd knows of it. */
  facts(entry: HostEntry, unit: string): Promise<Result<UnitFacts, Failure>>;
  /** A page of its journal. */
  journal(
    entry: HostEntry,
    unit: string,
    wish: JournalWish,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly journal: UnitJournal; readonly cursor: string | null }, Failure>>;
}

export const createUnitQuestions = (run: RunOnHost): UnitQuestions => {
  const ask = askerOf(run);
  return {
    details: async (entry, unit, { since, level }, signal) => {
      const known = named(entry, unit);
      if (!known.ok) return known;
      const { control, word, name, user } = known.value;
      const answer = await ask(
        entry,
        known.value,
        `${readableScript}${control} status --no-pager --full --lines=0 -- ${word} 2>&1 | sed 's/^/status /'
${factsScript(known.value)}
${journalScript(known.value, { since, level, after: null, lines: shownLines })}${control} cat --no-pager -- ${word} 2>&1 | sed 's/^/file /'
${differenceScript(user === null ? 'system' : 'user', name)}true`,
        signal,
      );
      if (!answer.ok) return answer;
      const stdout = answer.value;
      return success({
        unit: known.value.bare,
        facts: factsOf(stdout, known.value),
        status: cleanPart(stdout, 'status'),
        since,
        journal: journalOf(stdout, parseUnitJournal(part(stdout, 'journal'), shownLines)),
        file: cleanPart(stdout, 'file'),
        difference: differenceOf(stdout),
      });
    },
    facts: async (entry, unit) => {
      const known = named(entry, unit);
      if (!known.ok) return known;
      const answer = await ask(entry, known.value, `${factsScript(known.value)}\ntrue`);
      return answer.ok ? success(factsOf(answer.value, known.value)) : answer;
    },
    journal: async (entry, unit, wish, signal) => {
      const known = named(entry, unit);
      if (!known.ok) return known;
      const answer = await ask(
        entry,
        known.value,
        `${readableScript}${journalScript(known.value, wish)}true`,
        signal,
      );
      if (!answer.ok) return answer;
      const stdout = answer.value;
      const page = parseUnitJournal(part(stdout, 'journal'), wish.lines);
      return success({ journal: journalOf(stdout, page), cursor: page.cursor });
    },
  };
};
