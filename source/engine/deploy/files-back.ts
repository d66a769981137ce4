import type { AlsoBack, FilesBack, RollbackPlan } from '../../model/deploy/plan.ts';
import { commitCommand } from '../../services/git/commit.ts';
import { pushCommand } from '../../services/git/push.ts';
import { lastCommitOf, noCommitWords } from '../../state/last-commit.ts';
import { deployedPart } from '../../state/part-of-fleet.ts';
import { pushTarget } from '../commit/commit.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * What goes back together with hosts, for a confirmation: the commit, the
 * commands that take it back and push that, and the hosts that run what the
 * lock says now and are not taken back. Undefined where only hosts go back.
 */
export const describeFilesBack = async (
  context: EngineContext,
  plan: RollbackPlan,
  also: AlsoBack,
): Promise<FilesBack | undefined> => {
  if (!also.lock && !also.commit && !also.push) return undefined;
  const state = context.state();
  const last = lastCommitOf(state);
  const commit = also.commit && last.kind === 'made' ? last.revision : null;
  const root = state.git?.root ?? context.flake;
  const branch = state.git?.branch ?? null;
  const seen = also.push ? await context.git.observe() : null;
  const target = seen?.ok === true && branch !== null ? pushTarget(seen.value, branch) : null;
  const place = await context.git.pathOf('flake.lock');
  const lock = place.ok ? place.value : 'flake.lock';
  const isBack = new Set(plan.targets.map(({ host }) => host));
  return {
    commit,
    ...(also.commit && last.kind !== 'made' ? { noCommit: noCommitWords(last) } : {}),
    // The lock itself is written as a file, by no command.
    commands: [
      ...(commit === null ? [] : [commitCommand(root, [lock])]),
      ...(target === null ? [] : [pushCommand(root, target)]),
    ],
    pushesTo:
      target === null
        ? null
        : `${target.remote}/${(target.remoteRef ?? target.branch).replace(/^refs\/heads\//, '')}`,
    others: deployedPart(state).done.filter((host) => !isBack.has(host)),
  };
};
