import pLimit from 'p-limit';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { comparePackages, type PackageDifference } from '../../model/packages/packages.ts';
import { groupMoves } from '../../model/past/package-moves.ts';
import { createClosures } from '../../services/nix/store.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { currentTree } from './expectations.ts';

/** Pairs of systems that are compared at most; hosts with the same systems count once. */
const mostComparisons = 24;

/** Hosts that this tree was built for before: their packages are in the journal of that run. */
export const builtBefore = (
  context: EngineContext,
  entries: readonly HostEntry[],
): ReadonlySet<string> => {
  const tree = currentTree(context);
  return new Set(
    entries.flatMap(({ name }) =>
      context.records.evaluation(name, tree)?.builtAt == null ? [] : [name],
    ),
  );
};

/** What a host had before: the system that was built for it last, else what it runs. */
const systemBefore = (context: EngineContext) => {
  const last = context.records.lastBuilt(currentTree(context) ?? '');
  return (host: string): StorePath | null => {
    const runs = context.state().hosts[host]?.facts?.current ?? null;
    return last.get(host)?.toplevel ?? runs ?? context.records.lastDeploy(host)?.toplevel ?? null;
  };
};

/** Systems that differ, with the hosts that have them. */
const pairsOf = (
  context: EngineContext,
  session: RunSession,
  known: ReadonlySet<string>,
): readonly (readonly [from: StorePath, to: StorePath, hosts: readonly string[]])[] => {
  const before = systemBefore(context);
  const pairs = new Map<string, [StorePath, StorePath, string[]]>();
  for (const [host, { status, to }] of session.outcomes) {
    const from = before(host);
    if (status !== 'succeeded' || to === null || from === null || from === to || known.has(host))
      continue;
    const pair = pairs.get(`${from} ${to}`);
    if (pair === undefined) pairs.set(`${from} ${to}`, [from, to, [host]]);
    else pair[2].push(host);
  }
  return [...pairs.values()].slice(0, mostComparisons);
};

/**
 * Writes to the journal which packages the systems of a test bring, so that the run is found by them though it
 * deployed nothing. Only what lies in the store of this machine is compared: no host is asked.
 */
export const sayTestedPackages = async (
  context: EngineContext,
  session: RunSession,
  known: ReadonlySet<string>,
): Promise<void> => {
  const closures = createClosures(context.world, context.hosts.run);
  const limit = pLimit(2);
  const compared = await Promise.all(
    pairsOf(context, session, known).map(([from, to, hosts]) =>
      limit(async (): Promise<readonly (readonly [string, PackageDifference])[]> => {
        if (session.signal.aborted) return [];
        const [old, now] = [await closures.here(from), await closures.here(to)];
        if (!old.ok || !now.ok || old.value === null || now.value === null) return [];
        const difference = comparePackages(old.value, now.value);
        return hosts.map((host) => [host, difference] as const);
      }),
    ),
  );
  for (const moves of groupMoves(compared.flat()))
    session.say({ type: 'packages-moved', ...moves });
};
