import pLimit from 'p-limit';
import { showCommand } from '../../model/command.ts';
import { heldInputs } from '../../model/config/settings.ts';
import { explainShortly } from '../../model/explain/explain.ts';
import type { InputStanding, Unfetched } from '../../model/inputs/standing.ts';
import type { FlakeLock, LockNode } from '../../model/lock/lock.ts';
import { dateOf, lockedOf, nodeAt, originalOf, textOf } from '../../model/lock/lock-attributes.ts';
import { listInputs } from '../../model/lock/paths.ts';
import { unseenCommand, unseenReason, unseenRemedy } from '../../model/nix/unseen-file.ts';
import { ownOf } from '../../model/own-of.ts';
import { adviceOf, advise, advised } from '../../model/words/advice.ts';
import { minuteMs } from '../../model/words/durations.ts';
import { showDate } from '../../model/words/format-time.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { isOfNetwork } from '../../parsers/nix/fetch-error.ts';
import { type LocalSource, lookAtSource } from '../../services/inputs/local-source.ts';
import { newestRevision, type RemoteAnswer } from '../../services/inputs/remotes.ts';
import type { EngineContext } from '../run/context.ts';

const remotesAtOnce = 6;

/** What a remote had so long ago is asked again when the lock may have changed, ms. */
const tipAgeMs = 10 * minuteMs;

interface OwnInput {
  readonly name: string;
  readonly node: LockNode | null;
  readonly follows: string | null;
}

/** Every input by its path; those of the flake itself have no slash in it. */
const ownInputs = (lock: FlakeLock): readonly OwnInput[] =>
  listInputs(lock).map(({ path, edge }) => ({
    name: path.join('/'),
    node: typeof edge === 'string' ? (nodeAt(lock, edge) ?? null) : null,
    follows: typeof edge === 'string' ? null : edge.join('/'),
  }));

const git = (...args: readonly string[]): string => showCommand({ file: 'git', args });

const unseen = (
  source: Exclude<LocalSource, { kind: 'visible' }>,
  isOfFlake: boolean,
): Unfetched =>
  source.kind === 'unseen'
    ? {
        kind: 'unfetched',
        obstacle: 'untracked',
        why: `Nix does not see ${source.unseen.file} in ${source.unseen.repository}: ${unseenReason(source.unseen)}`,
        ...advised(
          source.unseen.kind === 'untracked'
            ? { text: '', command: unseenCommand(source.unseen) }
            : unseenRemedy(source.unseen, isOfFlake ? 'flake' : 'input'),
        ),
      }
    : {
        kind: 'unfetched',
        obstacle: 'missing',
        why: `${source.path} ${source.ref === null ? 'is not there' : `is not in ${source.ref}`}`,
        remedy: 'Put it there, or name another place in flake.nix.',
      };

/** Why it could not be fetched, or what its remote has. */
const askRemote = async (
  context: EngineContext,
  node: LockNode,
): Promise<Unfetched | Exclude<RemoteAnswer, { kind: 'no-ref' }>> => {
  const { world, flake } = context;
  const original = originalOf(node);
  const place = await context.git.place();
  const source = await lookAtSource(
    world,
    flake,
    original,
    node.flake !== false,
    place.ok && place.value.readsSubmodules === true,
  );
  // A relative path lies in the flake's own repository.
  const isOfFlake = textOf(original, 'type') === 'path';
  if (source.kind !== 'visible') return unseen(source, isOfFlake);
  const newest = await newestRevision(world, original);
  if (!newest.ok) {
    const { failure } = newest;
    const why = failure.code === 'git-refused' ? failure.detail : explainShortly(failure);
    const next = failure.code === 'git-refused' ? adviceOf(failure) : 'Ask again later.';
    const obstacle = isOfNetwork(why) ? 'network' : 'refused';
    return { kind: 'unfetched', obstacle, why, ...advised(next) };
  }
  if (newest.value.kind !== 'no-ref') return newest.value;
  const { url, ref } = newest.value;
  return {
    kind: 'unfetched',
    obstacle: 'no-ref',
    why: `${url} has no branch or tag ${ref}`,
    ...advised(advise('See what it has', git('ls-remote', url))),
  };
};

const standingOf = async (context: EngineContext, input: OwnInput): Promise<InputStanding> => {
  const { config, world } = context;
  const today = showDate(world.clock.now());
  const { name, node, follows } = input;
  if (follows !== null || node === null) return { kind: 'follows', target: follows ?? '' };
  const locked = textOf(lockedOf(node), 'rev');
  const hold = heldInputs(config, today).get(name);
  if (hold !== undefined) {
    const answer = await askRemote(context, node);
    const newer = answer.kind === 'revision' && answer.revision !== locked ? answer.revision : null;
    return { kind: 'held', reason: hold.reason, until: hold.until, newer };
  }
  const pinned = textOf(originalOf(node), 'rev');
  if (pinned !== undefined)
    return { kind: 'pinned', revision: pinned, lockedAt: dateOf(lockedOf(node)) ?? null };
  const answer = await askRemote(context, node);
  const chosen = context.records
    .chosen()
    .findLast((one) => one.input === name && one.revision === locked);
  if (chosen !== undefined)
    return {
      kind: 'chosen',
      chosen,
      newer: answer.kind === 'revision' && answer.revision !== locked ? answer.revision : null,
    };
  if (answer.kind !== 'revision') return answer;
  if (locked === undefined) return { kind: 'unasked' };
  return answer.revision === locked
    ? { kind: 'newest' }
    : { kind: 'behind', revision: answer.revision };
};

/** Tells at once, from the configuration alone, which inputs are held; what their remotes have is asked later. */
export const tellHolds = (context: EngineContext): void => {
  const { lock, standings: known } = context.state();
  if (lock.kind !== 'read') return;
  const held = heldInputs(context.config, showDate(context.world.clock.now()));
  const standings = lock.inputs.flatMap(({ name }) => {
    const hold = held.get(name);
    const standing = ownOf(known, name);
    const isTold =
      standing?.kind === 'held' &&
      standing.until === hold?.until &&
      standing.reason === hold?.reason;
    return hold === undefined || isTold
      ? []
      : [[name, { kind: 'held', ...hold, newer: null }] as const];
  });
  if (standings.length > 0)
    context.emitter.emit({ type: 'inputs-asked', standings: Object.fromEntries(standings) });
};

/** Asks the remotes of all the flake's own inputs, and tells what is behind. */
export const tellStandings = async (context: EngineContext): Promise<void> => {
  const { standings, tips } = context.state();
  const isOpen = (name: string): boolean => {
    const known = ownOf(standings, name);
    const tip = ownOf(tips, name);
    const isOld = tip !== undefined && context.world.clock.now() - tip.at > tipAgeMs;
    return isOld || known === undefined || (known.kind === 'held' && known.newer === null);
  };
  await tellStandingsOf(context, isOpen);
};

/** The same for some inputs, whatever was known of them. */
export const tellStandingsOf = async (
  context: EngineContext,
  isWanted: (name: string) => boolean,
): Promise<void> => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return;
  const parsed = parseFlakeLock(lock.newText, 'flake.lock');
  if (!parsed.ok) return;
  const found = await askStandings(context, parsed.value, isWanted);
  const now = context.state().lock;
  // The lock may have moved while the remotes were asked.
  if (now.kind === 'read' && now.fingerprint === lock.fingerprint)
    context.emitter.emit({ type: 'inputs-asked', standings: Object.fromEntries(found) });
};

/** Why each of these inputs of the flake has the revision that it has; the lock is only read. */
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
