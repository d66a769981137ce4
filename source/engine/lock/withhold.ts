import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { lockedInputs } from '../../model/inputs/moves.ts';
import type { InputStanding } from '../../model/inputs/standing.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { revertInputs } from '../../model/lock/splice.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { acceptanceWords, writeAcceptedLock } from './accepted-lock.ts';

export type Withheld = Extract<InputStanding, { kind: 'withheld' }>;

/**
 * What an update leaves alone of what it found: revisions that were taken back
 * together with hosts; without a person also those that failed in a test.
 */
export type Withholding = 'taken-back' | 'failed-too';

/** A recorded reason not to take a revision. */
const reasonAgainst = (
  context: EngineContext,
  locked: ReadonlyMap<string, string>,
  input: string,
  what: Withholding,
): Omit<Withheld, 'kind' | 'revision'> | null => {
  const { records } = context;
  const revision = locked.get(input);
  const isIt = (one: { readonly input: string; readonly revision: string }): boolean =>
    one.input === input && one.revision === revision;
  const withdrawn = records.withdrawn().findLast(isIt);
  if (withdrawn !== undefined) return { at: withdrawn.at, why: `was ${withdrawn.why}` };
  if (what === 'taken-back') return null;
  const bad = records.badRevisions();
  // One that fails only beside others is left where those come as well.
  const isWhole = (together: readonly string[]): boolean =>
    together.every((other) =>
      bad.some((one) => one.input === other && one.revision === locked.get(other)),
    );
  const failed = bad.findLast((one) => isIt(one) && isWhole(one.together));
  return failed === undefined
    ? null
    : { at: failed.at, why: `failed on ${failed.host}: ${failed.why}` };
};

const findWithheld = (
  context: EngineContext,
  old: FlakeLock,
  now: FlakeLock,
  what: Withholding,
): ReadonlyMap<string, Withheld> => {
  const before = lockedInputs(old);
  const locked = lockedInputs(now);
  return new Map(
    [...locked].flatMap(([input, revision]) => {
      if (!before.has(input) || before.get(input) === revision) return [];
      const against = reasonAgainst(context, locked, input, what);
      return against === null ? [] : [[input, { kind: 'withheld', revision, ...against }] as const];
    }),
  );
};

/**
 * Puts inputs back that an update of everything took to a revision that was taken back, or failed.
 * Where the lock does not work without the new revisions they stay, and that is told.
 */
export const withholdInputs = async (
  context: EngineContext,
  session: RunSession,
  old: { readonly lock: FlakeLock; readonly text: string },
  now: { readonly lock: FlakeLock; readonly text: string },
  what: Withholding,
): Promise<Result<ReadonlyMap<string, Withheld>, Failure>> => {
  const withheld = findWithheld(context, old.lock, now.lock, what);
  const nothing = success(new Map<string, Withheld>());
  if (withheld.size === 0) return nothing;
  const names = [...withheld.keys()];
  const stay = (why: string): typeof nothing => {
    const text = `${names.join(', ')}: updated anyway, because the lock does not work without: ${why}`;
    session.log(null, text);
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
    return nothing;
  };
  const spliced = revertInputs(old.lock, now.lock, names);
  if (!spliced.ok) return stay(explain(spliced.failure).what);
  const text = spliced.value === old.lock ? old.text : writeFlakeLock(spliced.value);
  const written = await session.perform(
    { host: null, deed: `withhold ${names.join(', ')}` },
    () => writeAcceptedLock(context, text, now.text),
    acceptanceWords,
  );
  if (!written.ok) return written;
  switch (written.value.kind) {
    case 'accepted':
      return success(withheld);
    case 'rejected':
      return stay(written.value.reason);
    case 'unknown':
      // Whether the lock works without them is not known, so they are not taken either.
      return failed(written.value.failure);
  }
};
