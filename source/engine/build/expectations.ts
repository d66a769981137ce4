import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Expectation, HostEntry } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import { advised, commandOnly } from '../../model/words/advice.ts';
import type { HostQuestion } from '../../services/nix/batch-expression.ts';
import type { EvaluatedToplevel, EvaluateOptions } from '../../services/nix/evaluate.ts';
import { bytesPerEvaluation } from '../../services/world/machine.ts';
import type { Undated } from '../../state/events.ts';
import { entriesOf } from '../../state/hosts.ts';
import type { EngineContext } from '../run/context.ts';
import { builtStill, isBuiltStill } from './build-place.ts';
import { memoryOfEvalJobs } from './evaluations.ts';

export const isEvaluated = (entry: HostEntry): boolean =>
  entry.role.kind === 'deployable' || entry.role.kind === 'build-only';

interface ExpectOptions extends EvaluateOptions {
  /** What somebody evaluated already; Nix is not asked again. */
  readonly evaluated?: Result<EvaluatedToplevel, Failure> | undefined;
  /** Looks into why it does not evaluate, before that is told. */
  readonly explore?: ((failure: Failure) => Promise<Failure>) | undefined;
  /**
   * Called with the reason why it does not evaluate; the expectation itself keeps only a sentence.
   */
  readonly onFailure?: ((failure: Failure) => void) | undefined;
}

export const isTreeStill = async (
  context: EngineContext,
  tree: string | null,
): Promise<boolean> => {
  if (tree === null) return true;
  const now = await treeNow(context);
  return !now.ok || now.value === tree;
};

type TreeHash = ReturnType<EngineContext['git']['treeHash']>;

/** The looks at the tree that have not begun yet: whoever asks meanwhile waits for the same one. */
const nextLooks = new WeakMap<EngineContext['git'], Promise<Awaited<TreeHash>>>();
const lastLooks = new WeakMap<EngineContext['git'], Promise<unknown>>();

/**
 * The tree as it is from now on: a look that has begun already may have missed an edit. The hosts of a
 * batch all ask for it at the same time.
 */
const treeNow = ({ git }: EngineContext): TreeHash => {
  const waiting = nextLooks.get(git);
  if (waiting !== undefined) return waiting;
  const look = (lastLooks.get(git) ?? Promise.resolve()).then(async () => {
    nextLooks.delete(git);
    return await git.treeHash();
  });
  nextLooks.set(git, look);
  lastLooks.set(
    git,
    look.catch(() => undefined),
  );
  return look;
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
      onFailure?.({
        code: 'gate-closed',
        host: entry.name,
        reason: what,
        ...advised(commandOnly('nixup test')),
      });
      expectation = { kind: 'unknown' };
    } else if (evaluated.ok) {
      const { toplevel, derivation } = evaluated.value;
      if (tree !== null)
        await records.keepEvaluation({
          host: entry.name,
          tree,
          toplevel,
          derivation,
          builtAt: null,
          dirty: (context.state().git?.dirty.length ?? 0) > 0,
        });
      expectation = { kind: 'known', toplevel, derivation, tree, builtAt: null };
    } else {
      const failure = (await explore?.(evaluated.failure)) ?? evaluated.failure;
      onFailure?.(failure);
      expectation = {
        kind: 'failed',
        failureText: explain(failure).what,
        tree,
      };
    }
  }
  emitter.emit({ type: 'host-expected', host: entry.name, expectation });
  return expectation;
};

/**
 * The tree that expectations belong to, as observed last. Without git there is
 * no name for what was evaluated: nothing is remembered then.
 */
export const currentTree = (context: EngineContext): string | null =>
  context.state().git?.tree ?? null;

/** A host and what Nix says it should run. */
type EvaluatedHost = readonly [host: string, evaluated: Result<EvaluatedToplevel, Failure>];

const expectationOf = (
  evaluated: Result<EvaluatedToplevel, Failure>,
  tree: string | null,
): Expectation => {
  if (evaluated.ok) return { kind: 'known', ...evaluated.value, tree, builtAt: null };
  return evaluated.failure.code === 'canceled'
    ? { kind: 'unknown' }
    : { kind: 'failed', failureText: explain(evaluated.failure).what, tree };
};

/** Between two looks whether the tree is still the one that is evaluated, ms. */
const lookEveryMs = 10_000;

/** What Nix finds out about a fleet, as it comes. */
interface Expecting {
  /** Tells what these hosts should run; it is recorded with others. */
  add(evaluated: readonly EvaluatedHost[]): Promise<void>;
  /** Records what is not recorded yet. */
  settle(): Promise<void>;
}

/**
 * Nix reads the folder while it evaluates: an edit meanwhile makes what it finds neither the old tree
 * nor the new. Git is asked for all that came since the last look, and what is not true is taken back.
 */
