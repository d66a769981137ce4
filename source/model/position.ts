import type { Failure } from './failure.ts';
import type { HostFacts, HostPosition } from './host.ts';
import { isPersistent } from './in-place.ts';
import type { HostState } from './state.ts';
import { olderNixos } from './system-version.ts';

/** Two or three words for a row, of the failures that it tells apart; `explain` has the whole story. */
const unreachableWords: Readonly<Partial<Record<Failure['code'], string>>> = {
  'host-unreachable': 'asleep',
  'host-timeout': 'asleep',
  'ssh-failed': 'ssh failed',
  'login-waits': 'login waits',
  'host-key-unknown': 'host key unknown',
  'host-key-changed': 'host key changed',
  'login-refused': 'login refused',
  'login-shell-failed': 'no login shell',
  'identity-mismatch': 'another machine',
  'not-nixos': 'not NixOS',
};

const whyUnreachable = (failure: Failure): string =>
  failure.code === 'host-unreachable' && failure.name !== undefined
    ? 'name not found'
    : (unreachableWords[failure.code] ?? 'no answer');

const byAncestry = (host: HostState, facts: HostFacts): HostPosition => {
  switch (host.ancestry.kind) {
    case 'unjudged':
      return { kind: 'unknown' };
    case 'behind':
      return { kind: 'stale', commitsBehind: host.ancestry.commits };
    case 'ahead':
      return { kind: 'ahead' };
    case 'diverged':
      return { kind: 'diverged' };
    case 'same':
      return { kind: 'stale', commitsBehind: null };
    case 'unknown':
      // Git does not know the revision: no commit of this flake built it. A system
      // that embeds no revision says nothing of its origin: it differs, no more.
      return facts.revision === null ? { kind: 'stale', commitsBehind: null } : { kind: 'drifted' };
  }
};

/** Where a host stands against the flake, from the last probe and the expectation. Pure. */
export const positionOf = (host: HostState): HostPosition => {
  const { probe, facts, expectation } = host;
  if (probe.kind === 'failed') return { kind: 'unreachable', why: whyUnreachable(probe.failure) };
  if (facts === null || facts.current === null) return { kind: 'unknown' };
  // What is newer than the flake is known before the flake is evaluated.
  if (expectation.kind !== 'known')
    return host.ancestry.kind === 'ahead' ? { kind: 'ahead' } : { kind: 'unknown' };
  if (facts.current === expectation.toplevel && !isPersistent(facts, expectation.toplevel))
    return { kind: 'notPersistent' };
  if (facts.current === expectation.toplevel)
    return facts.rebootNeeded === true ? { kind: 'rebootNeeded' } : { kind: 'current' };
  const position = byAncestry(host, facts);
  // A branch that was taken back by a commit of its own is newer in git, and older in what it makes.
  return (position.kind === 'stale' || position.kind === 'drifted') &&
    olderNixos(facts.current, expectation.toplevel) !== null
    ? { kind: 'ahead' }
    : position;
};
