import { join } from 'node:path';
import { heldInputs } from '../../model/config/settings.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure, UnfetchedInput } from '../../model/failure.ts';
import { type InputWish, readInputWish } from '../../model/inputs/chosen-revision.ts';
import { type InputStanding, updateSentence } from '../../model/inputs/standing.ts';
import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { listInputs, pathIn, resolvePath } from '../../model/lock/paths.ts';
import { unseenRemedy, unseenSentence } from '../../model/nix/unseen-file.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showDate } from '../../model/words/format-time.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { lookWhyUnseen } from '../../services/git/why-unseen.ts';
import { reviewAfter } from '../../state/review.ts';
import { outdateFrom } from '../../state/stage.ts';
import { warnOfBadRevisions } from '../inputs/bad-revisions.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import { supersedeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';
import { keepLock, noteLock } from './history.ts';
import { gitRefusal, lockPath, noInputs, observeGit, observeLock, readLock } from './observe.ts';
import { findPicks, type Pick, takePicks } from './update-chosen.ts';
import { updateWhatCanBeFetched } from './update-rounds.ts';
import {
  isMove,
  tellEndedHolds,
  tellHeldByName,
  tellUnfetched,
  tellUnmoved,
} from './update-unmoved.ts';
import { type Withheld, type Withholding, withholdInputs } from './withhold.ts';

const hasInput = (lock: FlakeLock, path: string): boolean =>
  resolvePath(lock, pathIn(lock, path)) !== null;

/** What an update of everything leaves alone. */
const stayingInputs = (
  context: EngineContext,
  excluded: readonly string[],
): ReadonlySet<string> => {
  const held = heldInputs(context.config, showDate(context.world.clock.now()));
  return new Set([...held.keys(), ...excluded]);
};

/** The flake's own inputs that an update of everything moves. */
const freeInputs = (context: EngineContext, excluded: readonly string[]): readonly string[] => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return [];
  const staying = stayingInputs(context, excluded);
  return lock.inputs
    .filter(({ name, follows }) => !staying.has(name) && follows === null)
    .map(({ name }) => name);
};

/** Which names go to Nix: all, or all but the held ones, or the named ones after a check of each. */
const chooseInputs = (
  context: EngineContext,
  wish: readonly string[] | 'all',
  excluded: readonly string[],
  isNamed: (name: string) => boolean,
): Result<readonly string[] | 'all', Failure> => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return success(wish);
  const names = lock.inputs.map((input) => input.name);
  const locked = parseFlakeLock(lock.newText, 'flake.lock');
  const asked = wish === 'all' ? excluded : [...wish, ...excluded];
  for (const name of asked) {
    const [first] = locked.ok ? pathIn(locked.value, name) : name.split('/');
    if (first !== undefined && !names.includes(first) && !isNamed(first))
      return failed({ code: 'input-unknown', name, nearest: nearestName(name, names) });
    if (!name.includes('/') || !locked.ok || hasInput(locked.value, name)) continue;
    const paths = listInputs(locked.value).map(({ path }) => path.join('/'));
    return failed({ code: 'input-unknown', name, nearest: nearestName(name, paths) });
  }
  if (wish !== 'all') return success(wish.filter((name) => !excluded.includes(name)));
  return success(
    stayingInputs(context, excluded).size === 0 ? 'all' : freeInputs(context, excluded),
  );
};

/** What was proven about the old tree is no longer true. */
export const outdate = (context: EngineContext, session: RunSession, because: string): void => {
  const { stages, lock } = context.state();
  const review = lock.kind === 'read' ? reviewAfter(stages.review, lock.changes) : null;
  const outdated = outdateFrom(stages, review === null ? 'review' : 'test', because);
  if (review !== null) session.stage('review', review);
  for (const name of ['review', 'test', 'deploy', 'verify', 'commit', 'watch'] as const)
    if (outdated[name] !== stages[name]) session.stage(name, outdated[name]);
  if (lock.kind !== 'read' || lock.changes.length > 0) return;
  // The lock was put back as a whole: there is nothing to review, the runbook begins again.
  for (const name of ['update', 'review'] as const) session.stage(name, { kind: 'todo' });
};

