import { quoteWords } from '../../model/command.ts';
import { type CutCommit, cutCommitWords } from '../../model/commit/cut-commit.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showStorePath } from '../../model/words/format.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { doneSince, doneSinceWords, pausedWords } from '../../state/done-since.ts';
import { filesToComeWords } from '../../state/partly-back.ts';
import type { InterruptedRun, ResumeChoice, RunResult } from '../../state/run.ts';
import { goalWord, startLostWords, unreadWords } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import type { GlobalFlags } from '../arguments/invocation.ts';
import { alignRows } from '../arguments/text-table.ts';
import { saysYes, typesName } from '../program/agreement.ts';
import { unlockTargets } from '../program/checks.ts';
import type { FlaglessRun } from '../program/command.ts';
import { commandLines } from '../program/confirm-plan.ts';
import type { Console } from '../program/console.ts';
import { doRun } from '../program/do-run.ts';
import { failureLines, type Program, type Refused, refused } from '../program/open.ts';

const truthOf = (state: AppState, run: InterruptedRun, host: string): string => {
  const known = state.hosts[host];
  if (known === undefined) return 'no longer in the flake';
  if (known.probe.kind !== 'answered' || known.facts === null) return 'does not answer';
  const { current } = known.facts;
  if (current === null) return 'unknown';
  if (current === run.targets[host]) return 'the new system';
  return current === run.origins[host] ? 'the old system' : showStorePath(current);
};

/** What a run that was cut off was doing, and the state of each host now. */
const interruptionText = (state: AppState, run: InterruptedRun, cut: CutCommit | null): string =>
  [
    `The run ${run.id} (${goalWord(run)}) of ${showMoment(run.startedAt)} UTC ended before it said how.`,
    ...(Object.keys(run.targets).length === 0
      ? [
          run.goal === 'commit' || cut?.kind === 'made' || cut?.kind === 'busy'
            ? 'No host was started.'
            : 'No host was started. Rolling it back puts flake.lock back as it was before it.',
        ]
      : alignRows([
          ['  HOST', 'RUNS NOW', 'WAS TO GET'],
          ...Object.entries(run.targets).map(([host, to]) => [
            `  ${host}`,
            truthOf(state, run, host),
            showStorePath(to),
          ]),
        ])),
    ...pausedWords(run),
    ...doneSinceWords(run),
    ...(run.alsoBack === undefined ? [] : [filesToComeWords(run.alsoBack)]),
    ...(run.isStartLost === undefined ? [] : [startLostWords]),
    ...(run.unread === undefined ? [] : [unreadWords(run.unread)]),
    ...(cut === null ? [] : cutCommitWords(cut)),
    ...run.openDeeds.map(
      ({ host, deed }) => `Started, result unknown: ${deed}${host === null ? '' : ` on ${host}`}`,
    ),
  ].join('\n');

const choiceOf = (word: string | undefined): ResumeChoice | null =>
  word === 'finish' || word === 'rollback' || word === 'leave' ? word : null;

const askChoice = async (console: Console): Promise<ResumeChoice | null> => {
  const answer = await console.ask('Finish it, roll it back, or leave it? [finish/rollback/leave]');
  return choiceOf(answer);
};

/** The first of these hosts whose name must be given before it changes, and was not; null when all may change. */
const unconfirmed = async (
  state: AppState,
  hosts: readonly string[],
  flags: GlobalFlags,
  console: Console,
): Promise<string | null> => {
  for (const host of hosts) {
    if (state.hosts[host]?.entry.policy !== 'protected' || flags.confirm.includes(host)) continue;
    const mayAsk = console.canAsk && !flags.yes;
    if (!mayAsk || !(await typesName(console, host, `${host} is protected.`))) return host;
  }
  return null;
};

/**
 * The first of the hosts that a later run changed, and that nobody named to agree to change it
 * again.
 */
const unagreed = async (
  run: InterruptedRun,
  choice: ResumeChoice,
  hosts: readonly string[],
  flags: GlobalFlags,
  console: Console,
): Promise<Failure | null> => {
  const changed = doneSince(run, choice).filter(({ host }) => hosts.includes(host));
  const open: string[] = [];
  for (const { host, run: by } of changed) {
    if (flags.confirm.includes(host)) continue;
    const because = `${host} was changed since by the run ${by}, and would be taken from there.`;
    const mayAsk = console.canAsk && !flags.yes;
    if (!mayAsk || !(await typesName(console, host, because))) open.push(host);
  }
  if (open.length === 0) return null;
  const confirm = open.flatMap((host) => ['--confirm', host]);
  return {
    code: 'gate-closed',
    host: null,
    reason: `${doneSinceWords(run).join(' ')} To ${choice === 'finish' ? 'finish the older run' : 'roll the older run back'} would undo that`,
    ...advised(
      advise(
        'Close the older run: nixup resume leave. Or agree to it by name',
        quoteWords(['nixup', 'resume', choice, '--yes', ...confirm]),
      ),
    ),
  };
};

const isProtected = (host: string, choice: ResumeChoice): Failure => ({
  code: 'gate-closed',
  host,
  reason: 'it is protected',
  ...advised(advise('Agree to it by name', `nixup resume ${choice} --yes --confirm ${host}`)),
});

