import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { showTime } from '../../model/words/format-time.ts';
import type { AppEvent } from '../../state/events.ts';
import type { RunResult } from '../../state/run.ts';
import { type AppState, initialState } from '../../state/state.ts';
import { worstStatus } from '../arguments/exit-status.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import { createHeartbeat } from '../ci/heartbeat.ts';
import { junitText } from '../ci/junit.ts';
import { createRunCases } from '../ci/run-cases.ts';
import { addToSummary, checkRunFile } from '../ci/run-files.ts';
import { type ReportedRun, runReport } from '../ci/run-report.ts';
import { waitingWords } from '../ci/waiting-words.ts';
import { refusedRun, resultLine } from '../documents/result-line.ts';
import { createRunFacts } from '../documents/run-facts.ts';
import { interruptionHint } from './answer.ts';
import type { CommandContext } from './command.ts';
import { canceledExit } from './console.ts';
import { createEventLines } from './event-lines.ts';
import { failureLines, type Program, type Refused, refused, withProgram } from './open.ts';
import { createProgressTeller } from './progress-lines.ts';
import { resultText, waysBack } from './result-text.ts';

const activeOf = ({ failures }: Refused): Pick<RunResult, 'active'> => {
  const found = failures.find((failure) => failure.code === 'run-active');
  return found?.code === 'run-active' ? { active: found.run } : {};
};

/** A run that was refused before it began. */
const refusedResult = (refusal: Refused): RunResult => ({
  ...activeOf(refusal),
  ...refusedRun(refusal.failures.map(explainInLine).join(' '), refusal.exitCode),
});

interface RunEnding {
  readonly result: RunResult;
  /** Answered to people in place of the result's own text. */
  readonly answer?: string;
  /** Said after the result, for people only. */
  readonly after?: readonly string[];
}

/** Files that the command line names for what a run did; null: none. */
interface RunFiles {
  readonly report: string | null;
  readonly junit: string | null;
}

interface Heard {
  readonly facts: ReturnType<typeof createRunFacts>;
  readonly cases: ReturnType<typeof createRunCases>;
}

/** Tells what a run says: events on stdout with `--json`, else lines of progress, which in a log have their times. */
const createTelling = (
  invocation: Invocation,
  { console, world }: CommandContext,
  heard: Heard,
) => {
  const { json } = invocation.flags;
  const isLog = console.isLog === true;
  let state = initialState;
  const dated = (text: string): string => `${showTime(world.clock.now())}  ${text}`;
  // With `--json` the events on stdout are the progress, and stderr is kept for what is wrong.
  const heartbeat =
    isLog && !json
      ? createHeartbeat(
          world.clock,
          () => waitingWords(state, world.clock.now()),
          (text) => console.tell(dated(text)),
        )
      : null;
  const toLine = createEventLines();
  const teller = createProgressTeller(findSubcommand(invocation.command)?.steps ?? [], isLog);
  const tell = (text: string): void => {
    console.tell(isLog ? dated(text) : text);
    heartbeat?.heard();
  };
  return {
    receive: (event: AppEvent, now: AppState): void => {
      state = now;
      heard.facts.hear(event);
      heard.cases.hear(event);
      if (json) {
        const line = toLine(event);
        if (line !== null) console.answerJson(line);
        if (event.type === 'noticed' && event.isUrgent === true) console.tell(event.text);
      } else for (const line of teller(event)) tell(line);
    },
    stop: () => heartbeat?.stop(),
  };
};

/** The files of the command line as they can be written; why not, before anything is begun. */
const checkFiles = async (
  { world }: CommandContext,
  files: RunFiles,
): Promise<Result<RunFiles, Refused>> => {
  const checked: { report: string | null; junit: string | null } = { report: null, junit: null };
  for (const flag of ['report', 'junit'] as const) {
    const named = files[flag];
    if (named === null) continue;
    const file = await checkRunFile(world, flag, named);
    if (!file.ok) return refused(2, file.failure);
    checked[flag] = file.value;
  }
  return success(checked);
};

