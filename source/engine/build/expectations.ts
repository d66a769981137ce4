import pLimit from 'p-limit';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Expectation, HostEntry } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import { advised, commandOnly } from '../../model/words/advice.ts';
import type { EvaluatedToplevel, EvaluateOptions } from '../../services/nix/evaluate.ts';
import type { EngineContext } from '../run/context.ts';
import { isBuiltStill } from './build-place.ts';

const isEvaluated = (entry: HostEntry): boolean =>
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

export const evaluateHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  const tree = currentTree(context);
  const limit = pLimit(context.jobs.evaluate);
  await Promise.all(
    entries.filter(isEvaluated).map((entry) => limit(() => expectHost(context, entry, tree))),
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
  for (const entry of entries.filter(isEvaluated))
    if (context.records.evaluation(entry.name, tree) !== undefined)
      await expectHost(context, entry, tree);
    else
      context.emitter.emit({
        type: 'host-expected',
        host: entry.name,
        expectation: { kind: 'unknown' },
      });
};

/** After a commit the tree is the same; so is what each host should run. */
export const refreshExpectations = async (
  context: EngineContext,
  hosts: readonly string[],
): Promise<void> => {
  const tree = currentTree(context);
  for (const name of hosts) {
    const entry = context.state().hosts[name]?.entry;
    if (entry !== undefined && context.records.evaluation(name, tree) !== undefined)
      await expectHost(context, entry, tree);
  }
};
