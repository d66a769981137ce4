import { olderNixos } from '../model/host/system-version.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import { positionOf } from './hosts.ts';
import type { HostState } from './state.ts';

/**
 * Words that follow a host's name: that a deploy takes it back, because it runs something newer
 * than the flake, or something that the flake's branch does not have. Null where it does not, as
 * far as that is known.
 */
export const goesBackWords = (host: HostState, to: StorePath): string | null => {
  const current = host.facts?.current ?? null;
  if (current === null || current === to) return null;
  const versions = olderNixos(current, to);
  const position = positionOf(host).kind;
  if (versions !== null) return `goes back to an older system (NixOS ${versions})`;
  if (position === 'ahead')
    return 'goes back to an older system: it runs a newer one than the flake';
  return position === 'diverged'
    ? 'runs a system of another branch: commits that only that branch has are not in the new one'
    : null;
};
