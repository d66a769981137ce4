import { join, resolve } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import {
  gitQuestion,
  isFileMissing,
  isNoCommitYet,
  isSafeRevision,
  ownerRemedy,
  reasonOf,
} from '../git/command.ts';
import type { World } from '../world/world.ts';

type LockWorld = Pick<World, 'exec' | 'files' | 'workingFolder'>;

/** A lock and where it came from: `HEAD~1:flake.lock`, `flake.lock`, or a file as it was named. */
export interface LabelledLock {
  readonly label: string;
  readonly lock: FlakeLock;
  readonly text: string;
}

/** Why a lock could not be read. */
export interface UnreadSource {
  readonly failure: Failure;
  /** Replaces the usual advice, which knows nothing of revisions. */
  readonly next: string | null;
  /** The text that was read and is no lock; absent where nothing was read. */
  readonly text?: string;
}

const emptyLock: FlakeLock = { version: 7, root: 'root', nodes: new Map([['root', {}]]) };

const refuse = (
  failure: Failure,
  next: string | null = null,
): { readonly ok: false; readonly failure: UnreadSource } => failed({ failure, next });

const parsed = (
  label: string,
  text: string,
  next: string | null,
): Result<LabelledLock, UnreadSource> => {
  const lock = parseFlakeLock(text, label);
  return lock.ok
    ? success({ label, lock: lock.value, text })
    : failed({ failure: lock.failure, next, text });
};

const fromRevision = async (
  world: LockWorld,
  flake: string,
  revision: string,
): Promise<Result<LabelledLock | null, UnreadSource>> => {
  const label = `${revision}:flake.lock`;
  const answer = await world.exec(
    gitQuestion(flake, ['show', '--no-textconv', '--no-color', `${revision}:./flake.lock`]),
    { quiet: true, timeoutMs: 60_000 },
  );
  if (answer.ok)
    return parsed(
      label,
      answer.value.stdout,
      'name a revision with a readable lock: nixup diff REVISION',
    );
  if (answer.failure.code !== 'command-failed') return refuse(answer.failure);
  const reason = reasonOf(answer.failure);
  if (isFileMissing(reason) || isNoCommitYet(revision, reason)) return success(null);
  return refuse({
    code: 'git-refused',
    operation: `read flake.lock of ${revision}`,
    detail: reason,
    ...advised(
      ownerRemedy(reason, flake) ??
        (reason.includes('not a git repository')
          ? advise('name the older lock as a file', 'nixup diff OLD.lock flake.lock')
          : advise('name a file, or a revision of the flake as in', 'nixup diff HEAD~1')),
    ),
  });
};

const fromFile = async (
  world: LockWorld,
  path: string,
  label: string,
): Promise<Result<LabelledLock | null, UnreadSource>> => {
  const text = await world.files.read(path);
  if (!text.ok) return refuse(text.failure);
  return text.value === undefined ? success(null) : parsed(label, text.value, null);
};

const noLock = (
  label: string,
  next: string,
): { readonly ok: false; readonly failure: UnreadSource } =>
  refuse({ code: 'lock-invalid', file: label, line: null, detail: 'there is no such file' }, next);

/** A file wins over a revision of the same name; a folder counts when it holds a lock. */
const fromArgument = async (
  world: LockWorld,
  flake: string,
  argument: string,
): Promise<Result<LabelledLock, UnreadSource>> => {
  const path = resolve(world.workingFolder, argument);
  const inside = join(path, 'flake.lock');
  const found = (await world.files.exists(inside))
    ? await fromFile(world, inside, inside)
    : (await world.files.exists(path))
      ? await fromFile(world, path, argument)
      : success(null);
  if (found.ok && found.value !== null) return success(found.value);
  const folder = found.ok ? null : found.failure;
  if (!isSafeRevision(argument))
    return refuse(
      folder?.failure ?? {
        code: 'lock-invalid',
        file: argument,
        line: null,
        detail: 'there is no such file, and it is not a git revision',
      },
      folder?.next ?? 'name a file, or a revision of the flake as in: nixup diff HEAD~1',
    );
  // A file that exists and cannot be read as a lock is the one that was meant.
  if (folder?.failure.code === 'lock-invalid') return failed(folder);
  const shown = await fromRevision(world, flake, argument);
  if (!shown.ok) return shown;
  return shown.value === null
    ? noLock(`${argument}:flake.lock`, `see what that revision holds: git show --stat ${argument}`)
    : success(shown.value);
};

/** The folder of the flake around a folder: the nearest above with a flake or its lock. */
export const findLockFolder = async (
  world: Pick<World, 'files'>,
  start: string,
): Promise<string> => {
  for (let folder = start; ; folder = join(folder, '..')) {
    for (const name of ['flake.lock', 'flake.nix'])
      if (await world.files.exists(join(folder, name))) return folder;
    if (folder === '/') return start;
  }
};

/** The older side: a file or a git revision of the flake; HEAD when nothing is named. */
export const readOldLock = async (
  world: LockWorld,
  flake: string,
  argument: string | undefined,
): Promise<Result<LabelledLock, UnreadSource>> => {
  if (argument !== undefined) return fromArgument(world, flake, argument);
  const head = await fromRevision(world, flake, 'HEAD');
  if (!head.ok) return head;
  // A lock that was never committed: every input is new.
  return success(head.value ?? { label: 'HEAD:flake.lock', lock: emptyLock, text: '' });
};

/** The newer side: the same; the working tree's lock when nothing is named. */
export const readNewLock = async (
  world: LockWorld,
  flake: string,
  argument: string | undefined,
): Promise<Result<LabelledLock, UnreadSource>> => {
  if (argument !== undefined) return fromArgument(world, flake, argument);
  const path = join(flake, 'flake.lock');
  const lock = await fromFile(world, path, 'flake.lock');
  if (!lock.ok) return lock;
  return lock.value === null ? noLock(path, 'make one with: nix flake lock') : success(lock.value);
};