/** What could not be written. */
interface Unwritten {
  /** Files that the command line names: the run is not whole without them. */
  readonly asked: readonly Failure[];
  /** The summary of the CI, for which nobody asked: it is told, and decides nothing. */
  readonly besides: readonly Failure[];
}

/** Writes what the run did where the command line and the CI want it. */
const writeFiles = async (
  { world }: CommandContext,
  files: RunFiles,
  run: ReportedRun,
): Promise<Unwritten> => {
  const report = runReport(run);
  const written = [
    ...(files.report === null ? [] : [await world.files.write(files.report, report)]),
    ...(files.junit === null
      ? []
      : [await world.files.write(files.junit, junitText(run.cases, run.endedAt))]),
  ];
  const added = await addToSummary(world, report);
  return {
    asked: written.flatMap((one) => (one.ok ? [] : [one.failure])),
    besides: added.ok ? [] : [added.failure],
  };
};

/** What the command line wants written; null where its subcommand writes nothing. */
const filesOf = ({ own }: Invocation): RunFiles | null =>
  'report' in own ? { report: own.report, junit: own.junit } : null;

const noFiles: RunFiles = { report: null, junit: null };

// Over 60 lines: how a run is told, written and ended, in this order.
/**
 * A subcommand that does something. With `--json` the events go to stdout, one
 * a line, the result last, whatever happened; for people the result goes to
 * stdout, and progress to stderr. Files that the command line names are written at the end, also of a run that failed.
 */
export const doRun = async (
  invocation: Invocation,
  context: CommandContext,
  work: (program: Program) => Promise<Result<RunEnding, Refused>>,
): Promise<number> => {
  const files = filesOf(invocation);
  const { console, world } = context;
  const { json } = invocation.flags;
  const startedAt = world.clock.now();
  const sayStopping = (): void => console.tell('stopping what was begun; ^c again leaves at once');
  const checked = await checkFiles(context, files ?? noFiles);
  console.canceled.addEventListener('abort', sayStopping, { once: true });
  const heard: Heard = { facts: createRunFacts(), cases: createRunCases() };
  const telling = createTelling(invocation, context, heard);
  let lastState = initialState;
  const opened = !checked.ok
    ? checked
    : await withProgram(invocation, context, telling.receive, async (program) => {
        const hint = interruptionHint(program.state());
        if (hint !== null && invocation.command !== 'resume') console.tell(hint);
        const ended = await work(program);
        lastState = program.state();
        return ended;
      }).finally(telling.stop);
  telling.stop();
  const ended = opened.ok ? opened.value : opened;
  if (!ended.ok) for (const line of failureLines(ended.failure.failures)) console.tell(line);
  const result = ended.ok ? ended.value.result : refusedResult(ended.failure);
  const told = console.canceled.aborted ? canceledExit : result.exitCode;
  const facts = heard.facts.facts(lastState);
  const { asked: unwritten, besides }: Unwritten =
    !checked.ok || files === null
      ? { asked: [], besides: [] }
      : await writeFiles(context, checked.value, {
          command: invocation.command,
          result: { ...result, exitCode: told },
          facts,
          cases: heard.cases.cases(),
          startedAt,
          endedAt: world.clock.now(),
        });
  for (const line of failureLines([...unwritten, ...besides])) console.tell(line);
  const exitCode = unwritten.length === 0 ? told : worstStatus([told, 1]);
  const summary = [result.summary, ...unwritten.map(explainInLine)].join(' ');
  const final = { ...result, exitCode, ok: exitCode === 0, summary };
  if (ended.ok && json && !final.ok)
    for (const line of [final.summary, ...waysBack(final, lastState.hosts)]) console.tell(line);
  if (json) console.answerJson(resultLine(final, facts, world.clock.now()));
  else if (ended.ok) {
    // In a log the tails of failures stand before the result: a summary is what ends it.
    const after = ended.value.after ?? [];
    if (console.isLog === true) for (const line of after) console.tell(line);
    console.answer(ended.value.answer ?? resultText(final));
    for (const line of waysBack(final, lastState.hosts)) console.tell(line);
    if (console.isLog !== true) for (const line of after) console.tell(line);
  }
  return exitCode;
};
