import { nixupCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { chosenAttributes, chosenReference } from '../../model/inputs/chosen-reference.ts';
import {
  chosenSentence,
  type InputWish,
  type RevisionWish,
  readRevisionWish,
} from '../../model/inputs/chosen-revision.ts';
import { canNixName } from '../../model/inputs/input-name.ts';
import type { ChosenRevision } from '../../model/lock/change.ts';
import type { Attributes, FlakeLock, LockNode } from '../../model/lock/lock.ts';
import {
  inputEdge,
  lockedOf,
  nodeAt,
  originalOf,
  textOf,
} from '../../model/lock/lock-attributes.ts';
import { graftInput, keepOriginal } from '../../model/lock/splice.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showRevision } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { chooseRevision, sourceAttributes } from '../../services/inputs/choose-revision.ts';
import { scratchFolder } from '../../services/world/left-behind.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { writeAcceptedLock } from './accepted-lock.ts';
import { lockPath, readLock } from './observe.ts';

/** An input of the flake with the commit that was chosen for it. */
export interface Pick {
  readonly name: string;
  readonly node: LockNode;
  readonly chosen: ChosenRevision;
}

const refuse = (input: string, detail: string, remedy: string): Result<never, Failure> =>
  failed({ code: 'revision-refused', input, detail, remedy });

const unreadable = (input: string, detail: string, remedy: string): Result<never, Failure> =>
  failed({ code: 'revision-unreadable', input, detail, remedy });

/** The lock entry of an input of the flake itself, or why there is none of its own. */
const ownNode = (lock: FlakeLock | null, name: string): Result<LockNode, Failure> => {
  const edge = lock === null ? undefined : inputEdge(nodeAt(lock, lock.root) ?? {}, name);
  if (edge === undefined)
    return refuse(
      name,
      name.includes('/')
        ? 'it is an input of another input, and only inputs of the flake itself are taken to a chosen revision'
        : 'it is not in the lock yet',
      name.includes('/')
        ? 'Name its own revision in flake.nix, or let it follow an input of the flake.'
        : `Lock it first: ${nixupCommand('update', name)}`,
    );
  if (typeof edge !== 'string') {
    const target = edge.join('/');
    return refuse(
      name,
      `it follows ${target === '' ? 'the flake itself' : target}, and has no revision of its own`,
      target === ''
        ? 'Give it a url of its own in flake.nix.'
        : `Choose for that one: ${nixupCommand('update', `${target}@…`)}`,
    );
  }
  const node = lock === null ? undefined : nodeAt(lock, edge);
  return node === undefined
    ? refuse(name, 'the lock has no entry for it', `Lock it first: ${nixupCommand('update', name)}`)
    : success(node);
};

interface ReadWish {
  readonly name: string;
  readonly wish: RevisionWish;
}

/** What the words say, before anybody is asked: a wrong command line is told as one. */
const readRevisions = (
  context: EngineContext,
  wishes: readonly InputWish[],
): Result<readonly ReadWish[], Failure> => {
  const readSoFar: ReadWish[] = [];
  for (const { name, to } of wishes) {
    if (to === null) continue;
    if (readSoFar.some((one) => one.name === name))
      return unreadable(name, 'two revisions are asked for', 'Name one of them.');
    const read = readRevisionWish(to, showDate(context.world.clock.now()));
    if ('wrong' in read)
      return unreadable(
        name,
        read.wrong,
        'Write a hash, a tag, a branch, or a day as in: nixup update nixpkgs@2026-11-20',
      );
    readSoFar.push({ name, wish: read.wish });
  }
  return success(readSoFar);
};

/** Finds the commits that are meant, all of them before anything is changed. */
export const findPicks = async (
  context: EngineContext,
  lock: FlakeLock | null,
  wishes: readonly InputWish[],
): Promise<Result<readonly Pick[], Failure>> => {
  const asked = readRevisions(context, wishes);
  if (!asked.ok) return asked;
  const picks: Pick[] = [];
  for (const { name, wish } of asked.value) {
    const node = ownNode(lock, name);
    if (!node.ok) return node;
    const chosen = await chooseRevision(context.world, {
      input: name,
      original: originalOf(node.value),
      locked: lockedOf(node.value),
      wish,
    });
    if (!chosen.ok) return chosen;
    picks.push({ name, node: node.value, chosen: chosen.value });
  }
  return success(picks);
};

const currentLock = async (context: EngineContext): Promise<Result<FlakeLock, Failure>> => {
  const text = await readLock(context);
  if (!text.ok) return text;
  return text.value === undefined
    ? failed({ code: 'lock-not-written', detail: 'there is no flake.lock' })
    : parseFlakeLock(text.value, lockPath(context));
};

/** Words that versions of Nix read differently in a url, and alike as attributes: `allRefs` up to 2.8, an encoded owner. */
const isReadDifferently = (wanted: Attributes): boolean =>
  wanted['allRefs'] === true || /[%/]/.test(textOf(wanted, 'owner') ?? '');

/** Whether Nix took every word of the url for what it is. */
const isTakenAsMeant = (lock: FlakeLock, name: string, wanted: Attributes): boolean => {
  const edge = inputEdge(nodeAt(lock, lock.root) ?? {}, name);
  const locked = lockedOf((typeof edge === 'string' ? nodeAt(lock, edge) : undefined) ?? {});
  return (
    textOf(locked, 'url')?.includes('allRefs=') !== true &&
    textOf(locked, 'owner') === textOf(wanted, 'owner')
  );
};

/** The lock with the input at that revision; its entry says what flake.nix asks for, as before. */
const lockWith = async (
  context: EngineContext,
  session: RunSession,
  { name, node, chosen }: Pick,
): Promise<Result<FlakeLock, Failure>> => {
  const { flake, nix } = context;
  const original = originalOf(node);
  const wanted = chosenAttributes(
    sourceAttributes(original, lockedOf(node)),
    chosen.revision,
    chosen.onBranch !== true,
  );
  if (wanted === null) return refuse(name, 'it has no revisions', 'Name it in flake.nix.');
  const options = {
    signal: session.signal,
    onLine: (line: string): void => session.log(null, line),
  };
  const before = await currentLock(context);
  if (!before.ok) return before;
  if (canNixName(name, [name])) {
    const taken = await nix.lockInputAt(flake, name, chosenReference(wanted), options);
    const now = taken.ok ? await currentLock(context) : taken;
    const isMeant = now.ok && isTakenAsMeant(now.value, name, wanted);
    if (isMeant || !isReadDifferently(wanted))
      return now.ok ? keepOriginal(now.value, name, original) : now;
  }
  // Nix's command line cannot say that: the input is locked in a scratch flake, under another name.
  const alone = await nix.lockAlone(
    await scratchFolder(context.world, 'chosen'),
    wanted,
    node.flake !== false,
    options,
  );
  if (!alone.ok) return alone;
  const read = parseFlakeLock(alone.value, 'the lock of that revision');
  return read.ok ? graftInput(read.value, before.value, name) : read;
};

const takeOne = async (
  context: EngineContext,
  session: RunSession,
  pick: Pick,
): Promise<Result<unknown, Failure>> => {
  const { name, chosen } = pick;
  const { files } = context.world;
  const path = lockPath(context);
  const before = await readLock(context);
  if (!before.ok) return before;
  const giveUp = async (failure: Failure): Promise<Result<never, Failure>> => {
    const restored = await files.write(path, before.value ?? '');
    return restored.ok ? failed(failure) : restored;
  };
  const locked = await lockWith(context, session, pick);
  if (!locked.ok) return await giveUp(locked.failure);
  const edge = inputEdge(nodeAt(locked.value, locked.value.root) ?? {}, name);
  const node = typeof edge === 'string' ? nodeAt(locked.value, edge) : undefined;
  if (textOf(lockedOf(node ?? {}), 'rev') !== chosen.revision)
    return await giveUp({
      code: 'lock-not-written',
      detail: `${name} is not at ${showRevision(chosen.revision)} in the lock that Nix wrote`,
    });
  const written = await writeAcceptedLock(
    context,
    writeFlakeLock(locked.value),
    before.value ?? '',
  );
  if (!written.ok) return written;
  const answer = written.value;
  switch (answer.kind) {
    case 'accepted':
      return success(undefined);
    case 'unknown':
      return failed(answer.failure);
    case 'rejected':
      return refuse(
        name,
        `Nix does not accept the lock with ${showRevision(chosen.revision)}: ${answer.reason}`,
        'Choose another revision; the lock is as before.',
      );
  }
};

/** Takes inputs to chosen commits, one after the other; each is remembered. What fails leaves its input as it was. */
export const takePicks = async (
  context: EngineContext,
  session: RunSession,
  picks: readonly Pick[],
): Promise<Result<void, Failure>> => {
  for (const pick of picks) {
    const { name, chosen } = pick;
    session.log(null, chosenSentence(name, chosen));
    const kept = await context.records.keepChosen({
      ...chosen,
      input: name,
      at: context.world.clock.now(),
      run: session.id,
    });
    if (!kept.ok) return kept;
    const taken = await session.perform(
      { host: null, deed: `update ${name} to ${chosen.wish} (${showRevision(chosen.revision)})` },
      () => takeOne(context, session, pick),
      () => 'the lock has that revision, and Nix accepts it',
    );
    if (!taken.ok) {
      session.log(null, `${name}: ${explain(taken.failure).what}`);
      return failed(taken.failure);
    }
    context.emitter.emit({
      type: 'noticed',
      tone: chosen.onBranch === false ? 'warning' : 'info',
      text: `${chosenSentence(name, chosen)} The next update of everything moves it on; to keep it there: ${nixupCommand('hold', name)}`,
    });
  }
  return success(undefined);
};
