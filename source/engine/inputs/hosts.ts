import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type InputHosts, onlyMoved } from '../../model/inputs/input-hosts.ts';
import { movedInputs } from '../../model/inputs/moves.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { openScratchFlake, type ScratchFlake } from '../../services/nix/scratch-flake.ts';
import { damagedName } from '../../services/world/kept-file.ts';
import { scratchFolder } from '../../services/world/left-behind.ts';
import type { EngineContext } from '../run/context.ts';

/** The derivation of each host's system; a text where it cannot be evaluated. */
type Systems = ReadonlyMap<string, Result<string, string>>;

const evaluatedHosts = (context: EngineContext): readonly string[] => {
  const { hosts, hostNames } = context.state();
  return hostNames.filter((name) => {
    const kind = hosts[name]?.entry.role.kind;
    return kind === 'deployable' || kind === 'build-only';
  });
};

/** What was evaluated once stays true: tree, lock and host determine the result. */
const keptFile = (context: EngineContext, tree: string, lock: string, host: string): string =>
  join(
    context.world.folders.cache,
    'evaluations',
    createHash('sha256').update([tree, lock, host].join('\n')).digest('hex').slice(0, 40),
  );

/** A derivation as the cache has it: one line. */
const derivationIn = (text: string | undefined): string | null =>
  /^(\/[^\s\0]+\.drv)\n?$/.exec(text ?? '')?.[1] ?? null;

/** A file that holds no derivation is kept and told; the host is evaluated again. */
const setCacheAside = async (
  { world, tellDamage }: EngineContext,
  file: string,
  read: Result<string | undefined, Failure>,
): Promise<void> => {
  if (read.ok && read.value === undefined) return;
  tellDamage(
    file,
    `${file} cannot be used. It is kept under another name, and the host is evaluated again.`,
  );
  await world.files.rename(file, damagedName(file, world.clock.now()));
};

const systemsWith = async (
  context: EngineContext,
  scratch: ScratchFlake,
  tree: string,
  lock: FlakeLock,
): Promise<Result<Systems, Failure>> => {
  const { world, nix, jobs } = context;
  const text = writeFlakeLock(lock);
  const written = await scratch.writeLock(text);
  if (!written.ok) return written;
  const limit = pLimit(jobs.evaluate);
  const systemOf = async (host: string): Promise<Result<string, string>> => {
    const file = keptFile(context, tree, text, host);
    const kept = await world.files.read(file);
    const known = kept.ok ? derivationIn(kept.value) : null;
    if (known !== null) return success(known);
    await setCacheAside(context, file, kept);
    const evaluated = await nix.evaluateToplevel(scratch.reference, host);
    if (!evaluated.ok) return failed(explain(evaluated.failure).what);
    const { derivation } = evaluated.value;
    await world.files.makeFolder(join(world.folders.cache, 'evaluations'));
    await world.files.write(file, `${derivation}\n`);
    return success(derivation);
  };
  const found = await Promise.all(
    evaluatedHosts(context).map((host) => limit(async () => [host, await systemOf(host)] as const)),
  );
  return success(new Map(found));
};

const compareSystems = (without: Systems, now: Systems): InputHosts => {
  const changed: string[] = [];
  const same: string[] = [];
  const broken: { host: string; why: string }[] = [];
  for (const [host, after] of now) {
    const before = without.get(host);
    if (!after.ok) broken.push({ host, why: after.failure });
    else if (before === undefined || !before.ok)
      broken.push({ host, why: before === undefined ? 'it is new' : before.failure });
    else if (before.value === after.value) same.push(host);
    else changed.push(host);
  }
  return { kind: 'known', changed, same, failed: broken };
};

interface Locks {
  readonly old: FlakeLock;
  readonly now: FlakeLock;
  readonly moved: readonly string[];
}

const readLocks = (context: EngineContext): Result<Locks, string> => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return failed('There is no lock that could be read.');
  const old = parseFlakeLock(lock.oldText, 'HEAD:flake.lock');
  const now = parseFlakeLock(lock.newText, 'flake.lock');
  if (!old.ok || !now.ok) return failed('One of the two locks cannot be read.');
  return success({ old: old.value, now: now.value, moved: movedInputs(lock.changes) });
};

/**
 * Which hosts each of these inputs changes: every host is evaluated with only
 * that input moved, in a copy of the flake; the working tree stays as it is.
 */
export const tellInputHosts = async (
  context: EngineContext,
  inputs: readonly string[],
): Promise<void> => {
  const { emitter, world, git } = context;
  const tell = (input: string, hosts: InputHosts): void =>
    emitter.emit({ type: 'input-hosts-found', input, hosts });
  const unknown = (why: string): void => {
    for (const input of inputs) tell(input, { kind: 'unknown', why });
  };
  const locks = readLocks(context);
  if (!locks.ok) return unknown(locks.failure);
  for (const input of inputs) tell(input, { kind: 'asking' });
  const [place, tree] = await Promise.all([git.place(), git.treeHash()]);
  if (!place.ok) return unknown(explain(place.failure).what);
  if (!tree.ok) return unknown(explain(tree.failure).what);
  const scratch = await openScratchFlake(
    world,
    place.value,
    tree.value,
    await scratchFolder(world, 'inputs'),
  );
  if (!scratch.ok) return unknown(explain(scratch.failure).what);
  try {
    const { old, now, moved } = locks.value;
    for (const input of inputs) {
      const pair = onlyMoved(old, now, input, moved);
      if (!pair.ok) {
        tell(input, { kind: 'unknown', why: explain(pair.failure).what });
        continue;
      }
      const without = await systemsWith(context, scratch.value, tree.value, pair.value.without);
      const after = await systemsWith(context, scratch.value, tree.value, pair.value.with);
      const trouble = without.ok ? (after.ok ? null : after.failure) : without.failure;
      if (trouble !== null || !without.ok || !after.ok)
        tell(input, {
          kind: 'unknown',
          why: trouble === null ? 'It could not be evaluated.' : explain(trouble).what,
        });
      else tell(input, compareSystems(without.value, after.value));
    }
  } finally {
    await scratch.value.remove();
  }
};
