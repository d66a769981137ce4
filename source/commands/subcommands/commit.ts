import { type Command, quoteWords } from '../../model/command.ts';
import {
  type CommitChoice,
  type CommitPlan,
  choiceWords,
  showFiles,
} from '../../model/commit/commit-plan.ts';
import { owedWords } from '../../model/commit/owed-push.ts';
import { pushObstacle } from '../../model/commit/push-obstacle.ts';
import { type RequestPlan, requestWarnings } from '../../model/commit/request-plan.ts';
import { asSentence, explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  type Advice,
  adviceLine,
  advise,
  advised,
  startSentence,
} from '../../model/words/advice.ts';
import { unpushedBranch, unpushedWords } from '../../state/left-over.ts';
import type { RunResult } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { allRead, type GlobalFlags, type Invocation } from '../arguments/invocation.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { commitChoice, type Publishing, publishingOf } from '../program/commit-choice.ts';
import { commandLines } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { mergeResults } from '../program/merge-results.ts';
import { openFolder, type Program, type Refused, refused } from '../program/open.ts';
import { readMessage } from '../program/read-message.ts';
import { editMessage } from '../tui/editor.ts';

const closed = (reason: string, next: Advice | string): Failure => ({
  code: 'gate-closed',
  host: null,
  reason,
  ...advised(next),
});

/** The message that somebody edited before is offered, not taken unasked. */
const offerKept = async (
  plan: CommitPlan,
  isUnasked: boolean,
  { console }: CommandContext,
): Promise<string> => {
  const { kept, keptIn, message } = plan;
  if (kept === null || keptIn === null) return message;
  console.tell(`A message that you edited for this lock is kept: ${keptIn}`);
  if (!console.canAsk || isUnasked) {
    console.tell(
      `It is not used unasked. To use it: ${quoteWords(['nixup', 'commit', '--message', keptIn])}`,
    );
    return message;
  }
  const answer = await console.ask('Use it? [Y/n]');
  return answer === undefined || /^n/i.test(answer) ? message : kept;
};

const noTerminal = closed(
  '--edit needs a terminal, and nothing was committed',
  advise('Give the message in a file', 'nixup commit --message FILE'),
);

const chooseMessage = async (
  { own: { message, edit }, flags }: Invocation<'commit'>,
  context: CommandContext,
  plan: CommitPlan,
): Promise<Result<string, Refused>> => {
  const { world } = context;
  let text: string;
  if (message !== null) {
    const read = await readMessage(message, world, process.stdin);
    if (!read.ok) return refused(2, read.failure);
    text = read.value;
  } else text = edit ? (plan.kept ?? plan.message) : await offerKept(plan, flags.yes, context);
  if (!edit) return success(text);
  const flake = openFolder(context, flags.flake);
  const edited = await editMessage(text, plan.keptIn, world.environment, flake);
  return edited.ok ? edited : refused(1, edited.failure);
};

/**
 * What happens with other changed files: a person at a terminal is asked, otherwise the command
 * stops.
 */
const settleOthers = async (
  { yes }: Pick<GlobalFlags, 'yes'>,
  { console }: CommandContext,
  plan: CommitPlan,
): Promise<Result<CommitChoice | null, Failure>> => {
  if (plan.others.kind !== 'unasked') return success(null);
  const { paths } = plan.others;
  const reason = `other tracked files changed too, and were tested with the lock: ${showFiles(paths)}`;
  const refusal = closed(
    reason,
    advise('Nothing was committed. Say what becomes of them', `nixup commit ${choiceWords(paths)}`),
  );
  if (!console.canAsk || yes) return failed(refusal);
  console.tell(startSentence(reason));
  const answer = await console.ask(
    plan.paths.length === 0
      ? 'flake.lock is unchanged. Commit these files? Type all, or press enter for no:'
      : 'Commit them too (all), or the lock alone (lock)? Enter for neither:',
  );
  if (answer === 'all') return success({ also: 'all', rest: 'unasked' });
  if (answer === 'lock' && plan.paths.length > 0) return success({ also: [], rest: 'left' });
  return failed(refusal);
};

const pushOf = ({ git }: AppState): readonly Command[] =>
  git?.push === undefined ? [] : [git.push];

/** Where a push really goes: the addresses for a push may be others than those for a fetch. */
const pushAddresses = ({ git }: AppState): readonly string[] =>
  (git?.pushesTo ?? []).map((address) => `The push goes to ${address}`);

/** What a commit runs, and its push. */
const commitLines = (
  state: AppState,
  plan: CommitPlan,
  push: boolean,
  request: RequestPlan | null,
): readonly string[] => [
  ...(push ? pushAddresses(state) : []),
  ...commandLines([...plan.commands, ...(push ? pushOf(state) : []), ...(request?.commands ?? [])]),
];

