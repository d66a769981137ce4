import type { CutCommit } from '../../model/commit/cut-commit.ts';
import { asSentence, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { startSentence } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import type { InterruptedRun, ResumeChoice } from '../../state/run.ts';
import { observeGit } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { beginPush, dropPush } from './owed-push.ts';

/** Asks git what became of the commit of a run that was cut off; null where it had begun none. */
export const askCutCommit = async (
  context: EngineContext,
  run: InterruptedRun,
): Promise<Result<CutCommit | null, Failure>> =>
  run.commit === undefined ? success(null) : context.git.cutCommit(run.commit);

/**
 * A nixup that is killed while git makes a commit in a copy of the tree leaves the index of the
 * person as before it: what it has staged would take the commit back with the next one. Brings the
 * commit into the index, and says so. Answers whether it changed anything.
 */
export const noteCutCommit = async (context: EngineContext): Promise<boolean> => {
  const { interrupted, active } = context.state();
  if (interrupted === null || active !== null) return false;
  const cut = await askCutCommit(context, interrupted);
  if (!cut.ok || cut.value?.kind !== 'made') return false;
  const { revision } = cut.value;
  const noted = await context.git.noteInIndex(revision);
  if (noted.length === 0) return false;
  context.emitter.emit({
    type: 'noticed',
    tone: 'warning',
    text: `The run ${interrupted.id} was cut off while git made its commit. Commit ${showCommit(revision)} was made, and is in git’s index now: ${noted.join(', ')}`,
  });
  return true;
};

/**
 * Removes copies from before the commit that nobody needs: the commit is proven, or everything in
 * them still exists. Answers the copies that stay.
 */
export const forgetKept = async (
  { git, world }: EngineContext,
  cut: Exclude<CutCommit, { kind: 'busy' }>,
): Promise<readonly string[]> => {
  if (cut.kind === 'made') await git.noteInIndex(cut.revision);
  const needed =
    cut.kind === 'made'
      ? []
      : await Promise.all(cut.kept.map((folder) => git.isKeptNeeded(folder)));
  const left = cut.kept.filter((_, index) => needed[index] === true);
  for (const folder of cut.kept) if (!left.includes(folder)) await world.files.remove(folder);
  return left;
};

/** The branch and its tip, where the push of the run that was cut off was not done. */
const unpushedOf = async (
  context: EngineContext,
  run: InterruptedRun,
  made: string | null,
): Promise<{ readonly branch: string; readonly tip: string } | null> => {
  if (run.wantsPush === undefined) return null;
  if (made === null && !run.openDeeds.some(({ deed }) => deed === 'push')) return null;
  await observeGit(context);
  const branch = context.state().git?.branch ?? null;
  if (branch === null) return null;
  const tip = made === null ? await context.git.branchTip(branch) : success(made);
  return !tip.ok || tip.value === null || (await context.git.isPublished(tip.value))
    ? null
    : { branch, tip: tip.value };
};

/**
 * What becomes of the push during which, or before which, a run was killed; a sentence about it, or
 * null. Only a resume that finishes the run still wants the push: it is noted, so that the next run
 * does it.
 */
export const oweCut = async (
  context: EngineContext,
  run: InterruptedRun,
  cut: CutCommit | null,
  choice: ResumeChoice,
): Promise<string | null> => {
  const made = cut?.kind === 'made' ? cut.revision : null;
  const unpushed = await unpushedOf(context, run, made);
  if (unpushed === null) return null;
  const { branch, tip } = unpushed;
  // A push that had begun may have reached the remote without nixup: only the next push asks it.
  const isBegun = run.openDeeds.some(({ deed }) => deed === 'push');
  const what = made === null ? `commit ${showCommit(tip)} of the branch ${branch}` : 'it';
  const told = isBegun
    ? `Whether ${what} was pushed is not known`
    : startSentence(`${what} is not pushed`);
  if (choice !== 'finish') {
    // The run itself may have noted it before it was killed.
    await dropPush(context, { branch, revision: tip });
    return made === null ? `${told}. To push it: nixup commit --push` : `${told}.`;
  }
  const noted = await beginPush(context, { branch, revision: made });
  return noted.ok
    ? `${told}; the next run tries that again.`
    : `${told}, and the next run will not try again, because that could not be noted: ${asSentence(explainInLine(noted.failure))} To push it: nixup commit --push`;
};
