import type { GitFacts } from '../../model/commit/git.ts';
import { owedWords } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showCommit } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import type { Pushed } from '../../services/git/push.ts';
import { type LeftOver, leftOvers, leftWords } from '../../state/left-over.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalEnding } from '../run/ending.ts';
import type { RunWish } from '../run/options.ts';
import type { RunSession } from '../run/session.ts';
import { pushOwed, runPush } from './commit.ts';
import { readOwedPushes } from './owed-push.ts';

const branchOf = (context: EngineContext): string | null => context.state().git?.branch ?? null;

/**
 * Tries a push of this branch again that failed in an earlier run; answers what was pushed, in
 * sentences.
 */
const retryOwedPushes = async (
  context: EngineContext,
  session: RunSession,
): Promise<readonly string[]> => {
  const branch = branchOf(context);
  const told: string[] = [];
  for (const owed of await readOwedPushes(context)) {
    if (owed.branch !== branch) continue;
    const pushed = await pushOwed(context, session, owed);
    if (pushed.ok)
      told.push(
        `Commit ${showCommit(owed.revision)} of the branch ${branch}, which an earlier run could not push, is pushed now.`,
      );
  }
  return told;
};

/**
 * What a push did, by the facts of before: how many commits, where they were counted against the
 * branch that they went to.
 */
const pushedSentence = (before: GitFacts | null, { remote, ref }: Pushed): string => {
  const there = ref.replace(/^refs\/heads\//, '');
  // A remote without a name is an address, which may hold a secret.
  const target = /[:/]/.test(remote) ? `${there} of its remote` : `${remote}/${there}`;
  return before !== null && before.upstream === target && before.ahead > 0
    ? `${counted(before.ahead, 'commit')} pushed to ${target}.`
    : `The branch ${before?.branch ?? there} is pushed to ${target}.`;
};

/**
 * The push at the end of a run, and what it did as a sentence; null when none was asked for, or the
 * remote has every commit.
 */
export const pushAtEnd = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
): Promise<Result<string | null, Failure>> => {
  const { git } = context.state();
  if (!wish.push || (git?.upstream != null && git.ahead === 0)) return success(null);
  const pushed = await runPush(context, session);
  return pushed.ok ? success(pushedSentence(git, pushed.value)) : failed(pushed.failure);
};

/** The push of a run that was asked for one and makes no commit. */
const pushAlone = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  ending: GoalEnding,
  hasPushed: boolean,
): Promise<GoalEnding> => {
  const isWell = ending.failure === undefined && (ending.exitCode ?? 0) === 0;
  const { git } = context.state();
  if (!isWell || session.signal.aborted || git === null) return ending;
  const branch = branchOf(context);
  // What was tried at the beginning of this run is told with the pushes that are still owed.
  if ((await readOwedPushes(context)).some((owed) => owed.branch === branch)) return ending;
  const { upstream, ahead } = git;
  // The only commits to push are those that an earlier run owed.
  if (hasPushed && upstream !== null && ahead === 0) return ending;
  const pushed = await pushAtEnd(context, session, wish);
  if (!pushed.ok) return endWith(pushed.failure, `${ending.summary} Not pushed: `);
  const done =
    pushed.value ??
    `Nothing was to be pushed: ${upstream} has every commit of the branch ${branch}.`;
  return { ...ending, summary: `${ending.summary} ${done}` };
};

/**
 * What the run leaves, as sentences. A commit that the remote does not have is named though nobody
 * asked to push it; a run that failed tells what to do about the failure instead.
 */
const leftSentences = (
  context: EngineContext,
  { left, failure, exitCode }: GoalEnding,
  isTold: boolean,
): readonly string[] => {
  const isUnpushed = ({ kind }: LeftOver): boolean => kind === 'unpushed';
  const isWell = failure === undefined && (exitCode ?? 0) === 0;
  const all = left ?? (isWell ? leftOvers(context.state()).filter(isUnpushed) : []);
  const told = all.filter((one) => !isTold || !isUnpushed(one));
  if (told.length === 0) return [];
  const commits = told.find((one) => one.kind === 'unpushed')?.commits ?? 0;
  return [
    `Left: ${told.map(leftWords).join('; ')}.`,
    ...(commits === 0 ? [] : [`nixup commit --push pushes ${commits === 1 ? 'it' : 'them'}.`]),
  ];
};

/**
 * A run with what it leaves; it has not succeeded while a commit that should be pushed is only here.
 */
const withLeft = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  ending: GoalEnding,
): Promise<GoalEnding> => {
  const branch = branchOf(context);
  // A push that failed at the end of this run is told by its failure.
  const owed = (await readOwedPushes(context)).filter(
    (one) => ending.failure?.code !== 'git-refused' || one.branch !== branch,
  );
  const left = session.signal.aborted
    ? []
    : leftSentences(
        context,
        ending,
        // A branch may go to another remote than the one that it is compared with.
        wish.push || owed.some((one) => one.branch === branch),
      );
  return {
    ...(owed.length > 0 && ending.failure === undefined ? { exitCode: 1 } : {}),
    ...ending,
    summary: [ending.summary, ...left, ...owed.map((one) => owedWords(one, branch))].join(' '),
  };
};

/**
 * A run with its pushes. A push that an earlier run owes is tried again by a run that commits, or
 * that is asked to push; any other run only tells about it.
 */
export const withPushes = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  run: () => Promise<GoalEnding>,
): Promise<GoalEnding> => {
  const commits = wish.deploy && wish.commit;
  const told = commits || wish.push ? await retryOwedPushes(context, session) : [];
  const ended = await run();
  const ending =
    !commits && wish.push ? await pushAlone(context, session, wish, ended, told.length > 0) : ended;
  return withLeft(context, session, wish, {
    ...ending,
    summary: [ending.summary, ...told].join(' '),
  });
};