/** Tells what comes with a request and which hosts it leaves; whoever can answer is asked. False: it is not wanted. */
const agreesToRequest = async (
  request: RequestPlan | null,
  { yes }: Pick<GlobalFlags, 'yes'>,
  { console }: CommandContext,
): Promise<boolean> => {
  const warnings = request === null ? [] : requestWarnings(request);
  for (const line of warnings) console.tell(line);
  if (warnings.length === 0 || !console.canAsk || yes) return true;
  const answer = await console.ask(
    request?.problem === undefined || request.problem.kind === 'unsure'
      ? 'Open the pull request? [y/N]'
      : 'Go on without opening it? [y/N]',
  );
  return answer !== undefined && /^y/i.test(answer);
};

const notWanted = refused(3, closed('the pull request was not agreed to', 'Nothing was changed.'));

const nothing: RunResult = {
  ok: true,
  exitCode: 0,
  hosts: {},
  commit: null,
  build: null,
  summary: 'Nothing to commit: the tree is clean.',
};

/** Commits that the remote does not have. */
const isAhead = (git: AppState['git']): boolean =>
  git !== null && (git.upstream === null || git.ahead > 0);

const isClean = (git: AppState['git']): boolean =>
  git !== null && git.dirty.length === 0 && git.conflicted.length === 0;

/** Whether a request would have a commit: the one that is to be made, or one that was not pushed. */
const wantsRequest = ({ holdsNothing }: CommitPlan, git: AppState['git']): boolean =>
  isAhead(git) || !(isClean(git) || holdsNothing === true);

/** What is left to do where nothing is to be committed: a push, or the pull request of what was. */
const withoutCommit = async (
  { push, pr }: Publishing,
  flags: GlobalFlags,
  context: CommandContext,
  program: Program,
  summary: string,
): Promise<Result<{ readonly result: RunResult }, Refused>> => {
  const { engine, state } = program;
  const { git } = state();
  const none = { ...nothing, summary };
  if (pr && git !== null && git.head !== null && isAhead(git)) {
    const request = await engine.commit.planRequest({}, git.head);
    if (!(await agreesToRequest(request, flags, context))) return notWanted;
    if (!flags.json)
      for (const line of commandLines(request?.commands ?? [])) context.console.tell(line);
    return success({ result: mergeResults(none, await engine.commit.propose(git.head)) });
  }
  if (!push) return success({ result: await withOwed(program, none) });
  if (!flags.json)
    for (const line of [...pushAddresses(state()), ...commandLines(pushOf(state()))])
      context.console.tell(line);
  return success({ result: mergeResults(none, await engine.commit.push()) });
};

/** A commit that was made before the command was stopped, so that the rest was not done. */
const unpushed = (result: RunResult, { push, pr }: Publishing): RunResult => {
  const { commit, summary } = result;
  const command = `nixup commit ${pr ? '--pr' : '--push'}`;
  // Why it was not done names the command in most cases.
  if (commit === null || !(push || pr) || summary.includes(command)) return result;
  const undone = pr ? 'No pull request was opened' : 'It is not pushed';
  const again = summary.includes(undone) ? 'To try that again' : `${undone}; to do that`;
  return { ...result, summary: `${asSentence(summary)} ${again}: ${command}` };
};

/** Done as asked, and the remote does not have every commit. */
const withPushToDo = (state: AppState, result: RunResult): RunResult => {
  const words = unpushedWords(state);
  const unpushed = unpushedBranch(state);
  return words === null
    ? result
    : {
        ...result,
        ...(unpushed === undefined ? {} : { unpushed }),
        summary: `${asSentence(result.summary)} ${words}; to do that: nixup commit --push`,
      };
};

/** Not successful while a commit that should be pushed is only here. */
const withOwed = async ({ engine, state }: Program, result: RunResult): Promise<RunResult> => {
  const branch = state().git?.branch ?? null;
  const owed = (await engine.commit.owedPushes()).map((one) => owedWords(one, branch));
  return owed.length === 0
    ? withPushToDo(state(), result)
    : {
        ...result,
        ok: false,
        exitCode: Math.max(result.exitCode, 1),
        summary: [result.summary, ...owed].join(' '),
      };
};

/** A commit that nixup.toml wants pushed after a question, where somebody can answer. */
const askPush = async (
  { yes }: Pick<GlobalFlags, 'yes'>,
  { console }: CommandContext,
  program: Program,
  committed: RunResult,
): Promise<RunResult> => {
  const { engine, state } = program;
  const { git } = state();
  const canPush = git !== null && git.branch !== null && git.remoteUrl !== null;
  if (engine.commit.settings().push !== 'ask' || !console.canAsk || yes || !canPush)
    return withOwed(program, committed);
  console.tell(committed.summary);
  for (const line of [...pushAddresses(state()), ...commandLines(pushOf(state()))])
    console.tell(line);
  const answer = await console.ask('Push it? [y/N]');
  if (answer === undefined || !/^y/i.test(answer)) return withOwed(program, committed);
  return mergeResults(committed, await engine.commit.push());
};

