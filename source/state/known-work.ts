import type { HostWork } from '../model/host/host.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { HostState } from './state.ts';

/** A deploy as it is remembered between runs. */
interface RememberedDeploy {
  readonly toplevel: StorePath;
  readonly from: StorePath | null;
  readonly generation: number | null;
  readonly at: number;
}

/**
 * What was done with a host for the tree as it is, also when another nixup did
 * it: what is remembered says what was deployed, and the host itself whether
 * it still runs that. `waiting` is the toplevel that waits until it is awake.
 */
export const knownWork = (
  { work, expectation, facts }: Pick<HostState, 'work' | 'expectation' | 'facts'>,
  deployed: RememberedDeploy | undefined,
  waiting: StorePath | null,
): HostWork => {
  if (work.kind !== 'idle' && work.kind !== 'built') return work;
  if (expectation.kind !== 'known') return work;
  const { toplevel } = expectation;
  if (facts?.current !== toplevel)
    return waiting === toplevel ? { kind: 'pending', why: 'was asleep' } : work;
  if (deployed?.toplevel !== toplevel) return { kind: 'unchanged', toplevel, at: facts.at };
  const { from, generation, at } = deployed;
  return { kind: 'succeeded', from, to: toplevel, generation, at };
};
