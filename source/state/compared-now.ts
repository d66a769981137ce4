import type { HostPackages } from '../model/packages/packages-state.ts';
import type { HostState } from './state.ts';

/** The comparison of a host's packages, as long as it is of what the host runs and would run now. Pure. */
export const comparedNow = (
  { facts, expectation }: HostState,
  packages: HostPackages | undefined,
): HostPackages | undefined =>
  packages?.kind === 'compared' &&
  (facts?.current !== packages.difference.old ||
    expectation.kind !== 'known' ||
    expectation.toplevel !== packages.difference.new)
    ? undefined
    : packages;
