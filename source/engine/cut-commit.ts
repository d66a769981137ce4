import type { CutCommit } from '../model/cut-commit.ts';
import type { Failure } from '../model/failure.ts';
import { type Result, success } from '../model/result.ts';
import type { InterruptedRun } from '../model/run.ts';
import type { EngineContext } from './context.ts';

/** Asks git what became of the commit of a run that was cut off; null where it had begun none. */
export const askCutCommit = async (
  context: EngineContext,
  run: InterruptedRun,
): Promise<Result<CutCommit | null, Failure>> =>
  run.commit === undefined ? success(null) : context.git.cutCommit(run.commit);

/** Once the commit is proven, nobody needs the copy of what was before it. */
export const forgetKept = async (context: EngineContext, cut: CutCommit): Promise<void> => {
  if (cut.kind === 'made') for (const folder of cut.kept) await context.world.files.remove(folder);
};