/** Lists the commands of the choice and asks whether to run them; why not, or null. */
const refusalOf = async (
  program: Program,
  run: InterruptedRun,
  choice: 'finish' | 'rollback',
  names: readonly string[],
  flags: GlobalFlags,
  console: Console,
): Promise<Failure | null> => {
  const commands = program.engine.runs.resumeCommands(choice, program.narrowed);
  if (!flags.json) for (const line of commandLines(commands)) console.tell(line);
  if (!flags.yes && !(console.canAsk && (await saysYes(console, `${choice} it now?`))))
    return {
      code: 'gate-closed',
      host: null,
      reason: 'nobody agreed to it',
      ...advised(advise('When it is what you want, run', `nixup resume ${choice} --yes`)),
    };
  const later = await unagreed(run, choice, names, flags, console);
  if (later !== null) return later;
  const host = await unconfirmed(program.state(), names, flags, console);
  return host === null ? null : isProtected(host, choice);
};

const pendingText = (pending: AppState['pending']): string =>
  [
    'These hosts did not answer; a tested system waits for each:',
    ...alignRows(
      pending.map(({ host, toplevel, since }) => [
        `  ${host}`,
        showStorePath(toplevel),
        `since ${showMoment(since)} UTC`,
      ]),
    ),
  ].join('\n');

/** Why `--on` leaves nothing to do: none of the run's hosts is one that it names. */
const noneNarrowed = (
  hosts: readonly string[],
  narrowed: readonly string[] | null,
  what: string,
  choice: ResumeChoice | null,
): Failure | null =>
  hosts.length === 0 || narrowed === null || hosts.some((host) => narrowed.includes(host))
    ? null
    : {
        code: 'gate-closed',
        host: null,
        reason: `none of the hosts that --on names ${what}`,
        ...advised(
          advise(
            `Nothing was changed. ${hosts.length === 1 ? 'It is' : 'They are'} ${hosts.join(', ')}: name a tag of them, or leave --on out`,
            quoteWords(['nixup', 'resume', ...(choice === null ? [] : [choice])]),
          ),
        ),
      };

/** Hosts that were asleep get exactly the system that was tested for them. */
const resumePending = async (
  program: Program,
  word: ResumeChoice | null,
  flags: GlobalFlags,
  console: Console,
): Promise<Result<{ result: RunResult }, Refused>> => {
  const { narrowed } = program;
  const pending = program
    .state()
    .pending.filter(({ host }) => narrowed === null || narrowed.includes(host));
  const waiting = program.state().pending.map(({ host }) => host);
  const nobody = noneNarrowed(waiting, narrowed, 'waits for a system', word);
  if (nobody !== null) return refused(3, nobody);
  if (pending.length === 0 || word === 'leave' || word === 'rollback')
    return success({ result: await program.engine.runs.resume(word ?? 'leave', narrowed) });
  const surveyed = await program.survey({ probe: true, evaluate: false });
  if (!surveyed.ok) return surveyed;
  console.tell(pendingText(pending));
  if (!flags.yes && !(console.canAsk && (await saysYes(console, 'Deploy them now?'))))
    return refused(3, {
      code: 'gate-closed',
      host: null,
      reason: 'nobody agreed to it',
      ...advised(advise('When it is what you want, run', 'nixup resume finish --yes')),
    });
  const names = pending.map(({ host }) => host);
  const host = await unconfirmed(program.state(), names, flags, console);
  if (host !== null) return refused(3, isProtected(host, 'finish'));
  await unlockTargets(program, { targets: pending }, console);
  return success({ result: await program.engine.runs.resume('finish', narrowed) });
};

/**
 * Finishes, rolls back or closes a run that was cut off; without one, deploys the systems that wait
 * for hosts that were asleep.
 */
export const run: FlaglessRun<'resume'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { console } = context;
    const { flags, words } = invocation;
    const { active, interrupted } = program.state();
    // While another run is active, nobody can say what is unfinished.
    if (active !== null) return refused(3, { code: 'run-active', run: active });
    if (interrupted === null)
      return await resumePending(program, choiceOf(words[0]), flags, console);
    // A run that had begun no host is closed without one: a flake may have none, or not evaluate.
    const { narrowed } = program;
    const begun = Object.keys(interrupted.targets);
    const names = begun.filter((host) => narrowed === null || narrowed.includes(host));
    // Closing it closes it as a whole, whatever --on names.
    const nobody =
      words[0] === 'leave'
        ? null
        : noneNarrowed(begun, narrowed, 'is in the unfinished run', choiceOf(words[0]));
    if (nobody !== null) return refused(3, nobody);
    const surveyed =
      begun.length === 0 ? null : await program.survey({ probe: true, evaluate: false });
    if (surveyed?.ok === false) {
      if (words[0] !== 'leave') return surveyed;
      for (const line of failureLines(surveyed.failure.failures)) console.tell(line);
    }
    const cut =
      interrupted.commit === undefined ? null : await program.engine.commit.askCut(interrupted);
    if (cut?.ok === false && words[0] !== 'leave') return refused(1, cut.failure);
    console.tell(
      interruptionText(program.state(), interrupted, cut?.ok === true ? cut.value : null),
    );
    const choice = choiceOf(words[0]) ?? (console.canAsk ? await askChoice(console) : null);
    if (choice === null)
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: 'nobody chose what to do with the unfinished run',
        remedy:
          'Choose one: nixup resume finish --yes, nixup resume rollback --yes, nixup resume leave',
      });
    if (choice !== 'leave') {
      const refusal = await refusalOf(program, interrupted, choice, names, flags, console);
      if (refusal !== null) return refused(3, refusal);
      await unlockTargets(program, { targets: names.map((host) => ({ host })) }, console);
    }
    if (choice === 'leave' && narrowed !== null)
      console.tell('--on narrows nothing here: the unfinished run is closed as a whole.');
    return success({
      result: await program.engine.runs.resume(choice, choice === 'leave' ? null : narrowed),
    });
  });
