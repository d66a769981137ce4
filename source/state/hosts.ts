import { isPersistent } from '../model/deploy/in-place.ts';
import type { Failure } from '../model/failure.ts';
import { newestOf } from '../model/host/generation.ts';
import { criticalNotRunning, failuresThatCount } from '../model/host/health.ts';
import type { Generation, HostEntry, HostFacts, HostPosition } from '../model/host/host.ts';
import { isBackward } from '../model/host/other-system.ts';
import { olderNixos } from '../model/host/system-version.ts';
import { showUnitFailure } from '../model/host/unit-failure.ts';
import { fullUnitName, shortUnitName } from '../model/host/unit-name.ts';
import { memoByObject } from '../model/memo.ts';
import type { HostPackages } from '../model/packages/packages-state.ts';
import { lacksNumbers } from '../model/watch/report.ts';
import { watchMs } from '../model/watch/windows.ts';
import type { AppState, HostState } from './state.ts';
import type { Trouble } from './trouble.ts';

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

/**
 * Failures of hosts that do not answer at all: nothing was done on them, so nothing failed there.
 * With every other failure the machine answers, and refuses nixup.
 */
const isSilent = (failure: Failure): boolean =>
  failure.code === 'host-unreachable' ||
  failure.code === 'host-timeout' ||
  failure.code === 'ssh-failed' ||
  unreachableWords[failure.code] === undefined;

const whyUnreachable = (failure: Failure): string => {
  if (failure.code === 'host-unreachable' && failure.name !== undefined) return 'name not found';
  if (failure.code === 'host-timeout' && failure.isConnected === true) return 'hangs';
  return unreachableWords[failure.code] ?? 'no answer';
};

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

/**
 * The commit that what the host runs is made of: the one that it names, or, as a system is tested before
 * its tree is committed, the one that was found to hold exactly that tree.
 */
export const runningRevision = ({
  facts,
  committed,
}: Pick<HostState, 'facts' | 'committed'>): string | null => {
  if (facts === null) return null;
  const { current, revision } = facts;
  const isNamed = revision !== null && !revision.endsWith('-dirty');
  return !isNamed && committed !== undefined && committed.system === current
    ? committed.revision
    : revision;
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
  if (host.deployed !== undefined && isBackward(facts, host.deployed)) return { kind: 'backward' };
  const position = byAncestry(host, facts);
  // A branch whose commit was reverted by a new commit is newer in git, but makes an older system.
  return (position.kind === 'stale' || position.kind === 'drifted') &&
    olderNixos(facts.current, expectation.toplevel) !== null
    ? { kind: 'ahead' }
    : position;
};

/**
 * Whether what runs takes effect with a reboot only, wherever the host stands against the flake. One
 * that would boot another system than it runs loses it by a reboot.
 */
export const awaitsReboot = ({ probe, facts }: HostState): boolean =>
  probe.kind !== 'failed' &&
  facts?.rebootNeeded === true &&
  facts.current !== null &&
  isPersistent(facts, facts.current);

/** Whether the host boots what the flake wants, and runs something else until then. */
export const bootsWanted = ({ probe, facts, expectation }: HostState): boolean =>
  probe.kind !== 'failed' &&
  facts !== null &&
  expectation.kind === 'known' &&
  facts.current !== expectation.toplevel &&
  isPersistent(facts, expectation.toplevel);

/**
 * The comparison of a host's packages, as long as it is of what the host runs and would run now; that the new
 * system was not built is over once it is. Pure.
 */
export const comparedNow = (
  host: HostState,
  packages: HostPackages | undefined,
): HostPackages | undefined => {
  const { facts, expectation } = host;
  if (packages?.kind === 'unknown' && packages.lacks === 'build')
    return isBuilt(host) ? undefined : packages;
  if (packages?.kind !== 'compared') return packages;
  const isOfNow =
    facts?.current === packages.difference.old &&
    expectation.kind === 'known' &&
    expectation.toplevel === packages.difference.new;
  return isOfNow ? packages : undefined;
};

/** What flake and config say of these hosts; names that the flake does not have are left out. */
export const entriesOf = (app: AppState, names: readonly string[]): readonly HostEntry[] =>
  names.flatMap((name) => app.hosts[name]?.entry ?? []);

/** Hosts that can be built and deployed. */
export const deployableHosts = (app: AppState): readonly string[] =>
  app.hostNames.filter((name) => app.hosts[name]?.entry.role.kind === 'deployable');

/** Hosts that can be deployed and whose system was built as the flake says it now. */
export const builtHosts = (app: AppState): readonly string[] =>
  deployableHosts(app).filter((name) => {
    const expectation = app.hosts[name]?.expectation;
    return expectation?.kind === 'known' && expectation.builtAt !== null;
  });

