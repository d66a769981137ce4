import { type InputQuestion, readInputQuestion } from '../../model/past/input-moves.ts';
import { isPackageMove, readPackageQuestion } from '../../model/past/package-moves.ts';
import { type Result, success } from '../../model/result.ts';
import { activeSentence } from '../../model/run/active-words.ts';
import { reportDocument } from '../../model/watch/run-watch.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showMoment, showTime } from '../../model/words/format-time.ts';
import type { AppEvent } from '../../state/events.ts';
import { comparedText } from '../../state/past/compare-words.ts';
import { concerns, isSought, type RunFilter, readMoment } from '../../state/past/filter.ts';
import {
  type BroughtInput,
  broughtInputs,
  fleetKnownGood,
  hostPasts,
} from '../../state/past/systems.ts';
import type { RunSummary } from '../../state/run.ts';
import {
  cutWords,
  goalWord,
  openWords,
  startLostWords,
  unreadWords,
} from '../../state/run-words.ts';
import { allRead, type Invocation } from '../arguments/invocation.ts';
import { refusalDocument } from '../documents/refusal.ts';
import { answerQuestion, type QuestionAnswer } from '../program/answer.ts';
import type { CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import { findRun } from '../program/find-run.ts';
import { type Program, type Refused, refused } from '../program/open.ts';
import { createProgressTeller } from '../program/progress-lines.ts';
import { resultText } from '../program/result-text.ts';
import { followActive } from '../reports/follow-run.ts';
import {
  type BroughtPackage,
  broughtLines,
  comparedDocument,
  inputLines,
  knownGoodText,
  runDocument,
  runFacts,
  runsTable,
} from '../reports/history.ts';
import { reportText } from '../reports/watch.ts';

type HistoryInvocation = Invocation<'history'>;
type Own = HistoryInvocation['own'];

/** One run in full: every step with its time of day, then its result. */
const runInFull = (run: RunSummary, events: readonly AppEvent[]): string => {
  const teller = createProgressTeller();
  const lines = events.flatMap((event) =>
    teller(event).map((line) => `${showTime(event.at)}  ${line}`),
  );
  return [
    `${run.id}  ${goalWord(run)}  ${showMoment(run.startedAt)} UTC`,
    ...runFacts(run),
    '',
    ...lines,
    '',
    ...(run.isStartLost === undefined ? [] : [startLostWords]),
    ...(run.unread === undefined ? [] : [unreadWords(run.unread)]),
    ...(run.isCut === undefined ? [] : [cutWords]),
    run.ending === null ? openWords(run) : resultText(run.ending.result),
  ].join('\n');
};

/** A run as far as it concerns these hosts. */
const narrowRun = (run: RunSummary, to: readonly string[] | null): RunSummary =>
  to === null || run.ending === null
    ? run
    : {
        ...run,
        ending: {
          ...run.ending,
          result: {
            ...run.ending.result,
            hosts: Object.fromEntries(
              Object.entries(run.ending.result.hosts).filter(([host]) => to.includes(host)),
            ),
          },
        },
      };

/** What was told of these hosts, and of no host. */
const isOf = (event: AppEvent, to: readonly string[] | null): boolean =>
  to === null || !('host' in event) || typeof event.host !== 'string' || to.includes(event.host);

const wrongMoment = (flag: string, text: string): { ok: false; failure: Refused } =>
  refused(2, {
    code: 'gate-closed',
    host: null,
    reason: `${text} is no day and no age`,
    ...advised(advise('Write it as in', `nixup history --${flag} 2026-11-20`)),
  });

/** What the flags ask for; `words` say it in the answer that finds nothing. */
interface Sought {
  readonly filter: RunFilter;
  readonly inputs: readonly InputQuestion[];
  readonly brought: readonly BroughtPackage[] | null;
  readonly words: readonly string[];
}

const soughtWords = ({ host, input, package: name, since, until }: Own, on: readonly string[]) => [
  ...(on.length === 0 ? [] : [`--on ${on.join(',')}`]),
  ...(host.length === 0 ? [] : [`--host ${host.join(',')}`]),
  ...input.map((one) => `--input ${one}`),
  ...(name === null ? [] : [`--package ${name}`]),
  ...(since === null ? [] : [`--since ${since}`]),
  ...(until === null ? [] : [`--until ${until}`]),
];

/** The runs that moved a package as it is asked, the newest first. */
const broughtBy = async (
  { engine, state }: Program,
  asked: string,
): Promise<readonly BroughtPackage[]> => {
  const question = readPackageQuestion(asked);
  const byId = new Map(state().history.map((run) => [run.id, run]));
  return (await engine.runs.packageMoves(question)).flatMap(({ run: id, hosts, changes }) => {
    const run = byId.get(id);
    const change = changes.find((one) => isPackageMove(one, question));
    return run === undefined || change === undefined ? [] : [{ run, hosts, change }];
  });
};

const readSought = async (
  program: Program,
  { own, flags }: HistoryInvocation,
  now: number,
): Promise<Result<Sought, Refused>> => {
  const since = own.since === null ? null : readMoment(own.since, now);
  const until = own.until === null ? null : readMoment(own.until, now, true);
  if (own.since !== null && since === null) return wrongMoment('since', own.since);
  if (own.until !== null && until === null) return wrongMoment('until', own.until);
  const brought = own.package === null ? null : await broughtBy(program, own.package);
  const inputs = own.input.map(readInputQuestion);
  return success({
    inputs,
    brought,
    words: soughtWords(own, flags.on),
    filter: {
      hosts: own.host,
      inputs,
      runs: brought === null ? null : new Set(brought.map(({ run }) => run.id)),
      since,
      until,
    },
  });
};

/** Nothing recorded is another answer than nothing that fits. */
const nothingFound = (words: readonly string[], known: number): readonly string[] =>
  known === 0
    ? ['No run yet. The first one: nixup run']
    : [`No run fits ${words.join(' ')} (${known} runs are recorded). All runs: nixup history`];

/** A package or an input is answered by what moved it; else the runs are listed. */
const foundLines = (
  runs: readonly RunSummary[],
  { brought }: Sought,
  moved: readonly BroughtInput[],
): readonly string[] => {
  const ids = new Set(runs.map(({ id }) => id));
  if (brought !== null) return broughtLines(brought.filter(({ run }) => ids.has(run.id)));
  return moved.length > 0 ? inputLines(moved) : runsTable(runs);
};

/** A name that no run has may be a host that was never deployed: the flake is asked for such a name only. */
const unknownHosts = async (
  program: Program,
  names: readonly string[],
): Promise<Result<unknown, Refused>> => {
  const strange = names.filter(
    (name) => !program.state().history.some((run) => concerns(run, [name])),
  );
  if (strange.length === 0) return success(null);
  const listed = await program.survey({ probe: false, evaluate: false });
  return listed.ok ? program.hosts(strange) : success(null);
};

const listRuns = async (
  program: Program,
  invocation: HistoryInvocation,
  now: number,
): Promise<Result<QuestionAnswer, Refused>> => {
  const named = await unknownHosts(program, invocation.own.host);
  if (!named.ok) return named;
  const sought = await readSought(program, invocation, now);
  if (!sought.ok) return sought;
  const { active, history } = program.state();
  const { narrowed } = program;
  const runs = history.filter(
    (run) => (narrowed === null || concerns(run, narrowed)) && isSought(run, sought.value.filter),
  );
  const { brought, inputs, words } = sought.value;
  const moved = broughtInputs(history, inputs).filter(({ run }) => runs.includes(run));
  return success({
    text: [
      ...(active === null ? [] : [`${activeSentence(active)}.`]),
      ...(runs.length === 0
        ? [
            ...nothingFound(words, history.length),
            ...(brought?.length === 0 && !(await program.engine.runs.recordsPackages())
              ? ['A deploy records which packages it moves, and no run here has any.']
              : []),
          ]
        : [...foundLines(runs, sought.value, moved), '', 'One run in full: nixup history RUN']),
    ].join('\n'),
    json: {
      version: 1,
      active,
      recorded: history.length,
      runs: runs.map(runDocument),
      ...(inputs.length === 0
        ? {}
        : { moved: moved.map(({ run, move, hosts }) => ({ run: run.id, ...move, hosts })) }),
      ...(brought === null
        ? {}
        : {
            brought: brought.map(({ run, hosts, change }) => ({ run: run.id, hosts, ...change })),
          }),
    },
    exitCode: 0,
  });
};

const knownGood = ({ state, narrowed }: Program): QuestionAnswer => {
  const { history } = state();
  const pasts = hostPasts(history).filter(
    ({ host }) => narrowed === null || narrowed.includes(host),
  );
  const fleet = fleetKnownGood(
    history,
    pasts.map(({ host }) => host),
  );
  return {
    text: knownGoodText(pasts, fleet).join('\n'),
    json: { version: 1, hosts: pasts, fleet },
    exitCode: 0,
  };
};

const oneRun = async (
  { engine, state, narrowed }: Program,
  found: RunSummary,
  now: number,
): Promise<QuestionAnswer> => {
  const shown = narrowRun(found, narrowed);
  const events = (await engine.runs.read(found.id)).filter((event) => isOf(event, narrowed));
  const watch = state().watches.find((one) => one.run === found.id);
  return {
    text: [
      runInFull(shown, events),
      ...(watch === undefined ? [] : ['', ...reportText(watch, now)]),
    ].join('\n'),
    json: {
      version: 1,
      active: state().active,
      run: runDocument(shown),
      watch: watch === undefined ? null : reportDocument(watch, now),
      events,
    },
    exitCode: 0,
  };
};

const twoRuns = async (
  { engine }: Program,
  one: RunSummary,
  other: RunSummary,
): Promise<Result<QuestionAnswer, Refused>> => {
  const compared = await engine.runs.compare(one.id, other.id);
  return compared === null
    ? refused(2, {
        code: 'gate-closed',
        host: null,
        reason: 'one of the two runs is not in the history any more',
        ...advised(advise('See the runs with', 'nixup history')),
      })
    : success({
        text: comparedText(compared).join('\n'),
        json: { version: 1, ...comparedDocument(compared) },
        exitCode: 0,
      });
};

/** Past runs, one in full, or two compared: replays of their journals. With `--on`, those of its hosts. */
export const run: CommandRun<'history'> = async (invocation, context) => {
  const { restore, follow, knownGood: wantsGood, ...rest } = invocation.own;
  allRead(rest, 'host', 'input', 'package', 'since', 'until');
  if (follow) return await followActive(invocation, context);
  const { words } = invocation;
  if (
    words.length > 0 &&
    (restore !== null || wantsGood || soughtWords(invocation.own, []).length > 0)
  ) {
    const what = 'nixup history takes either runs or flags that look for runs.';
    const next = 'nixup history --help';
    context.console.tell(`${what}\n  ${next}`);
    if (invocation.flags.json)
      context.console.answerJson(refusalDocument(2, [{ code: 'command-line', what, next }]));
    return 2;
  }
  if (restore !== null)
    return await doRun(invocation, context, async ({ engine, state }) => {
      await engine.runs.listAll();
      const found = findRun(state().history, restore);
      return found.ok
        ? success({ result: await engine.lock.restore({ run: found.value.id }) })
        : found;
    });
  const now = context.world.clock.now();
  return await answerQuestion(invocation, context, async (program) => {
    await program.engine.runs.listAll();
    if (wantsGood) return success(knownGood(program));
    const [first, second] = words;
    if (first === undefined) return await listRuns(program, invocation, now);
    const found = findRun(program.state().history, first);
    if (!found.ok) return found;
    if (second === undefined) return success(await oneRun(program, found.value, now));
    const other = findRun(program.state().history, second);
    return other.ok ? await twoRuns(program, found.value, other.value) : other;
  });
};