/** An input that flake.nix names and the lock does not have was invisible to Nix. */
const notLocked = async (context: EngineContext, name: string): Promise<Failure> => {
  const hidden = (await context.git.unseenFiles()).filter(({ file }) => file.endsWith('.nix'));
  const known = new Set(hidden.map(({ file }) => file));
  const untracked = (context.state().git?.untrackedNix ?? []).filter((file) => !known.has(file));
  const told = [
    ...hidden.map((one) => `${unseenSentence(one)}. ${adviceLine(unseenRemedy(one))}`),
    ...(untracked.length === 0
      ? []
      : [`git does not track ${untracked.join(', ')}. Add them: git add ${untracked.join(' ')}`]),
  ];
  return {
    code: 'lock-not-written',
    detail:
      told.length === 0
        ? `flake.nix names ${name}, and Nix found no input of that name in it`
        : `${name} is not in the lock: Nix does not see every file here. ${told.join('. ')}`,
  };
};

/** What git keeps from Nix of the two files that an update reads and writes. */
const unseenByNix = async (context: EngineContext): Promise<Failure | null> => {
  for (const file of ['flake.nix', 'flake.lock']) {
    const unseen = await lookWhyUnseen(context.world, context.flake, file);
    if (unseen !== null) return { code: 'file-unseen', unseen };
  }
  return null;
};

const readWishes = (
  context: EngineContext,
  asked: readonly string[] | 'all',
): readonly InputWish[] | 'all' => {
  const { lock } = context.state();
  const names = lock.kind === 'read' ? lock.inputs.map(({ name }) => name) : [];
  return asked === 'all' ? 'all' : asked.map((word) => readInputWish(word, names));
};

const wishNames = (asked: readonly string[] | 'all', inputs: readonly string[] | 'all'): string =>
  asked === 'all' ? (inputs === 'all' ? 'all inputs' : inputs.join(', ')) : asked.join(', ');

const standingsOfPicks = (picks: readonly Pick[]): Readonly<Record<string, InputStanding>> =>
  Object.fromEntries(
    picks.map(({ name, chosen }) => [
      name,
      { kind: 'chosen', chosen, newer: chosen.tip === chosen.revision ? null : chosen.tip },
    ]),
  );

/** What an update did. */
interface UpdateOutcome {
  /** What it changed in the lock, nested inputs too. */
  readonly changes: readonly LockChange[];
  /** Inputs that were meant to move and did not, by name, with the reason. */
  readonly unmoved: Readonly<Record<string, InputStanding>>;
  /** Inputs that Nix could not fetch; the others were updated without them. */
  readonly unfetched: readonly UnfetchedInput[];
}

/**
 * An update of everything does not take revisions that were taken back; an input that is named is
 * updated.
 */
const withhold = async (
  context: EngineContext,
  session: RunSession,
  old: FlakeLock | null,
  oldText: string | undefined,
  wish: readonly string[] | 'all',
  withholding: Withholding,
): Promise<Result<ReadonlyMap<string, Withheld>, Failure>> => {
  const nothing = success(new Map<string, Withheld>());
  if (wish !== 'all') {
    await context.records.dropWithdrawn(({ input }) => wish.includes(input));
    return nothing;
  }
  const read = await readLock(context);
  if (!read.ok) return read;
  if (read.value === undefined || old === null || oldText === undefined) return nothing;
  const now = parseFlakeLock(read.value, lockPath(context));
  return now.ok
    ? withholdInputs(
        context,
        session,
        { lock: old, text: oldText },
        { lock: now.value, text: read.value },
        withholding,
      )
    : now;
};

/** The lock as it was before; both undefined and null where there is none yet. */
interface LockBefore {
  readonly text: string | undefined;
  readonly lock: FlakeLock | null;
}

/** Reads the lock, where git lets Nix see what an update reads and writes. */
const readBefore = async (context: EngineContext): Promise<Result<LockBefore, Failure>> => {
  const refused = context.state().git === null ? await gitRefusal(context) : null;
  if (refused !== null) return failed(refused);
  // Nix would take every input as new, and lock it without regard to holds.
  const hidden = await unseenByNix(context);
  if (hidden !== null) return failed(hidden);
  const before = await readLock(context);
  if (!before.ok) return before;
  const text = before.value;
  const lock = text === undefined ? success(null) : parseFlakeLock(text, lockPath(context));
  if (!lock.ok) return lock;
  await observeLock(context);
  return success({ text, lock: lock.value });
};

