import pLimit from 'p-limit';
import { heldInputs } from '../model/config.ts';
import { showDate } from '../model/format-time.ts';
import type { InputStanding } from '../model/input-standing.ts';
import type { FlakeLock, LockNode } from '../model/lock.ts';
import { lockedOf, nodeAt, originalOf, textOf } from '../model/lock-attributes.ts';
import { listInputs } from '../model/lock-paths.ts';
import { parseFlakeLock } from '../parsers/flake-lock.ts';
import { newestRevision } from '../services/remotes.ts';
import type { EngineContext } from './context.ts';

const remotesAtOnce = 6;

interface OwnInput {
  readonly name: string;
  readonly node: LockNode | null;
  readonly follows: string | null;
}

const ownInputs = (lock: FlakeLock): readonly OwnInput[] =>
  listInputs(lock)
    .filter(({ path }) => path.length === 1)
    .map(({ path, edge }) => ({
      name: path[0] ?? '',
      node: typeof edge === 'string' ? (nodeAt(lock, edge) ?? null) : null,
      follows: typeof edge === 'string' ? null : edge.join('/'),
    }));

const standingOf = async (context: EngineContext, input: OwnInput): Promise<InputStanding> => {
  const { config, world } = context;
  const today = showDate(world.clock.now());
  const { name, node, follows } = input;
  if (follows !== null || node === null) return { kind: 'follows', target: follows ?? '' };
  const hold = heldInputs(config, today).get(name);
  if (hold !== undefined) return { kind: 'held', reason: hold.reason, until: hold.until };
  const pinned = textOf(originalOf(node), 'rev');
  if (pinned !== undefined) return { kind: 'pinned', revision: pinned };
  const locked = textOf(lockedOf(node), 'rev');
  const newest = await newestRevision(world, originalOf(node));
  if (!newest.ok)
    return {
      kind: 'unreachable',
      why: newest.failure.code === 'git-refused' ? newest.failure.detail : newest.failure.code,
    };
  if (newest.value === null || locked === undefined) return { kind: 'unasked' };
  return newest.value === locked ? { kind: 'newest' } : { kind: 'behind', revision: newest.value };
};

/** Asks the remotes of all the flake's own inputs, and tells what is behind. */
export const tellStandings = async (context: EngineContext): Promise<void> => {
  const { lock, standings } = context.state();
  if (lock.kind !== 'read') return;
  const parsed = parseFlakeLock(lock.newText, 'flake.lock');
  if (!parsed.ok) return;
  const found = await askStandings(context, parsed.value, (name) => standings[name] === undefined);
  const now = context.state().lock;
  // The lock may have moved while the remotes were asked.
  if (now.kind === 'read' && now.fingerprint === lock.fingerprint)
    context.emitter.emit({ type: 'inputs-asked', standings: Object.fromEntries(found) });
};

/** Why each of these inputs of the flake stands where it stands; the lock is only read. */
export const askStandings = async (
  context: EngineContext,
  lock: FlakeLock,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, InputStanding>> => {
  const limit = pLimit(remotesAtOnce);
  const asked = ownInputs(lock).filter(({ name }) => isWanted(name));
  return new Map(
    await Promise.all(
      asked.map((input) =>
        limit(async () => [input.name, await standingOf(context, input)] as const),
      ),
    ),
  );
};
