import { explain } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { EngineContext } from './context.ts';
import type { OwedPush } from './records.ts';

/** Notes that the branch is to be pushed and was not: the next run tries again. */
export const owePush = async (
  context: EngineContext,
  branch: string,
  failure: Failure,
): Promise<void> => {
  const head = await context.git.observe();
  const revision = head.ok ? head.value.head : null;
  if (revision === null) return;
  await context.records.keepOwedPush({
    branch,
    revision,
    at: context.world.clock.now(),
    reason: explain(failure).what,
  });
};

export const settlePush = async (context: EngineContext): Promise<void> => {
  await context.records.dropOwedPush();
};

/** What is still to be pushed. Over when a remote branch has it, or the commit is no longer on its branch. */
export const readOwedPush = async (context: EngineContext): Promise<OwedPush | null> => {
  await context.records.reload();
  const owed = context.records.owedPush();
  if (owed === undefined) return null;
  const { branch, revision } = owed;
  const [published, isThere] = await Promise.all([
    context.git.isPublished(revision),
    context.git.isAncestor(revision, `refs/heads/${branch}`),
  ]);
  if (!published && isThere.ok && isThere.value) return owed;
  await settlePush(context);
  return null;
};
