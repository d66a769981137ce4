import { lastCommitOf } from '../model/last-commit.ts';
import { deployedPart } from '../model/part-of-fleet.ts';
import type { AlsoBack, FilesBack, RollbackPlan } from '../model/plan.ts';
import type { EngineContext } from './context.ts';

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
  const commit = also.commit ? lastCommitOf(state.history) : null;
  const root = state.git?.root ?? context.flake;
  const seen = also.push ? await context.git.observe() : null;
  const branch = state.git?.branch ?? null;
  const remote = seen?.ok === true ? (seen.value.remote ?? 'origin') : 'origin';
  const ref = (seen?.ok === true ? seen.value.remoteRef : null) ?? `refs/heads/${branch ?? ''}`;
  const place = await context.git.pathOf('flake.lock');
  const lock = place.ok ? place.value : 'flake.lock';
  const isBack = new Set(plan.targets.map(({ host }) => host));
  return {
    commit,
    commands: [
      ...(commit === null
        ? []
        : [
            {
              file: 'git',
              args: ['-C', root, 'restore', `--source=${commit}^`, '--', lock],
            },
            { file: 'git', args: ['-C', root, 'commit', '--only', '--file=-', '--', lock] },
          ]),
      ...(also.push && branch !== null
        ? [{ file: 'git', args: ['-C', root, 'push', remote, `refs/heads/${branch}:${ref}`] }]
        : []),
    ],
    pushesTo: also.push ? `${remote}/${ref.replace(/^refs\/heads\//, '')}` : null,
    others: deployedPart(state).done.filter((host) => !isBack.has(host)),
  };
};