/** What was asked for, and who updates it. */
interface AskedInputs {
  readonly excluded: readonly string[];
  readonly wishes: readonly InputWish[];
  readonly names: readonly string[] | 'all';
  /** Inputs that Nix updates; the others are taken to a revision that somebody chose. */
  readonly byNix: readonly string[] | 'all';
}

const sortAsked = async (
  context: EngineContext,
  asked: readonly string[] | 'all',
  excluded: readonly string[],
): Promise<Result<AskedInputs, Failure>> => {
  const flakeText = await context.world.files.read(join(context.flake, 'flake.nix'));
  // An input that was just written into flake.nix is not in the lock yet.
  const isNamed = (name: string): boolean =>
    flakeText.ok &&
    new RegExp(`\\b${name.replace(/[^A-Za-z0-9_-]/g, '.')}\\b`).test(flakeText.value ?? '');
  const read = readWishes(context, asked);
  const wishes = read === 'all' ? [] : read;
  const names = read === 'all' ? 'all' : read.map(({ name }) => name);
  const inputs = chooseInputs(context, names, excluded, isNamed);
  if (!inputs.ok) return inputs;
  const picked = new Set(wishes.flatMap(({ name, to }) => (to === null ? [] : [name])));
  const byNix = inputs.value === 'all' ? 'all' : inputs.value.filter((name) => !picked.has(name));
  return success({ excluded, wishes, names, byNix });
};

/** What became of the inputs that were not simply updated. */
interface InputsApart {
  readonly picks: readonly Pick[];
  readonly unfetched: readonly UnfetchedInput[];
  readonly withheld: ReadonlyMap<string, Withheld>;
}

/** Has Nix update its inputs, takes the chosen revisions, and leaves out what was taken back. */
const changeLock = async (
  context: EngineContext,
  session: RunSession,
  before: LockBefore,
  { names, byNix, excluded }: AskedInputs,
  picks: readonly Pick[],
  withholding: Withholding,
): Promise<Result<InputsApart, Failure>> => {
  if (names === 'all') tellEndedHolds(context, session);
  else tellHeldByName(context, names);
  let unfetched: readonly UnfetchedInput[] = [];
  if (byNix === 'all' || byNix.length > 0) {
    const free = freeInputs(context, excluded);
    const updated = await updateWhatCanBeFetched(context, session, byNix, before.lock, free);
    if (!updated.ok) return updated;
    unfetched = updated.value;
  }
  const taken = await takePicks(context, session, picks);
  if (!taken.ok) return taken;
  const withheld = await withhold(context, session, before.lock, before.text, names, withholding);
  return withheld.ok ? success({ picks, unfetched, withheld: withheld.value }) : withheld;
};

/** A revision that an input reached without being sent there is no chosen one, though it was one before. */
const forgetReached = async (
  context: EngineContext,
  changes: readonly LockChange[],
  picks: readonly Pick[],
): Promise<void> => {
  const chosenNow = new Set(picks.map(({ name }) => name));
  const reached = new Map(
    changes.flatMap(({ path, new: now }) =>
      chosenNow.has(path) ? [] : [[path, lockedSide(now)?.rev] as const],
    ),
  );
  await context.records.dropChosen(({ input, revision }) => reached.get(input) === revision);
};

/** What the lock file says was changed; and that Nix sees the file and the named input. */
const proveUpdate = async (
  context: EngineContext,
  session: RunSession,
  before: LockBefore,
  { names, excluded }: AskedInputs,
  { picks, unfetched, withheld }: InputsApart,
): Promise<Result<UpdateOutcome, Failure>> => {
  const after = await readLock(context);
  if (!after.ok) return after;
  if (after.value === undefined)
    return failed({ code: 'lock-not-written', detail: 'there is no flake.lock after the update' });
  await noteLock(context, session, after.value);
  const lock = parseFlakeLock(after.value, lockPath(context));
  if (!lock.ok) return lock;
  const changes = diffLocks(before.lock ?? noInputs, lock.value);
  const unmoved =
    before.lock === null
      ? {}
      : Object.fromEntries(
          await tellUnmoved(context, session, lock.value, changes, {
            wish: names,
            excluded,
            unfetched,
            withheld,
          }),
        );
  await forgetReached(context, changes, picks);
  await observeGit(context);
  await observeLock(context);
  // From 2.20 on Nix does not add a lock that git ignores: it would not see what it wrote.
  const hidden = await unseenByNix(context);
  if (hidden !== null) return failed(hidden);
  if (before.text === undefined || fingerprint(before.text) !== fingerprint(after.value))
    outdate(context, session, 'the lock moved');
  const told = updateSentence(changes, unmoved, names);
  const at = context.world.clock.now();
  session.stage(
    'update',
    !changes.some(isMove) && unfetched.length > 0
      ? { kind: 'failed', reason: told, at }
      : { kind: 'passed', evidence: told, at },
  );
  const missing = names === 'all' ? undefined : names.find((name) => !hasInput(lock.value, name));
  if (missing !== undefined) return failed(await notLocked(context, missing));
  context.emitter.emit({
    type: 'inputs-asked',
    standings: { ...unmoved, ...standingsOfPicks(picks) },
  });
  return success({ changes, unmoved, unfetched });
};