/** Hosts that a test of everything builds. */
export const buildableHosts = (app: AppState): readonly string[] =>
  app.hostNames.filter((name) => {
    const kind = app.hosts[name]?.entry.role.kind;
    return kind === 'deployable' || kind === 'build-only';
  });

/** Units that failed and are not ignored by the config. */
export const troubledUnits = (host: HostState): readonly string[] =>
  failuresThatCount(host.entry, host.facts?.failedUnits ?? []);

/** Units as a row names them. */
export const shownUnits = (units: readonly string[]): readonly string[] =>
  units.map((unit) => shortUnitName(showUnitFailure(unit)));

/** Critical units by their whole names. */
export const criticalUnits = (host: HostState): readonly string[] =>
  host.entry.critical.map(fullUnitName);

/** Critical units that the last probe found neither active nor waiting for what starts them. */
export const criticalDown = ({ facts, entry }: HostState): readonly string[] =>
  facts === null ? [] : criticalNotRunning(entry, facts);

/** Units of a host that are not as they should be, each once. */
export const unwellUnits = (host: HostState): readonly string[] => [
  ...new Set([...troubledUnits(host), ...criticalDown(host)]),
];

/**
 * Whether the host runs something else than the flake says. A host that was rolled back, and runs
 * what the flake says since the commit was taken back too, is as it should be.
 */
export const isLeftBehind = ({ facts, expectation }: HostState): boolean =>
  expectation.kind !== 'known' || facts?.current !== expectation.toplevel;

const byWork = (host: HostState): Trouble | undefined => {
  switch (host.work.kind) {
    case 'failed':
      return 'failed';
    case 'rolledBack':
      return isLeftBehind(host) ? 'failed' : undefined;
    case 'unhealthy':
      return 'unhealthy';
    case 'running':
    case 'queued':
    case 'waiting':
    case 'rollingBack':
      return 'working';
    case 'pending':
      return host.probe.kind === 'answered' ? undefined : 'asleep';
    case 'idle':
    case 'built':
    case 'succeeded':
    case 'unchanged':
    case 'canceled':
    case 'skipped':
      return undefined;
  }
};

const byPosition = (host: HostState): Trouble => {
  const position = positionOf(host);
  switch (position.kind) {
    case 'unreachable':
      if (position.why === 'asleep') return 'asleep';
      return host.probe.kind === 'failed' && isSilent(host.probe.failure)
        ? 'unreachable'
        : 'failed';
    case 'ahead':
      return 'newer than the flake';
    case 'stale':
    case 'diverged':
    case 'drifted':
    case 'backward':
      return 'behind';
    case 'notPersistent':
      return 'behind';
    case 'rebootNeeded':
      return 'reboot needed';
    case 'current':
      return 'current';
    case 'unknown':
      return host.expectation.kind === 'failed' ? 'failed' : 'unknown';
  }
};

/** Which trouble a host is in. */
export const troubleOf: (host: HostState) => Trouble = memoByObject((host) => {
  const working = byWork(host);
  if (working !== undefined) return working;
  if (host.entry.role.kind === 'refused' || host.entry.role.kind === 'left-out') return 'left out';
  const trouble = byPosition(host);
  if (trouble === 'asleep' || trouble === 'failed' || trouble === 'unreachable') return trouble;
  return criticalDown(host).length > 0 ? 'unhealthy' : trouble;
});

/**
 * Whether the system that the flake wants for a host is built; during a test its work tells that
 * first.
 */
export const isBuilt = ({ expectation, work }: HostState): boolean =>
  expectation.kind === 'known' &&
  (expectation.builtAt !== null ||
    (work.kind === 'built' && work.toplevel === expectation.toplevel));

/** The generation in which a host has the system that the flake wants: going back to a lock makes what it ran before. */
export const keptWanted = ({ expectation, facts }: HostState): Generation | undefined =>
  expectation.kind === 'known' ? newestOf(facts, expectation.toplevel) : undefined;

/** Hosts that are looked at each minute: more would be a load of its own. */
const mostSampled = 64;

/**
 * Hosts whose numbers nixup takes itself while it is open: those that somebody watched, and of which nothing keeps any.
 * Until the 24 hours of their watch are over, and those of `shown` for as long as somebody looks at them.
 */
export const hostsToSample = (
  app: AppState,
  now: number,
  shown: readonly string[],
): readonly string[] =>
  deployableHosts(app)
    .filter((name) => {
      const host = app.hosts[name];
      if (host?.watch === undefined || host.probe.kind !== 'answered') return false;
      if (!lacksNumbers(host.watch)) return false;
      const { changedAt } = host.watch;
      return (changedAt !== null && now - changedAt < watchMs) || shown.includes(name);
    })
    .slice(0, mostSampled);
