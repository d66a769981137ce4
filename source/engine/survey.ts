import pLimit from 'p-limit';
import type { Ancestry } from '../model/events.ts';
import { explain } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import { fleetEntries } from '../model/fleet-entries.ts';
import type { Expectation, HostEntry, HostFacts, StorePath } from '../model/host.ts';
import type { Result } from '../model/result.ts';
import type { EvaluatedToplevel, EvaluateOptions } from '../services/nix-evaluate.ts';
import { isBuiltStill } from './build-place.ts';
import type { EngineContext } from './context.ts';

/** Connections opened at a time. */
const probesAtOnce = 16;

/**
 * A host is this machine when its name and its machine id are ours, the id as
 * far as it was ever asked. Neither is enough: names go stale, and machines
 * that were cloned share their id.
 */
const markThisMachine = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<readonly HostEntry[]> => {
  const read = await context.world.files.read('/etc/machine-id');
  const ours = read.ok ? (read.value?.trim() ?? '') : '';
  if (ours === '') return entries;
  return entries.map((entry) => {
    const known = context.records.machineId(entry.name);
    if (known === undefined) return entry;
    const isNamedSo = entry.here || entry.hostName === context.world.hostName;
    return { ...entry, here: isNamedSo && known === ours };
  });
};

/** Reads the hosts of the flake and what the config says of them. */
export const listFleet = async (
  context: EngineContext,
): Promise<readonly HostEntry[] | undefined> => {
  const { emitter, nix, config, world } = context;
  emitter.emit({ type: 'fleet-listing' });
  const listed = await nix.listHosts(context.flake);
  if (!listed.ok) {
    emitter.emit({ type: 'fleet-unlisted', failure: listed.failure });
    return undefined;
  }
  const settings = await nix.settings();
  const buildable = new Set(settings.ok ? settings.value.buildableSystems : []);
  const named = fleetEntries(listed.value, config, buildable, world.hostName);
  const hosts = await markThisMachine(context, named);
  emitter.emit({ type: 'fleet-listed', hosts });
  return hosts;
};

const isContacted = (entry: HostEntry): boolean => entry.role.kind === 'deployable';

const isEvaluated = (entry: HostEntry): boolean =>
  entry.role.kind === 'deployable' || entry.role.kind === 'build-only';

/** Asks one host, and tells what it answered. */
const probeHost = async (
  context: EngineContext,
  entry: HostEntry,
): Promise<Result<HostFacts, Failure>> => {
  const { emitter, hosts } = context;
  emitter.emit({ type: 'host-probing', host: entry.name });
  const [probed] = await Promise.all([hosts.probe(entry), hosts.routes.learn(entry)]);
  emitter.emit(
    probed.ok
      ? { type: 'host-probed', host: entry.name, facts: probed.value }
      : { type: 'host-unprobed', host: entry.name, failure: probed.failure },
  );
  return probed;
};

export interface AskedHost {
  readonly entry: HostEntry;
  readonly probe: Promise<Result<HostFacts, Failure>>;
}

/** Asks every deployable host once, all at once with a limit. */
export const askHosts = (
  context: EngineContext,
  entries: readonly HostEntry[],
): readonly AskedHost[] => {
  const limit = pLimit(probesAtOnce);
  return entries
    .filter(isContacted)
    .map((entry) => ({ entry, probe: limit(() => probeHost(context, entry)) }));
};

/** Resolves when every deployable host answered, or is known not to. */
export const probeHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  await Promise.all(askHosts(context, entries).map(({ probe }) => probe));
};

export interface ExpectOptions extends EvaluateOptions {
  /** What somebody evaluated already; Nix is not asked again. */
  readonly evaluated?: Result<EvaluatedToplevel, Failure> | undefined;
  /** Looks into why it does not evaluate, before anybody is told. */
  readonly explore?: ((failure: Failure) => Promise<Failure>) | undefined;
  /** Told why it does not evaluate; the expectation itself keeps only a sentence. */
  readonly onFailure?: ((failure: Failure) => void) | undefined;
}

const isTreeStill = async (context: EngineContext, tree: string | null): Promise<boolean> => {
  if (tree === null) return true;
  const now = await context.git.treeHash();
  return !now.ok || now.value === tree;
};

/**
 * What the flake says a host should run, for the tree as it is now: from the
 * records when this tree was evaluated before (a flake that embeds its
 * revision evaluates to another path after the commit, yet is the same tree),
 * else by Nix.
 */
