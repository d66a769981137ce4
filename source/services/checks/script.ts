import { join, normalize } from 'node:path';
import { quoteWord, quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { CheckAnswer, CheckAsk, CheckOrder } from '../../model/host/own-checks.ts';
import {
  type AskCheck,
  type CheckPlace,
  type CheckTools,
  lastWords,
  limitSecondsOf,
  misconfigured,
  notPassed,
  passed,
  unasked,
  withoutRun,
} from './asker.ts';

/** What is kept of the output, bytes: the last ones. */
const keptBytes = 4_000;

/** What ssh needs on top of the limit, ms. */
const marginMs = 30_000;

/** How often it is looked whether the output is at its end once the command ended, and the pause between, s. */
const looks = 20;
const lookEvery = 0.1;

/**
 * Runs a command with a limit of time, and prints the end of its output and its status. A program
 * that the command left behind may hold its output open for ever: nobody waits for that.
 */
const limited = (words: string, seconds: number): string => `
asked=$(mktemp -d) && mkfifo "$asked/pipe" || exit 1
tail -c ${keptBytes} <"$asked/pipe" >"$asked/said" 2>/dev/null &
reader=$!
timeout -k 5 ${seconds} ${words} >"$asked/pipe" 2>&1 </dev/null
status=$?
left=${looks}
while [ "$left" -gt 0 ] && kill -0 "$reader" 2>/dev/null; do left=$((left - 1)); sleep ${lookEvery}; done
kill "$reader" 2>/dev/null
cat "$asked/said"
echo
echo "nixup-status $status"
rm -rf "$asked"
`;

/** timeout(1) says what it could not run, in its own name. */
const ofTimeout = /^timeout: failed to run command (?:‘[^’]*’|'[^']*'): /;

/** What a program that was run like this means. Pure. */
const judgeRun = (output: string, seconds: number): CheckAnswer => {
  // What the program itself prints stands before that.
  const lines = output.trimEnd().split('\n');
  const status = /^nixup-status (\d+)$/.exec(lines.at(-1) ?? '')?.[1];
  const said = lastWords(status === undefined ? lines : lines.slice(0, -1));
  const last = said === null ? '' : `: ${said.replace(ofTimeout, '')}`;
  if (status === '0') return passed(`ended with 0${last}`);
  if (status === '124' || status === '137') return notPassed(`did not end within ${seconds} s`);
  if (status === '126' || status === '127') return notPassed(`could not be run${last}`);
  return status === undefined
    ? unasked(`ended without a status${last}`)
    : notPassed(`ended with ${status}${last}`);
};

/** Runs a script of the shell where the check is asked from. */
const runScript = async (
  { world, run }: CheckTools,
  order: CheckOrder,
  { entry, flake }: CheckPlace,
  script: string,
): Promise<CheckAnswer> => {
  const seconds = limitSecondsOf(order);
  const timeoutMs = seconds * 1000 + marginMs;
  if (order.from === 'here') {
    const answer = await world.exec(
      {
        file: 'sh',
        args: ['-s'],
        cwd: flake,
        ...(entry === null
          ? {}
          : { env: { NIXUP_HOST: entry.name, NIXUP_ADDRESS: entry.address } }),
      },
      { input: script, timeoutMs, quiet: true },
    );
    return answer.ok
      ? judgeRun(answer.value.stdout, seconds)
      : notPassed(`could not be run: ${explain(answer.failure).what}`);
  }
  if (run === null || entry === null) return notPassed('has no host to be run on');
  const answer = await run(entry, script, {
    timeoutMs,
    privilege: 'wanted',
    does: order.name,
  });
  if (answer.ok) return judgeRun(answer.value.stdout, seconds);
  return withoutRun(order, answer.failure, {
    unasked: 'could not be asked: ',
    failed: 'could not be run: ',
  });
};

export const askCommand: AskCheck<'command'> = async (tools, ask, order, place) =>
  await runScript(tools, order, place, limited(quoteWords(ask.command), limitSecondsOf(order)));

/** The words of the first line's interpreter; a script without one is for sh. */
const interpreterOf = (text: string): readonly string[] => {
  const [, line = ''] = /^#!\s*(\S.*)$/m.exec(text.split('\n')[0] ?? '') ?? [];
  const words = line.trim().split(/\s+/);
  return words[0] === '' ? ['sh'] : words;
};

/** Ends the here-document of a script; no script has such a line. */
const end = 'NIXUP_HEALTH_SCRIPT_ENDS';

/** Runs a script of the flake: here as it stands there, on the host as a copy in a folder of its own. */
export const askScript: AskCheck<'script'> = async (tools, { file }, order, place) => {
  if (normalize(file).startsWith('..') || file.startsWith('/'))
    return misconfigured('is not a file of the flake');
  const text = await tools.world.files.read(join(place.flake, file));
  if (!text.ok) return notPassed(`cannot be read here: ${explain(text.failure).what}`);
  if (text.value === undefined)
    return misconfigured(`is not in the flake: there is no file ${file}`);
  const interpreter = quoteWords(interpreterOf(text.value));
  const seconds = limitSecondsOf(order);
  if (order.from === 'here')
    return await runScript(
      tools,
      order,
      place,
      limited(`${interpreter} ${quoteWord(join(place.flake, file))}`, seconds),
    );
  return await runScript(
    tools,
    order,
    place,
    `
folder=$(mktemp -d) || exit 1
cat >"$folder/check" <<'${end}'
${text.value}
${end}
${limited(`${interpreter} "$folder/check"`, seconds)}
rm -rf "$folder"
`,
  );
};

/**
 * Of a journal that the login may not read, journalctl shows the login's own lines only, and says
 * nothing; of a unit that is not there it shows no line either. Both are told apart from a journal
 * without such a line, as are the statuses of journalctl and grep.
 */
const journalScript = (
  { unit, without, minutes }: CheckAsk<'journal'>,
  seconds: number,
): string => `
if [ "$(id -u)" != 0 ] && ! id -nG | tr ' ' '\\n' | grep -qxE 'systemd-journal|adm|wheel'; then echo 'nixup-status unreadable'; exit 0; fi
if [ "$(systemctl show --property=LoadState --value -- ${quoteWord(unit)} 2>/dev/null)" = not-found ]; then echo 'nixup-status no-unit'; exit 0; fi
folder=$(mktemp -d) || exit 1
{ timeout -k 5 ${seconds} journalctl --no-pager --quiet --output=cat --since=-${minutes}min --unit=${quoteWord(unit)} 2>"$folder/said" </dev/null; echo "$?" >"$folder/status"; } | { LC_ALL=C grep -a -E -e ${quoteWord(without)} 2>"$folder/grep-said"; echo "$?" >"$folder/grep"; } | tail -n 1 | head -c ${keptBytes}
echo
echo "nixup-words $(cat "$folder/said" "$folder/grep-said" | tail -n 1 | head -c ${keptBytes})"
echo "nixup-status $(cat "$folder/status") $(cat "$folder/grep")"
rm -rf "$folder"
`;

/** What is known of the journal. Pure. */
const judgeJournal = (
  output: string,
  { unit, minutes }: CheckAsk<'journal'>,
  seconds: number,
): CheckAnswer => {
  const lines = output.trimEnd().split('\n');
  const [, status, ofGrep] = /^nixup-status (\S+)(?: (\d+))?$/.exec(lines.at(-1) ?? '') ?? [];
  if (status === 'unreadable')
    return unasked(
      'its journal may not be read: the login user is neither root nor in the group systemd-journal',
    );
  if (status === 'no-unit') return notPassed(`the host has no unit ${unit}`);
  const words = lastWords([(lines.at(-2) ?? '').replace(/^nixup-words /, '')]);
  const why = words === null ? '' : `: ${words}`;
  if (ofGrep === undefined) return unasked('its journal was not read to its end');
  // 1 is "no line"; anything above is an error (grep.1).
  if (Number(ofGrep) > 1) return notPassed(`the pattern cannot be used${why}`);
  if (status === '124' || status === '137')
    return unasked(`its journal could not be read within ${seconds} s`);
  if (status !== '0') return unasked(`journalctl ended with ${status}${why}`);
  if (ofGrep !== '0') return passed(`${unit} has no such line in the last ${minutes} minutes`);
  return notPassed(`${unit} says: ${lastWords(lines.slice(0, -2)) ?? 'a line without words'}`);
};

/** The journal of a unit, read back for some minutes: no line may match. */
export const askJournal: AskCheck<'journal'> = async ({ run }, ask, order, { entry }) => {
  if (run === null || entry === null) return notPassed('there is no host to ask');
  const seconds = limitSecondsOf(order);
  const answer = await run(entry, journalScript(ask, seconds), {
    timeoutMs: seconds * 1000 + marginMs,
    privilege: 'wanted',
    quiet: true,
  });
  if (answer.ok) return judgeJournal(answer.value.stdout, ask, seconds);
  return withoutRun(order, answer.failure, { unasked: '', failed: '' });
};
