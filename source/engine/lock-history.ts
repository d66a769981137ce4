import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { keepBlob } from '../services/git-blob.ts';
import type { EngineContext } from './context.ts';
import { fingerprint } from './fingerprint.ts';
import type { RunSession } from './run-session.ts';

const begun = z.object({ run: z.string(), deed: z.string(), at: z.number(), before: z.string() });
const ended = z.object({ run: z.string(), after: z.string() });
const line = z.union([begun, ended]);

/** Something that was done to the lock file. */
export interface LockAction {
  readonly run: string;
  /** `update nixpkgs`. */
  readonly deed: string;
  readonly at: number;
  /** Fingerprints of the file; `after` is null where the action was cut off. */
  readonly before: string;
  readonly after: string | null;
}

const indexOf = (context: EngineContext): string => join(context.folder, 'locks', 'index.jsonl');

const textFile = (context: EngineContext, run: string): string =>
  join(context.folder, 'locks', `${run}.lock`);

/**
 * Keeps the lock as it is before something is done to it, on the disk and as a
 * git object. What cannot be kept on the disk is not done; without a
 * repository the disk has to do.
 */
export const keepLock = async (
  context: EngineContext,
  session: RunSession,
  deed: string,
  text: string,
): Promise<Result<void, Failure>> => {
  const { world } = context;
  const made = await world.files.makeFolder(join(context.folder, 'locks'));
  if (!made.ok) return made;
  const kept = await world.files.write(textFile(context, session.id), text);
  if (!kept.ok) return kept;
  const entry = { run: session.id, deed, at: world.clock.now(), before: fingerprint(text) };
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
};

const readLine = (text: string): z.infer<typeof line> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return line.safeParse(value).data ?? null;
  } catch {
    // The end of a line may be missing after a power cut.
    return null;
  }
};

/** What was done to the lock, oldest first. */
export const lockActions = async (context: EngineContext): Promise<readonly LockAction[]> => {
  const read = await context.world.files.read(indexOf(context));
  const actions = new Map<string, LockAction>();
  for (const text of (read.ok ? (read.value ?? '') : '').split('\n')) {
    const found = text === '' ? null : readLine(text);
    if (found === null) continue;
    if ('before' in found) actions.set(found.run, { ...found, after: null });
    else {
      const action = actions.get(found.run);
      if (action !== undefined) actions.set(found.run, { ...action, after: found.after });
    }
  }
  return [...actions.values()];
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

/** What is done to single inputs after an update. */
export const putBackDeed = /^(undo |redo )?(revert|keep) (.+)$/;

/**
 * The lock as it was before the last update, whatever was put back since: what
 * stands for the committed one where there is no repository.
 */
export const lockBeforeUpdate = async (
  context: EngineContext,
  current: string,
): Promise<Result<string, Failure>> => {
  let expected: string | null = fingerprint(current);
  for (const action of (await lockActions(context)).toReversed()) {
    if (action.after !== expected) break;
    if (!putBackDeed.test(action.deed)) return keptLock(context, action);
    expected = action.before;
  }
  return failed({
    code: 'revert-refused',
    input: 'flake.lock',
    detail:
      'the flake is in no git repository, so there is no committed lock, and the last change of it was not made by nixup',
  });
};