/** Nix may have written the lock although it failed: an undo compares with what it left. */
const noteLeft = async (
  context: EngineContext,
  session: RunSession,
  before: LockBefore,
  failure: Failure,
): Promise<Failure> => {
  const left = await readLock(context);
  const isMoved = left.ok && left.value !== undefined && left.value !== before.text;
  if (left.ok && left.value !== undefined) await noteLock(context, session, left.value);
  await observeLock(context);
  if (isMoved) outdate(context, session, 'the lock moved');
  tellUnfetched(context, failure);
  return isMoved && failure.code === 'lock-not-written' ? { ...failure, isMoved } : failure;
};

const updateInputs = async (
  context: EngineContext,
  session: RunSession,
  asked: readonly string[] | 'all',
  excluded: readonly string[],
  withholding: Withholding,
): Promise<Result<UpdateOutcome, Failure>> => {
  const before = await readBefore(context);
  if (!before.ok) return before;
  const sorted = await sortAsked(context, asked, excluded);
  if (!sorted.ok) return sorted;
  const { wishes, byNix } = sorted.value;
  if (before.value.text !== undefined) {
    const deed = `update ${wishNames(asked, byNix)}`;
    const what = { deed, work: { kind: 'whole' } } as const;
    const kept = await keepLock(context, session, what, before.value.text);
    if (!kept.ok) return kept;
  }
  // Before anything is changed: a revision that does not exist must not leave half an update.
  const picks = await findPicks(context, before.value.lock, wishes);
  if (!picks.ok) return picks;
  const changed = await changeLock(
    context,
    session,
    before.value,
    sorted.value,
    picks.value,
    withholding,
  );
  if (!changed.ok) {
    return failed(await noteLeft(context, session, before.value, changed.failure));
  }
  return proveUpdate(context, session, before.value, sorted.value, changed.value);
};

/**
 * Updates inputs. Nix's text and exit status prove nothing: what moved is read
 * from the file before and after.
 */
export const runUpdate = async (
  context: EngineContext,
  session: RunSession,
  asked: readonly string[] | 'all',
  excluded: readonly string[] = [],
  withholding: Withholding = 'taken-back',
): Promise<Result<UpdateOutcome, Failure>> => {
  const { clock } = context.world;
  session.stage('update', { kind: 'running', since: clock.now() });
  const updated = await updateInputs(context, session, asked, excluded, withholding);
  if (!updated.ok)
    session.stage('update', {
      kind: 'failed',
      reason: explain(updated.failure).what,
      at: clock.now(),
    });
  return updated;
};

export const updateGoal =
  (
    context: EngineContext,
    inputs: readonly string[] | 'all',
    exclude: readonly string[],
  ): GoalBody =>
  async (session) => {
    const updated = await runUpdate(context, session, inputs, exclude);
    if (!updated.ok) return endWith(updated.failure);
    await supersedeInterrupted(context, session);
    warnOfBadRevisions(context, session);
    const { changes, unmoved, unfetched } = updated.value;
    const told = updateSentence(changes, unmoved, inputs);
    return {
      // What was to be fetched and could not is a failure, whatever else moved.
      ...(unfetched.length === 0 ? {} : { exitCode: 1 }),
      summary: `${told}.`,
      ...(changes.length === 0
        ? {}
        : { next: { text: 'Next: look at the difference (nixup diff), then nixup test' } }),
    };
  };
