import { owedWords } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import { showCommit } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
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

/** The push at the end of a run; null when none was asked for, or it is done. */
export const pushAtEnd = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
): Promise<Failure | null> => {
  const { git } = context.state();
  if (!wish.push || (git?.upstream != null && git.ahead === 0)) return null;
  const pushed = await runPush(context, session);
  return pushed.ok ? null : pushed.failure;
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
  const unpushed = await pushAtEnd(context, session, wish);
  if (unpushed !== null) return endWith(unpushed, `${ending.summary} Not pushed: `);
  const done =
    upstream === null
      ? `The branch ${branch} is pushed.`
      : ahead === 0
        ? `Nothing was to be pushed: ${upstream} has every commit of the branch ${branch}.`
        : `${counted(ahead, 'commit')} of the branch ${branch} ${ahead === 1 ? 'is' : 'are'} pushed.`;
  return { ...ending, summary: `${ending.summary} ${done}` };
};

/** A run has not succeeded while a commit that should be pushed is only here. */
const withOwed = async (context: EngineContext, ending: GoalEnding): Promise<GoalEnding> => {
  const branch = branchOf(context);
  // A push that failed at the end of this run is told by its failure.
  const owed = (await readOwedPushes(context)).filter(
    (one) => ending.failure?.code !== 'git-refused' || one.branch !== branch,
  );
  return owed.length === 0
    ? ending
    : {
        ...(ending.failure === undefined ? { exitCode: 1 } : {}),
        ...ending,
        summary: [ending.summary, ...owed.map((one) => owedWords(one, branch))].join(' '),
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
  return withOwed(context, { ...ending, summary: [ending.summary, ...told].join(' ') });
};
