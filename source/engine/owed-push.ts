import { join } from 'node:path';
import { z } from 'zod';
import { explain } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { EngineContext } from './context.ts';

const owedPush = z.object({
  branch: z.string(),
  revision: z.string(),
  at: z.number(),
  /** Why it failed. */
  reason: z.string(),
});

/** A commit that was to be pushed, and is not on the remote. */
export type OwedPush = z.infer<typeof owedPush>;

const fileOf = ({ folder }: EngineContext): string => join(folder, 'owed-push.json');

/** Notes that the branch is to be pushed and was not: the next run tries again. */
export const owePush = async (
  context: EngineContext,
  branch: string,
  failure: Failure,
): Promise<void> => {
  const head = await context.git.observe();
  const revision = head.ok ? head.value.head : null;
  if (revision === null) return;
  const owed: OwedPush = {
    branch,
    revision,
    at: context.world.clock.now(),
    reason: explain(failure).what,
  };
  await context.world.files.write(fileOf(context), `${JSON.stringify(owed)}\n`);
};

export const settlePush = async (context: EngineContext): Promise<void> => {
  await context.world.files.remove(fileOf(context));
};

/** What is still to be pushed. Over when a remote branch has it, or the commit is no longer on its branch. */
export const readOwedPush = async (context: EngineContext): Promise<OwedPush | null> => {
  const text = await context.world.files.read(fileOf(context));
  if (!text.ok || text.value === undefined) return null;
  let read: unknown;
  try {
    read = JSON.parse(text.value);
  } catch {
    return null;
  }
  const owed = owedPush.safeParse(read);
  if (!owed.success) return null;
  const { branch, revision } = owed.data;
  const [published, isThere] = await Promise.all([
    context.git.isPublished(revision),
    context.git.isAncestor(revision, `refs/heads/${branch}`),
  ]);
  if (!published && isThere.ok && isThere.value) return owed.data;
  await settlePush(context);
  return null;
};
