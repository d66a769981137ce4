import { isPersistent } from '../../model/deploy/in-place.ts';
import type { Expectation, HostFacts, HostWork } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { HostState } from '../state.ts';

const idle: HostWork = { kind: 'idle' };

type Worked = Pick<HostState, 'work' | 'workFor' | 'facts'>;

/** What was done of a system that the flake no longer wants, as far as the host still shows it. */
const workOfEarlier = ({ work, facts }: Worked, wanted: StorePath): HostWork => {
  switch (work.kind) {
    case 'succeeded':
      // Rolled back together with the lock: what it went back to is wanted now.
      return work.to === wanted ? work : idle;
    case 'unchanged':
      return work.toplevel === wanted ? work : idle;
    case 'unhealthy':
      // Its trouble is that of what it runs, whatever the flake wants next.
      return work.to === wanted || work.to === facts?.current ? work : idle;
    // The host went back by itself, and where it is wanted now all is as it should be.
    case 'rolledBack':
    case 'failed':
    case 'canceled':
    case 'skipped':
      return idle;
    case 'idle':
    case 'queued':
    case 'running':
    case 'built':
    case 'waiting':
    case 'pending':
    case 'rollingBack':
      return work;
  }
};

/** The work of a host once the flake wants this: an earlier system says nothing of another one. Pure. */
export const workForExpectation = (host: Worked, expectation: Expectation): HostWork => {
  const { work, workFor } = host;
  if (work.kind === 'built')
    return expectation.kind === 'failed' ||
      (expectation.kind === 'known' && expectation.toplevel !== work.toplevel)
      ? idle
      : work;
  if (expectation.kind !== 'known') return work;
  // It evaluates again.
  if (work.kind === 'failed' && work.step === 'evaluate') return idle;
  return workFor === undefined || workFor === expectation.toplevel
    ? work
    : workOfEarlier(host, expectation.toplevel);
};

/** Whether the host runs this, or boots it next. */
const has = ({ current, profile }: HostFacts, toplevel: StorePath): boolean =>
  current === toplevel || profile === toplevel;

/**
 * The work of a host after a look at it: where it runs something else than it was taken to,
 * somebody else changed it since, and what was done is no longer there. Pure.
 */
export const workForFacts = (
  { work, expectation, facts: before }: Pick<HostState, 'work' | 'expectation' | 'facts'>,
  facts: HostFacts,
): HostWork => {
  if (facts.current === null) return work;
  const isInPlace =
    expectation.kind === 'known' &&
    facts.current === expectation.toplevel &&
    isPersistent(facts, expectation.toplevel);
  switch (work.kind) {
    case 'succeeded':
    case 'unhealthy':
    case 'rolledBack':
      return has(facts, work.to) ? work : idle;
    case 'unchanged':
      return has(facts, work.toplevel) ? work : idle;
    case 'failed':
    case 'canceled':
      return isInPlace && before !== null && before.current !== facts.current ? idle : work;
    case 'pending':
      return isInPlace ? idle : work;
    case 'idle':
    case 'queued':
    case 'running':
    case 'built':
    case 'waiting':
    case 'rollingBack':
    case 'skipped':
      return work;
  }
};
