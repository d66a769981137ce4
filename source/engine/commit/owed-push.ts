import type { OwedPush } from '../../model/commit/owed-push.ts';
import { asSentence, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../run/context.ts';

/** A branch, or this commit of it. */
export interface PushedBranch {
  readonly branch: string;
  readonly revision: string | null;
}

const notePush = async (
  context: EngineContext,
  { branch, revision }: PushedBranch,
  reason: string,
): Promise<Result<void, Failure>> => {
  const tip = revision === null ? await context.git.branchTip(branch) : success(revision);
  if (!tip.ok) return tip;
  // A branch without a commit owes nothing.
  if (tip.value === null) return success(undefined);
  const at = context.world.clock.now();
  return context.records.keepOwedPush({ branch, revision: tip.value, at, reason });
};

/** Notes a push before it is tried: if nixup ends during the push, the next run tries it again. */
export const beginPush = (
  context: EngineContext,
  what: PushedBranch,
): Promise<Result<void, Failure>> =>
  notePush(context, what, 'nixup ended before the remote had it.');

/**
 * Notes that the branch, or this commit of it, was not pushed: the next run tries again. Where that
 * cannot be noted, the person is told, because the next run would not know.
 */
export const owePush = async (
  context: EngineContext,
  what: PushedBranch,
  failure: Failure,
): Promise<void> => {
  const { branch } = what;
  const kept = await notePush(context, what, explainInLine(failure));
  if (!kept.ok)
    context.emitter.emit({
      type: 'noticed',
      tone: 'error',
      text: `The branch ${branch} is not pushed, and the next run will not try again, because that could not be noted: ${asSentence(explainInLine(kept.failure))}`,
    });
};

/** A record that cannot be removed is found to be done by the next run that reads it. */
const dropOwed = async (
  { records }: EngineContext,
  isOver: (owed: OwedPush) => boolean,
): Promise<void> => {
  if (records.owedPushes().some(isOver)) await records.dropOwedPushes(isOver);
};

/** Nobody wants this push any more: the next run does not do it by itself. */
export const dropPush = async (
  context: EngineContext,
  what: { readonly branch: string; readonly revision: string },
): Promise<void> => {
  await context.records.reload();
  await dropOwed(
    context,
    ({ branch, revision }) => branch === what.branch && revision === what.revision,
  );
};

/** The branch is pushed: no push of it is owed any more. */
export const settlePush = async (context: EngineContext, branch: string): Promise<void> => {
  await context.records.reload();
  await dropOwed(context, (owed) => owed.branch === branch);
};

/**
 * The commit of it that is still to be pushed: the same one, or what a rebase or an amend made of
 * it; null where a remote branch has it, or its branch no longer has it. The same one where git
 * cannot tell.
 */
const stillOwed = async ({ git }: EngineContext, owed: OwedPush): Promise<OwedPush | null> => {
  if (await git.isPublished(owed.revision)) return null;
  const tip = await git.branchTip(owed.branch);
  if (!tip.ok) return owed;
  if (tip.value === null) return null;
  const isThere = await git.isAncestor(owed.revision, tip.value);
  if (!isThere.ok || isThere.value) return owed;
  const became = await git.rewrittenAs(owed.revision, owed.branch);
  if (!became.ok) return owed;
  return became.value === null ? null : { ...owed, revision: became.value };
};

/** What is still to be pushed, a commit for each branch. */
export const readOwedPushes = async (context: EngineContext): Promise<readonly OwedPush[]> => {
  await context.records.reload();
  const items = context.records.owedPushes();
  const left = await Promise.all(items.map((owed) => stillOwed(context, owed)));
  const gone = new Set(items.flatMap(({ revision }, index) => (left[index] ? [] : [revision])));
  await dropOwed(context, ({ revision }) => gone.has(revision));
  const owed = left.filter((one) => one !== null);
  // A change that cannot be noted is found again by the next run.
  for (const one of owed) if (!items.includes(one)) await context.records.keepOwedPush(one);
  return owed;
};