export const createExpecting = (context: EngineContext, tree: string | null): Expecting => {
  const { emitter, records, world } = context;
  let waiting: (readonly [string, EvaluatedToplevel])[] = [];
  let lookedAt = world.clock.now();
  const settle = async (): Promise<void> => {
    const taken = waiting;
    waiting = [];
    lookedAt = world.clock.now();
    if (taken.length === 0 || tree === null) return;
    if (await isTreeStill(context, tree)) {
      const dirty = (context.state().git?.dirty.length ?? 0) > 0;
      await records.keepEvaluations(
        taken.map(([host, system]) => ({ host, tree, ...system, builtAt: null, dirty })),
      );
    } else
      emitter.emit(
        ...expecting(
          taken.map(([host]) => host),
          'unknown',
        ),
      );
  };
  return {
    add: async (evaluated) => {
      emitter.emit(
        ...evaluated.map(
          ([host, result]): Undated => ({
            type: 'host-expected',
            host,
            expectation: expectationOf(result, tree),
          }),
        ),
      );
      for (const [host, result] of evaluated) if (result.ok) waiting.push([host, result.value]);
      if (world.clock.now() - lookedAt >= lookEveryMs) await settle();
    },
    settle,
  };
};

/** Tells what hosts should run as far as the records have it; answers those of which they do not. */
const expectKnown = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  tree: string | null,
): Promise<readonly HostEntry[]> => {
  const known = entries.flatMap((entry) => context.records.evaluation(entry.name, tree) ?? []);
  const built = await builtStill(
    context,
    known.filter(({ builtAt }) => builtAt !== null),
  );
  context.emitter.emit(
    ...known.map(
      (record): Undated => ({
        type: 'host-expected',
        host: record.host,
        expectation: {
          kind: 'known',
          toplevel: record.toplevel,
          derivation: record.derivation,
          tree: record.tree,
          builtAt: built.has(record) ? record.builtAt : null,
          ...(built.has(record) && record.builtOn !== undefined ? { builtOn: record.builtOn } : {}),
        },
      }),
    ),
  );
  const told = new Set(known.map(({ host }) => host));
  return entries.filter(({ name }) => !told.has(name));
};

/** Events for hosts of which nothing is known yet. */
export const expecting = (
  hosts: readonly string[],
  kind: 'evaluating' | 'unknown',
): readonly Undated[] =>
  hosts.map((host): Undated => ({ type: 'host-expected', host, expectation: { kind } }));

/** How many processes of Nix evaluate at a time, and what each may take. */
export const evaluationLimits = ({ jobs }: EngineContext) => ({
  jobs: jobs.evaluate,
  mostBytes: bytesPerEvaluation,
});

/** From so many hosts on, a process that shares what they have in common is the faster one. */
const fewestHosts = 4;

/** Whether hosts are evaluated by nix-eval-jobs, which evaluates several at a time. */
export const usesEvalJobs = async (
  context: EngineContext,
  hosts: readonly unknown[],
): Promise<boolean> =>
  hosts.length >= fewestHosts && !context.world.isDemo && (await context.nix.hasEvalJobs());

/** Asks Nix about hosts of which nothing is recorded, by few processes. */
const evaluateTogether = async (
  context: EngineContext,
  hosts: readonly string[],
  tree: string | null,
): Promise<void> => {
  const left = new Set(hosts);
  const expected = createExpecting(context, tree);
  if (await usesEvalJobs(context, hosts)) {
    context.emitter.emit(...expecting(hosts, 'evaluating'));
    await context.nix.evaluateMany(context.flake, hosts, {
      workers: Math.max(1, context.jobs.evaluate),
      memoryMegabytes: memoryOfEvalJobs,
      onHost: (host, evaluated) => {
        left.delete(host);
        void expected.add([[host, evaluated]]);
      },
    });
  }
  const questions = [...left].map(
    (host): HostQuestion => ({ host, describes: false, toplevel: 'always' }),
  );
  await context.nix.evaluateBatches(context.flake, questions, {
    ...evaluationLimits(context),
    onAsk: (asked) => context.emitter.emit(...expecting(asked, 'evaluating')),
    onBatch: ({ evaluated }) => expected.add(evaluated),
  });
  await expected.settle();
};

/** What hosts should run, as far as the records have it. */
export const expectRecorded = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  await expectKnown(context, entries.filter(isEvaluated), currentTree(context));
};

/** What hosts should run: from the records where this tree was evaluated before, else by Nix. */
export const evaluateHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  const tree = currentTree(context);
  const unknown = await expectKnown(context, entries.filter(isEvaluated), tree);
  if (unknown.length === 0) return;
  await evaluateTogether(
    context,
    unknown.map(({ name }) => name),
    tree,
  );
};

/**
 * What hosts should run, from the records, for a tree that was evaluated before. Of other hosts
 * nothing is known until Nix is asked: an older tree does not count.
 */
export const expectFromRecords = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  const tree = currentTree(context);
  const unknown = await expectKnown(context, entries.filter(isEvaluated), tree);
  context.emitter.emit(
    ...unknown.map(
      ({ name }): Undated => ({
        type: 'host-expected',
        host: name,
        expectation: { kind: 'unknown' },
      }),
    ),
  );
};

/** After a commit the tree is the same; so is what each host should run. */
export const refreshExpectations = async (
  context: EngineContext,
  hosts: readonly string[],
): Promise<void> => {
  await expectKnown(context, entriesOf(context.state(), hosts), currentTree(context));
};
