import { isInPlace } from '../model/deploy/in-place.ts';
import type { DeployMode } from '../model/deploy/plan.ts';
import type { HostWork } from '../model/host/host.ts';
import { counted, hostList } from '../model/words/sentences.ts';
import { failedInTest } from './failed-in-test.ts';
import { buildableHosts, deployableHosts } from './hosts.ts';
import { unreachable } from './plans/decision.ts';
import { isProven, type StageState } from './stage.ts';
import type { AppState, HostState } from './state.ts';

/** How far a step is done in the whole fleet, host by host, in the order of the flake. */
export interface PartOfFleet {
  readonly done: readonly string[];
  /**
   * Hosts that nobody waits for: they sleep, or their builder does, or they are unhealthy and a
   * person has to decide.
   */
  readonly waiting: readonly string[];
  readonly left: readonly string[];
  /** Why nobody waits for those, where hosts do so for different reasons. */
  readonly reasons?: readonly string[];
}

type PartName = 'done' | 'waiting' | 'left';

const divide = (
  app: AppState,
  names: readonly string[],
  standingOf: (host: HostState) => PartName,
): PartOfFleet => {
  const parts: Record<PartName, string[]> = { done: [], waiting: [], left: [] };
  for (const name of names) {
    const host = app.hosts[name];
    if (host !== undefined) parts[standingOf(host)].push(name);
  }
  return parts;
};

const isAsleep = (host: HostState | undefined): boolean =>
  host !== undefined && unreachable(host)?.kind === 'pending';

/** Whether its system cannot be built now, because the machine that builds it sleeps. */
export const waitsForBuilder = (app: AppState, { entry }: HostState): boolean =>
  entry.buildOn !== undefined && isAsleep(app.hosts[entry.buildOn]);

/** Whether exactly the system that this tree gives the host was built and tested. */
const isTestedHost = ({ git }: AppState, { expectation }: HostState): boolean =>
  expectation.kind === 'known' &&
  expectation.builtAt !== null &&
  (git === null || expectation.tree === git.tree);

/** Which hosts were built and tested for the tree as it is. Pure. */
export const testedPart = (app: AppState): PartOfFleet =>
  divide(app, buildableHosts(app), (host) =>
    isTestedHost(app, host) ? 'done' : waitsForBuilder(app, host) ? 'waiting' : 'left',
  );

/** Which hosts run, and would boot, what the flake says. Pure. */
export const deployedPart = (app: AppState, mode: DeployMode = 'switch'): PartOfFleet => {
  const part = divide(app, deployableHosts(app), (host) => {
    const { expectation, facts, work } = host;
    if (isAsleep(host)) return 'waiting';
    if (
      work.kind === 'unhealthy' &&
      expectation.kind === 'known' &&
      facts?.current === expectation.toplevel
    )
      return 'waiting';
    const isDone =
      host.probe.kind !== 'failed' &&
      expectation.kind === 'known' &&
      (app.git === null || expectation.tree === app.git.tree) &&
      facts !== null &&
      isInPlace(facts, expectation.toplevel, mode);
    return isDone ? 'done' : 'left';
  });
  return part.waiting.length === 0 ? part : { ...part, reasons: waitingReasons(app, part.waiting) };
};

/** `asleep: samsung`, `unhealthy: nas`: why a deploy waits for hosts, each host at its own reason. Pure. */
export const waitingReasons = (app: AppState, waiting: readonly string[]): readonly string[] => {
  const asleep = waiting.filter((name) => isAsleep(app.hosts[name]));
  const unhealthy = waiting.filter((name) => !asleep.includes(name));
  return [
    ...(asleep.length === 0 ? [] : [`asleep: ${hostList(asleep)}`]),
    ...(unhealthy.length === 0 ? [] : [`unhealthy: ${hostList(unhealthy)}`]),
  ];
};

/** Hosts that a deploy of the tree has not reached, by the first reason for each. */
interface DeployRest {
  /** Can be deployed as they are. */
  readonly ready: readonly string[];
  /** Failed their test: what is to be deployed there does not build. */
  readonly broken: readonly string[];
}

/**
 * Every count of hosts that are left to deploy, in a row, a sentence or a menu, comes from this.
 * Pure.
 */
export const deployRest = (app: AppState, mode: DeployMode = 'switch'): DeployRest => {
  const { left } = deployedPart(app, mode);
  const broken = failedInTest(app, left);
  const isBroken = new Set(broken);
  return { ready: left.filter((name) => !isBroken.has(name)), broken };
};

/** `; studio failed its test`: hosts that are not deployed before they pass. */
export const brokenWords = (broken: readonly string[]): string =>
  broken.length === 0
    ? ''
    : `; ${hostList(broken)} failed ${broken.length === 1 ? 'its' : 'their'} test`;

/** When this nixup changed what the host runs last; null where it did not since it was started. */
const workedAt = (work: HostWork): number | null => {
  switch (work.kind) {
    case 'succeeded':
    case 'unhealthy':
    case 'rolledBack':
      return work.at;
    case 'rollingBack':
      return work.since;
    case 'idle':
    case 'queued':
    case 'running':
    case 'built':
    case 'waiting':
    case 'pending':
    case 'unchanged':
    case 'failed':
    case 'canceled':
    case 'skipped':
      return null;
  }
};

/** Whether the host got another system after that moment, from this nixup or from whomever. */
const isChangedSince = ({ work, movedAt }: HostState, at: number): boolean =>
  Math.max(workedAt(work) ?? at, movedAt ?? at) > at;

/** Whether any host that could be asked got another system after that time. Pure. */
export const isFleetChangedSince = (app: AppState, at: number): boolean =>
  deployableHosts(app).some((name) => {
    const host = app.hosts[name];
    return host !== undefined && isChangedSince(host, at);
  });

/** Hosts for which a step was proven and that were not changed since. */
export const stillProven = (app: AppState, state: StageState): readonly string[] =>
  isProven(state)
    ? (state.hosts ?? []).filter((name) => {
        const host = app.hosts[name];
        return host !== undefined && !isChangedSince(host, state.at);
      })
    : [];

/** For which hosts a comparison of health was proven, of all that could be asked. Pure. */
export const comparedPart = (app: AppState, proven: readonly string[]): PartOfFleet =>
  divide(app, deployableHosts(app), (host) =>
    proven.includes(host.entry.name) ? 'done' : isAsleep(host) ? 'waiting' : 'left',
  );

/** `1 of 8 hosts`. */
export const partWords = ({ done, left, waiting }: PartOfFleet): string =>
  `${done.length} of ${counted(done.length + left.length + waiting.length, 'host')}`;

/** `studio failed; 7 of 8 hosts are built`: what failed, and how far the whole fleet is. */
export const failedPartWords = (part: PartOfFleet, failed: readonly string[]): string =>
  `${hostList(failed)} failed; ${part.done.length === 0 ? 'no host is' : `${partWords(part)} ${part.done.length === 1 ? 'is' : 'are'}`} built`;
