import type { CutCommit } from '../../model/commit/cut-commit.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import type { InterruptedRun } from '../../state/run.ts';
import { observeGit } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { beginPush } from './owed-push.ts';

/** Asks git what became of the commit of a run that was cut off; null where it had begun none. */
export const askCutCommit = async (
  context: EngineContext,
  run: InterruptedRun,
): Promise<Result<CutCommit | null, Failure>> =>
  run.commit === undefined ? success(null) : context.git.cutCommit(run.commit);

/**
 * Removes copies of what was before the commit that nobody needs: it is proven, or
 * they hold nothing that is not there still. Answers those that stay.
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

/** Notes the push that a run was killed before or in, so that the next run does it; what to say of it, or null. */
export const oweCut = async (
  context: EngineContext,
  run: InterruptedRun,
  cut: CutCommit | null,
): Promise<string | null> => {
  if (run.wantsPush === undefined) return null;
  const made = cut?.kind === 'made' ? cut.revision : null;
  if (made === null && !run.openDeeds.some(({ deed }) => deed === 'push')) return null;
  await observeGit(context);
  const branch = context.state().git?.branch ?? null;
  if (branch === null) return null;
  const tip = made === null ? await context.git.branchTip(branch) : success(made);
  if (!tip.ok || tip.value === null || (await context.git.isPublished(tip.value))) return null;
  await beginPush(context, { branch, revision: made });
  return 'It is not pushed; the next run tries that again.';
};
