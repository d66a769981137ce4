import type { NixProcessState } from './process.ts';

/**
 * When Nix is stopped, it reports running builds as ended, as if they had succeeded. Of these the
 * last ones, beyond Nix's own count of finished builds, were not done.
 */
const takeBackCutShort = (state: NixProcessState): void => {
  const { done, failed } = state.totals.builds;
  const fates = [...state.derivations];
  const ended = fates.filter(([, fate]) => fate === 'ended').map(([path]) => path);
  const named = fates.filter(([, fate]) => fate === 'failed').length;
  const counted = done + Math.max(0, failed - named);
  for (const path of ended.slice(Math.min(counted, ended.length)))
    state.derivations.set(path, 'planned');
};

/**
 * The process has ended: none of its builds runs any more, and those that it stopped were not done.
 */
export const endNixProcess = (state: NixProcessState, isBuilt: boolean): void => {
  state.activities.clear();
  for (const fates of [state.derivations, state.fetches.paths, state.copies.paths])
    for (const [path, fate] of fates) {
      if (fate === 'running') fates.set(path, isBuilt ? 'ended' : 'planned');
      if (fate === 'planned' && isBuilt) fates.set(path, 'ended');
    }
  if (!isBuilt && state.totalIds.builds !== null) takeBackCutShort(state);
};