export const expectHost = async (
  context: EngineContext,
  entry: HostEntry,
  tree: string | null,
  lock: string,
  options: ExpectOptions = {},
): Promise<Expectation> => {
  const { records, nix, emitter } = context;
  const known = records.evaluation(entry.name, tree);
  const valid =
    known?.builtAt != null && (await isBuiltStill(context, known.toplevel, known.builtOn));
  let expectation: Expectation;
  if (known !== undefined) {
    expectation = {
      kind: 'known',
      toplevel: known.toplevel,
      derivation: known.derivation,
      tree: known.tree,
      builtAt: valid ? known.builtAt : null,
      ...(valid && known.builtOn !== undefined ? { builtOn: known.builtOn } : {}),
    };
  } else {
    emitter.emit({ type: 'host-expected', host: entry.name, expectation: { kind: 'evaluating' } });
    const { onFailure, explore, evaluated: early, ...evaluation } = options;
    const evaluated = early ?? (await nix.evaluateToplevel(context.flake, entry.name, evaluation));
    if (evaluated.ok && !(await isTreeStill(context, tree))) {
      // Nix reads the folder while it evaluates: an edit meanwhile makes it neither the old tree nor the new.
      const what = `the tree was edited while ${entry.name} was evaluated`;
      onFailure?.({ code: 'gate-closed', host: entry.name, reason: what, remedy: 'nixup test' });
      expectation = { kind: 'unknown' };
    } else if (evaluated.ok) {
      const { toplevel, derivation } = evaluated.value;
      if (tree !== null)
        await records.keepEvaluation({
          host: entry.name,
          tree,
          lock,
          toplevel,
          derivation,
          builtAt: null,
          dirty: (context.state().git?.dirty.length ?? 0) > 0,
        });
      expectation = { kind: 'known', toplevel, derivation, tree: tree ?? '', builtAt: null };
    } else {
      const failure = (await explore?.(evaluated.failure)) ?? evaluated.failure;
      onFailure?.(failure);
      expectation = {
        kind: 'failed',
        failureText: explain(failure).what,
        tree: tree ?? '',
      };
    }
  }
  emitter.emit({ type: 'host-expected', host: entry.name, expectation });
  return expectation;
};

/**
 * The tree and lock that expectations belong to, as observed last. Without git
 * there is no name for what was evaluated: nothing is remembered then.
 */
export const currentTree = (
  context: EngineContext,
): { readonly tree: string | null; readonly lock: string } => {
  const { git, lock } = context.state();
  return { tree: git?.tree ?? null, lock: lock.kind === 'read' ? lock.fingerprint : '' };
};

export const evaluateHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  const { tree, lock } = currentTree(context);
  const limit = pLimit(context.jobs.evaluate);
  await Promise.all(
    entries.filter(isEvaluated).map((entry) => limit(() => expectHost(context, entry, tree, lock))),
  );
};

const relate = async (context: EngineContext, revision: string): Promise<Ancestry> => {
  const { git } = context;
  const head = context.state().git?.head ?? null;
  const clean = revision.replace(/-dirty$/, '');
  if (head === null || !(await git.revisionExists(clean))) return { kind: 'unknown' };
  if (clean === head) return { kind: 'same' };
  const behind = await git.isAncestor(clean, head);
  if (behind.ok && behind.value) {
    const count = await git.countCommits(clean, head);
    return { kind: 'behind', commits: count.ok ? count.value : null };
  }
  const ahead = await git.isAncestor(head, clean);
  return ahead.ok && ahead.value ? { kind: 'ahead' } : { kind: 'diverged' };
};

/** For hosts that run something else than expected: behind, ahead, diverged, or unknown. */
export const judgePositions = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  // Hosts share revisions: each is looked up once.
  const related = new Map<string, Promise<Ancestry>>();
  const relateOnce = (revision: string): Promise<Ancestry> => {
    const known = related.get(revision) ?? relate(context, revision);
    related.set(revision, known);
    return known;
  };
  for (const { name } of entries) {
    const host = context.state().hosts[name];
    const running: StorePath | null = host?.facts?.current ?? null;
    if (host === undefined || running === null) continue;
    if (host.expectation.kind === 'known' && host.expectation.toplevel === running) continue;
    const revision = host.facts?.revision ?? null;
    const ancestry: Ancestry =
      revision !== null
        ? await relateOnce(revision)
        : context.records.origin(name, running) === undefined
          ? { kind: 'unknown' }
          : { kind: 'behind', commits: null };
    context.emitter.emit({ type: 'position-judged', host: name, ancestry });
  }
};