/** A pull request that cannot be opened: who can be asked decides, with everything else that goes with it. */
const requestObstacle = async (
  { yes }: Pick<GlobalFlags, 'yes'>,
  { console }: CommandContext,
  { engine }: Program,
): Promise<Failure | null> => {
  const problem = await engine.commit.requestProblem();
  if (problem?.kind !== 'sure' || (console.canAsk && !yes)) return null;
  const { what, next } = explain(problem.failure);
  return closed(
    `the pull request cannot be opened: ${what}`,
    advise(
      `Nothing was changed. First: ${adviceLine(next)}. To commit without it`,
      'nixup commit --no-pr',
    ),
  );
};

/** Why what is wanted besides the commit cannot succeed, known before anything is done. */
const publishObstacle = async (
  { push, pr }: Publishing,
  flags: GlobalFlags,
  context: CommandContext,
  program: Program,
  plan: CommitPlan,
): Promise<Failure | null> => {
  const { engine, state } = program;
  const { git } = state();
  if (push) return engine.commit.pushGate();
  if (!pr) return null;
  const unpushable = pushObstacle(git, 'Commit without --pr');
  if (unpushable !== null || !wantsRequest(plan, git)) return unpushable;
  return await requestObstacle(flags, context, program);
};

/** The plan with what is done after the commit. */
const publishedPlan = (
  { pushes: _pushes, proposes: _proposes, request: _request, ...plan }: CommitPlan,
  { push, pr }: Publishing,
): CommitPlan => ({
  ...plan,
  ...(push && !pr ? { pushes: true as const } : {}),
  ...(pr ? { proposes: true as const } : {}),
});

/** Commits the lock, and what is named on purpose, with a message made of facts. */
export const run: CommandRun<'commit'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { engine, state } = program;
    const { flags } = invocation;
    const { with: also, leaveRest, push: pushes, pr: proposes, noPr, ...rest } = invocation.own;
    allRead(rest, 'message', 'edit');
    if (rest.edit && !context.console.canAsk) return refused(3, noTerminal);
    const asked = { push: pushes, pr: proposes, noPr };
    const publishing = publishingOf(engine.commit.settings(), asked);
    const { push, pr } = publishing;
    const surveyed = await program.survey({ probe: true, evaluate: true });
    if (!surveyed.ok) return surveyed;
    const choice = commitChoice(
      { with: also, leaveRest },
      state().git,
      context.world.workingFolder,
    );
    let plan = await engine.commit.plan(choice);
    const { git } = state();
    if (plan.isBlocked === true)
      return refused(3, closed(plan.obstacle ?? '', 'Nothing was committed.'));
    const unpushable = await publishObstacle(publishing, flags, context, program, plan);
    if (unpushable !== null) return refused(3, unpushable);
    if (isClean(git))
      return await withoutCommit(publishing, flags, context, program, nothing.summary);
    if (plan.others.kind === 'unasked' && plan.obstacle !== null)
      return refused(3, closed(plan.obstacle, 'Nothing was committed.'));
    const settled = await settleOthers(flags, context, plan);
    if (!settled.ok) return refused(3, settled.failure);
    if (settled.value !== null) plan = await engine.commit.plan(settled.value);
    if (plan.holdsNothing === true && plan.obstacle !== null)
      return await withoutCommit(
        publishing,
        flags,
        context,
        program,
        asSentence(startSentence(plan.obstacle)),
      );
    if (plan.obstacle !== null) return refused(3, closed(plan.obstacle, 'Nothing was committed.'));
    const message = await chooseMessage(invocation, context, plan);
    if (!message.ok) return message;
    if (message.value.trim() === '')
      return refused(3, closed('the message is empty', 'Nothing was committed.'));
    const request = pr ? (plan.request ?? (await engine.commit.planRequest(plan, null))) : null;
    if (!(await agreesToRequest(request, flags, context))) return notWanted;
    const lines = flags.json ? [] : commitLines(state(), plan, push, request);
    for (const line of lines) context.console.tell(line);
    const committed = await engine.commit.run(
      publishedPlan({ ...plan, message: message.value }, publishing),
    );
    if (!committed.ok) return success({ result: unpushed(committed, publishing) });
    if (pr) return success({ result: committed });
    return success({
      result: push
        ? mergeResults(committed, await engine.commit.push())
        : await askPush(flags, context, program, committed),
    });
  });
