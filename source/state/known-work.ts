import type { HostWork, KnownExpectation } from '../model/host/host.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import type { HostState } from './state.ts';

/** A deploy as it is remembered between runs. */
interface RememberedDeploy {
  readonly toplevel: StorePath;
  readonly from: StorePath | null;
  readonly generation: number | null;
  readonly at: number;
}

/** What is remembered of the system that the tree gives a host. */
interface Remembered {
  /** The last deploy to the host, of whatever system. */
  readonly deployed?: RememberedDeploy | undefined;
  /** The system that waits until the host is awake. */
  readonly waiting: StorePath | null;
  /** What the last commit gave the host; null where nobody evaluated it. */
  readonly committed: StorePath | null;
}

/** The system that what was done with the host is about; of a rollback the one that it left. */
export const systemOfWork = (
  work: Extract<HostWork, { readonly kind: 'succeeded' | 'unchanged' | 'unhealthy' }>,
): StorePath | null => {
  switch (work.kind) {
    case 'succeeded':
      return work.deed === 'rollback' ? work.from : work.to;
    case 'unchanged':
      return work.toplevel;
    case 'unhealthy':
      return work.to;
  }
};

/**
 * Whether the last thing that this nixup did with the host concerns the system that the tree gives
 * it. A deploy of an earlier tree, or a failure from before that system was built, does not. Pure.
 */
const isOfSystem = (
  work: HostWork,
  { toplevel, builtAt }: KnownExpectation,
  waiting: StorePath | null,
): boolean => {
  const isLater = (at: number): boolean => builtAt !== null && at >= builtAt;
  switch (work.kind) {
    case 'succeeded':
    case 'unchanged':
    case 'unhealthy':
      return systemOfWork(work) === toplevel;
    case 'rolledBack':
      return work.to !== toplevel && isLater(work.at);
    case 'failed':
      return work.step !== 'evaluate' && work.step !== 'build' && isLater(work.at);
    case 'canceled':
      return isLater(work.at);
    case 'pending':
      return waiting === toplevel;
    case 'idle':
    case 'built':
    case 'queued':
    case 'running':
    case 'waiting':
    case 'rollingBack':
    case 'skipped':
      return false;
  }
};

/** Whether the host only runs what it ran already, so that an earlier deploy tells more. */
const isFound = ({ kind }: HostWork): boolean => kind === 'unchanged';

/**
 * What was done with a host for the tree as it is, also by another nixup: the records say what was
 * deployed, and the host itself whether it still runs that. A deploy that found nothing to do says
 * nothing of an earlier one of the same system.
 */
export const knownWork = (
  { work, expectation, facts }: Pick<HostState, 'work' | 'expectation' | 'facts'>,
  { deployed, waiting, committed }: Remembered,
): HostWork => {
  const nothing: HostWork = work.kind === 'built' ? work : { kind: 'idle' };
  if (expectation.kind !== 'known') return nothing;
  const { toplevel } = expectation;
  if (isOfSystem(work, expectation, waiting) && !isFound(work)) return work;
  if (facts?.current !== toplevel)
    return waiting === toplevel ? { kind: 'pending', why: 'was asleep' } : nothing;
  // What the last commit gave the host already was deployed for that commit, not for this tree.
  if (deployed?.toplevel !== toplevel || committed === toplevel)
    return { kind: 'unchanged', toplevel, at: facts.at };
  const { from, generation, at } = deployed;
  return { kind: 'succeeded', from, to: toplevel, generation, at };
};
