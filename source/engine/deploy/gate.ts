import { showCommand } from '../../model/command.ts';
import type { DeployPlan, DeployTarget } from '../../model/deploy/plan.ts';
import type { Failure } from '../../model/failure.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised, commandOnly } from '../../model/words/advice.ts';
import { builtStill } from '../build/build-place.ts';
import { observeGit } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * What the paths of a deploy are compared with: the tree as it is now, or the journal of an
 * unfinished run, whose paths had passed this gate before.
 */
export type GateBasis = 'tree' | 'journal';

const collected = (host: string, path: StorePath): Failure => ({
  code: 'gate-closed',
  host,
  reason: `${path} is no longer in the store (garbage was collected)`,
  ...advised(advise('build it again', 'nixup test')),
});

/** The machine in whose store a target was built; undefined for this one. */
const builderOf = (
  context: EngineContext,
  { host, to }: DeployTarget,
  basis: GateBasis,
): string | undefined => {
  if (basis === 'journal') return context.records.origin(host, to)?.builtOn;
  const expectation = context.state().hosts[host]?.expectation;
  return expectation?.kind === 'known' ? expectation.builtOn : undefined;
};

/** Every host that closes the gate, and two remedies: test those hosts, or deploy the others. */
const refusalOf = (plan: DeployPlan): Failure | null => {
  const refused = plan.leftOut.filter(({ kind }) => kind === 'refused');
  const [first, ...more] = refused;
  if (first === undefined) return null;
  // Hosts that do not answer now may answer in a moment: they must be tested all the same.
  const others = [
    ...plan.targets,
    ...plan.leftOut.filter(({ kind }) => kind === 'pending' || kind === 'failed'),
  ].map(({ host }) => host);
  const test = showCommand({ file: 'nixup', args: ['test', ...refused.map(({ host }) => host)] });
  const deploy = showCommand({ file: 'nixup', args: ['deploy', ...others] });
  const reasons = new Map<string, string[]>();
  for (const { host, reason } of refused)
    reasons.set(reason, [...(reasons.get(reason) ?? []), host]);
  return {
    code: 'gate-closed',
    host: more.length === 0 ? first.host : null,
    reason:
      more.length === 0
        ? first.reason
        : [...reasons].map(([reason, hosts]) => `${hosts.join(', ')}: ${reason}`).join('; '),
    ...advised(
      others.length === 0
        ? commandOnly(test)
        : advise(`Test them: ${test}. Or deploy the others`, deploy),
    ),
  };
};

/** Reads all of git only where the tree is not the one that was seen last: that takes three times the processes. */
const observeTree = async (context: EngineContext): Promise<void> => {
  const seen = context.state().git?.tree;
  const tree = await context.git.treeHash();
  if (!tree.ok || tree.value !== seen) await observeGit(context);
};

/** Nothing that was confirmed may have changed before it is done. */
export const passGate = async (
  context: EngineContext,
  plan: DeployPlan,
  basis: GateBasis,
): Promise<Result<void, Failure>> => {
  const refused = refusalOf(plan);
  if (refused !== null) return failed(refused);
  const systems = plan.targets.map((target) => ({
    target,
    toplevel: target.to,
    builtOn: builderOf(context, target, basis),
  }));
  // Each store is asked once for all of its systems.
  const [stored] = await Promise.all([builtStill(context, systems), observeTree(context)]);
  const tree = context.state().git?.tree;
  for (const system of systems) {
    const { target } = system;
    const isStored = stored.has(system);
    if (basis === 'journal') {
      if (isStored) continue;
      return failed(collected(target.host, target.to));
    }
    const expectation = context.state().hosts[target.host]?.expectation;
    if (expectation?.kind !== 'known' || expectation.toplevel !== target.to)
      return failed({
        code: 'gate-closed',
        host: target.host,
        reason: 'what it should run changed since the confirmation',
        ...advised(advise('look at the plan again', 'nixup deploy')),
      });
    if (tree !== undefined && expectation.tree !== tree)
      return failed({
        code: 'gate-closed',
        host: target.host,
        reason: 'the tree was edited after the test',
        ...advised(advise('test the tree as it is now', 'nixup test')),
      });
    if (!isStored) return failed(collected(target.host, target.to));
  }
  return success(undefined);
};
