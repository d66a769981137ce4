import { isLock } from '../../model/commit/facts.ts';
import type { AlsoBack, FilesBack, RollbackPlan } from '../../model/deploy/plan.ts';
import { explain } from '../../model/explain/explain.ts';
import { success } from '../../model/result.ts';
import { pushCommand, pushTarget } from '../../services/git/push.ts';
import { deployedPart } from '../../state/part-of-fleet.ts';
import type { EngineContext } from '../run/context.ts';
import { planCommitBack } from './take-back-files.ts';

/**
 * The tree once lock or commit are back; null where nobody knows it: the commit holds more than its
 * lock or is not the last one, or other files are changed as well.
 */
const treeBack = async (
  context: EngineContext,
  commit: { readonly revision: string; readonly path: string } | null,
): Promise<string | null> => {
  const { git } = context;
  const head = await git.treeAt('HEAD');
  if (commit === null) {
    const dirty = context.state().git?.dirty ?? [];
    return dirty.every((path) => isLock(path)) ? head : null;
  }
  const [before, after] = [
    await git.treeAt(`${commit.revision}^`),
    await git.treeAt(commit.revision),
  ];
  if (before === null || after === null || after !== head) return null;
  const changed = await git.changedPaths(before, after);
  return changed.every((path) => path === commit.path) ? before : null;
};

/** Hosts that run what the lock says now, and that the old lock gives another system. */
const leftOnLock = async (
  context: EngineContext,
  isBack: ReadonlySet<string>,
  commit: { readonly revision: string; readonly path: string } | null,
): Promise<readonly string[]> => {
  const state = context.state();
  const tree = await treeBack(context, commit);
  return deployedPart(state).done.filter((host) => {
    const old = context.records.evaluation(host, tree)?.toplevel;
    return !isBack.has(host) && (old === undefined || old !== state.hosts[host]?.facts?.current);
  });
};

/**
 * The lock, commit and push that go back together with hosts, for a confirmation: the commit, the
 * commands, and the hosts that run what the lock says now and are not rolled back. Undefined where
 * only hosts go back.
 */
export const describeFilesBack = async (
  context: EngineContext,
  plan: RollbackPlan,
  also: AlsoBack,
): Promise<FilesBack | undefined> => {
  if (!also.lock && !also.commit && !also.push) return undefined;
  const state = context.state();
  const back = also.commit ? await planCommitBack(context) : null;
  const planned = back?.ok === true ? back.value.commit : null;
  const commands =
    planned === null ? success([]) : await context.git.commitCommands([planned.planned.path]);
  const commit = commands.ok ? planned : null;
  const refusal = back?.ok === false ? back : commands.ok ? null : commands;
  const noCommit =
    refusal !== null
      ? `${explain(refusal.failure).what.replace(/\.$/, '')}. The whole rollback is refused for that`
      : back?.ok === true
        ? back.value.why
        : null;
  const root = state.git?.root ?? context.flake;
  const branch = state.git?.branch ?? null;
  const seen = also.push ? await context.git.observe() : null;
  const target = seen?.ok === true && branch !== null ? pushTarget(seen.value, branch) : null;
  const isBack = new Set(plan.targets.map(({ host }) => host));
  return {
    commit: commit?.revision ?? null,
    ...(noCommit === null ? {} : { noCommit }),
    // The lock itself is written as a file, by no command.
    commands: [
      ...(commands.ok ? commands.value : []),
      ...(target === null ? [] : [pushCommand(root, target)]),
    ],
    pushesTo:
      target === null
        ? null
        : `${target.remote}/${(target.remoteRef ?? target.branch).replace(/^refs\/heads\//, '')}`,
    others: await leftOnLock(
      context,
      isBack,
      commit === null ? null : { revision: commit.revision, path: commit.planned.path },
    ),
  };
};
