import type { HostFacts } from '../host/host.ts';
import type { StorePath } from '../nix/store-path.ts';
import type { DeployMode } from './plan.ts';

/** True when the host runs this system and would boot it again, as far as the loader can be read. */
export const isPersistent = (facts: HostFacts, toplevel: StorePath): boolean =>
  facts.profile === toplevel &&
  (facts.bootDefault.kind === 'unverifiable' || facts.bootDefault.toplevel === toplevel);

/** True when a deploy in this mode has nothing to do on the host. */
export const isInPlace = (facts: HostFacts, toplevel: StorePath, mode: DeployMode): boolean => {
  switch (mode) {
    case 'switch':
      return facts.current === toplevel && isPersistent(facts, toplevel);
    case 'boot':
      return isPersistent(facts, toplevel);
    case 'test':
    case 'dry-activate':
      return facts.current === toplevel;
  }
};

/** The generation that setting the profile to this path makes: always a new, highest number. */
export const generationMade = (
  facts: Pick<HostFacts, 'profile' | 'generations'>,
  path: StorePath,
): number | null =>
  facts.profile === path || facts.generations.length === 0
    ? null
    : Math.max(...facts.generations.map((generation) => generation.number)) + 1;
