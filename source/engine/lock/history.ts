import { join } from 'node:path';
import { z } from 'zod';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { counted } from '../../model/words/sentences.ts';
import { moment } from '../../parsers/kept/shapes.ts';
import { keepBlob } from '../../services/git/git-blob.ts';
import { parseKept, readKept } from '../../services/world/kept-file.ts';
import { fingerprint, isKeptText, noteLockText } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** It is the name of a file: it may not lead to another folder. */
const runName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
const lockWork = z.union([
  z.object({ kind: z.enum(['put-back', 'taken-again']), inputs: z.array(z.string()).readonly() }),
  z.object({ kind: z.literal('whole') }),
]);
const begun = z.object({
  run: runName,
  deed: z.string(),
  at: moment,
  before: z.string(),
  /** Absent where an earlier nixup wrote it. */
  work: lockWork.optional(),
});
const ended = z.object({ run: runName, after: z.string() });
const line = z.union([begun, ended]);

/** What was done: to single inputs after an update, or to the lock as a whole. */
type LockWork = z.infer<typeof lockWork>;

/** Something that was done to the lock file. */
export interface LockAction {
  readonly run: string;
  /** `update nixpkgs`. */
  readonly deed: string;
  readonly work: LockWork;
  readonly at: number;
  /** Fingerprints of the file; `after` is null where the action was cut off. */
  readonly before: string;
  readonly after: string | null;
}

const indexOf = (context: EngineContext): string => join(context.folder, 'locks', 'index.jsonl');

const textFile = (context: EngineContext, run: string): string =>
  join(context.folder, 'locks', `${run}.lock`);

/** A lock that was kept before an action: the locks of runs, which need no index, lie beside it. */
const isOfAction = (name: string): boolean => name.endsWith('.lock') && !isKeptText(name);

/**
 * Keeps the lock as it is before an action changes it, on the disk and as a git object. Where it
 * cannot be kept on the disk the action is refused; without a repository the disk is enough.
 */
export const keepLock = async (
  context: EngineContext,
  session: RunSession,
  { deed, work }: Pick<LockAction, 'deed' | 'work'>,
  text: string,
): Promise<Result<void, Failure>> => {
  const { world } = context;
  const made = await world.files.makeFolder(join(context.folder, 'locks'));
  if (!made.ok) return made;
  const kept = await world.files.write(textFile(context, session.id), text);
  if (!kept.ok) return kept;
  const entry = { run: session.id, deed, work, at: world.clock.now(), before: fingerprint(text) };
  const noted = await world.files.append(indexOf(context), `${JSON.stringify(entry)}\n`);
  if (!noted.ok) return noted;
  await keepBlob(world, context.flake, { group: 'locks', name: session.id }, text);
  return success(undefined);
};

/** Notes what the lock became; until then the action counts as cut off. */
export const noteLock = async (
  context: EngineContext,
  session: RunSession,
  text: string,
): Promise<void> => {
  const entry = { run: session.id, after: fingerprint(text) };
  await context.world.files.append(indexOf(context), `${JSON.stringify(entry)}\n`);
  await noteLockText(context, text, session.say);
};

const readLine = (text: string): z.infer<typeof line> | null => {
  const value = parseKept(text);
  return value.ok ? (line.safeParse(value.value).data ?? null) : null;
};

interface LockIndex {
  readonly actions: readonly LockAction[];
  /** What of the index cannot be read, in words; null where all can. */
  readonly damage: string | null;
}

/** What the words of a deed say that an earlier nixup noted: `undo revert nixpkgs, disko`. */
const workOfWords = (deed: string): LockWork => {
  const read = /^(undo |redo )?(revert|keep) (.+)$/.exec(deed);
  if (read === null) return { kind: 'whole' };
  const [, prefix, verb, list = ''] = read;
  const isBack = (verb === 'revert') !== (prefix === 'undo ');
  return { kind: isBack ? 'put-back' : 'taken-again', inputs: list.split(', ') };
};

/** What an undo of it does. */
export const undoneWork = (work: LockWork): LockWork =>
  work.kind === 'whole'
    ? work
    : { ...work, kind: work.kind === 'put-back' ? 'taken-again' : 'put-back' };

const foldActions = (lines: readonly z.infer<typeof line>[]): readonly LockAction[] => {
  const actions = new Map<string, LockAction>();
  for (const found of lines) {
    if ('before' in found) {
      const work = found.work ?? workOfWords(found.deed);
      actions.set(found.run, { ...found, work, after: null });
      continue;
    }
    const action = actions.get(found.run);
    if (action !== undefined) actions.set(found.run, { ...action, after: found.after });
  }
  return [...actions.values()];
};

/** What was done to the lock, oldest first, and what of its index is lost. */
export const readLockIndex = async (context: EngineContext): Promise<LockIndex> => {
  const path = indexOf(context);
  const kept = await readKept(context.world, path);
  if (kept.kind === 'absent') {
    const listed = await context.world.files.list(join(context.folder, 'locks'));
    const hasLocks = listed.ok && listed.value.some(isOfAction);
    return { actions: [], damage: hasLocks ? `${path} is missing` : null };
  }
  if (kept.kind !== 'text') {
    const detail = kept.kind === 'other' ? kept.detail : explain(kept.failure).what;
    return { actions: [], damage: `${path} cannot be read: ${detail}` };
  }
  const texts = kept.text.split('\n');
  const read = texts.map((text) => (text === '' ? null : readLine(text)));
  // The end of the last line may be missing after a power cut: then what it said is not known.
  const lost = texts.filter((text, index) => text !== '' && read[index] === null).length;
  return {
    actions: foldActions(read.filter((one) => one !== null)),
    damage: lost === 0 ? null : `${counted(lost, 'line')} of ${path} cannot be read`,
  };
};

/** What was done to the lock, oldest first. */
export const lockActions = async (context: EngineContext): Promise<readonly LockAction[]> => {
  const { actions, damage } = await readLockIndex(context);
  if (damage !== null)
    context.tellDamage(
      indexOf(context),
      `${damage}. What nixup did to the lock is known in part only; the locks themselves are kept beside it.`,
    );
  return actions;
};

/** The lock as it was before an action. */
export const keptLock = async (
  context: EngineContext,
  action: LockAction,
): Promise<Result<string, Failure>> => {
  const path = textFile(context, action.run);
  const read = await context.world.files.read(path);
  if (!read.ok) return read;
  if (read.value !== undefined && fingerprint(read.value) === action.before)
    return success(read.value);
  return failed({
    code: 'file-failed',
    operation: 'read',
    path,
    detail: `the lock that was kept there is gone; git may still have it: git show refs/nixup/locks/${action.run}`,
  });
};

/**
 * The lock as it was before the last update, whatever was put back since: without a repository it
 * counts as the committed lock.
 */
export const lockBeforeUpdate = async (
  context: EngineContext,
  current: string,
): Promise<Result<string, Failure>> => {
  let expected: string | null = fingerprint(current);
  for (const action of (await lockActions(context)).toReversed()) {
    if (action.after !== expected) break;
    if (action.work.kind === 'whole') return keptLock(context, action);
    expected = action.before;
  }
  const { damage } = await readLockIndex(context);
  return failed({
    code: 'revert-refused',
    input: 'flake.lock',
    detail:
      damage !== null
        ? `the flake is in no git repository, and ${damage}; the locks themselves are kept beside it`
        : 'the flake is in no git repository, so there is no committed lock, and the last change of it was not made by nixup',
  });
};
