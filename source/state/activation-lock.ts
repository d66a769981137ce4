import type { HostState } from './state.ts';

/**
 * Who activates a system on the host beside nixup, as its facts say it; null
 * when nobody does, when it is nixup's own activation, and when the facts are
 * older than what nixup did with the host last.
 */
export const foreignActivation = ({ facts, work }: HostState): string | null => {
  if (facts === null || facts.activationLock === null || facts.supervision != null) return null;
  if (work.kind === 'running' || work.kind === 'rollingBack') return null;
  if ('at' in work && work.at >= facts.at) return null;
  const { holder } = facts.activationLock;
  return holder === null
    ? 'somebody else is activating a system; ask again when it is done'
    : `${holder} is activating a system; ask again when it is done`;
};
