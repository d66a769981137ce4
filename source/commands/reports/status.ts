import { asSentence, explain } from '../../model/explain/explain.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import {
  newestOf,
  runningGeneration,
  runningKernel,
  showGeneration,
} from '../../model/host/generation.ts';
import type { HostFacts, HostPosition } from '../../model/host/host.ts';
import { type HostActivation, lastActivation } from '../../model/host/last-activations.ts';
import { onceWords } from '../../model/host/next-boot.ts';
import {
  isBackward,
  type OtherSystem,
  otherSystemWords,
  runsSince,
} from '../../model/host/other-system.ts';
import { type Upgrader, undoWords } from '../../model/host/upgraders.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { showRevision } from '../../model/words/format.ts';
import { showAge, showShortDate } from '../../model/words/format-time.ts';
import {
  awaitsReboot,
  bootsWanted,
  criticalDown,
  positionOf,
  runningRevision,
} from '../../state/hosts.ts';
import { activationWords } from '../../state/past/activation-end.ts';
import { lockOfSystem } from '../../state/past/systems.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { alignRows } from '../arguments/text-table.ts';
import { isWholeFleet, type RunbookStanding, runbookLines, runbookStanding } from './runbook.ts';

type OtherThanDeployed = Pick<OtherSystem, 'deployed' | 'since' | 'backward'>;

/** One host of `nixup status --json`. A fact that is not known is null, and `error` says why. */
interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly tags: readonly string[];
  readonly reachable: boolean | null;
  readonly position: HostPosition['kind'];
  readonly current: string | null;
  readonly profile: string | null;
  readonly booted: string | null;
  readonly expected: string | null;
  readonly generation: number | null;
  readonly nixosVersion: string | null;
  readonly revision: string | null;
  readonly kernel: string | null;
  readonly rebootNeeded: boolean | null;
  readonly failedUnits: readonly string[] | null;
  /** Critical units that neither run nor wait for what starts them; absent where there are none. */
  readonly criticalDown?: readonly string[];
  readonly latencyMs: number | null;
  /** What nixup did to it last, by whom, the oldest first, as the host keeps it; null where it did not answer. */
  readonly activations: readonly HostActivation[] | null;
  /** Fingerprint of the lock from which its system was built; null where neither host nor history says. */
  readonly lock: string | null;
  readonly error: string | null;
  /** What will switch the host by itself, and when next (ms since the epoch); absent where nothing does. */
  readonly upgraders?: readonly Upgrader[];
  /** The system that nixup brought it to last, where it runs another one; absent where it runs that. */
  readonly otherThanDeployed?: OtherThanDeployed;
  /**
   * Why it did not answer, for programs: `asleep`, `hangs` (it took the connection and said no more),
   * `connection-refused` (the machine is there, and no ssh), `name-not-found`, or the code of the failure (`login-refused`, `host-key-changed`, …).
   * Absent where it answered, or was not asked.
   */
  readonly unreachable?: string;
}

/** Two hosts that are remembered by one machine id: one of both addresses may be stale. */
const sharedWords = ({ probe, facts }: HostState): readonly string[] => {
  const { sharesMachineWith = [], machineId = null } = facts ?? {};
  return probe.kind !== 'answered' || sharesMachineWith.length === 0
    ? []
    : [
        `It has the machine id of ${sharesMachineWith.join(', ')}: ${machineId ?? ''}. Check both addresses; a clone gets an id of its own: rm /etc/machine-id && systemd-machine-id-setup`,
      ];
};

/** A choice for one boot: a restart does not start the default. */
const nextBootWords = ({ probe, facts }: HostState): readonly string[] => {
  const words = probe.kind === 'answered' && facts !== null ? onceWords(facts.bootDefault) : null;
  return words === null ? [] : [`${words.replace(/^t/, 'T')}.`];
};

/** Another system than nixup brought it to, and what may switch it again. */
const directionWords = ({ probe, facts, deployed }: HostState): readonly string[] => {
  if (probe.kind !== 'answered' || facts === null) return [];
  const other = deployed === undefined ? null : otherSystemWords(facts, deployed);
  const undo = undoWords(facts.upgraders);
  return [...(other === null ? [] : [`It ${other}.`]), ...(undo === null ? [] : [`${undo}.`])];
};

const errorOf = (host: HostState): string | null => {
  const { entry, probe, expectation } = host;
  const reasons = [
    ...(entry.role.kind === 'deployable' ? [] : [entry.role.reason]),
    ...(probe.kind === 'failed' ? [explain(probe.failure).what] : []),
    ...(expectation.kind === 'failed' ? [expectation.failureText] : []),
    ...sharedWords(host),
    ...nextBootWords(host),
  ];
  // Each but the last is followed by another sentence.
  const sentences = reasons.map((reason, index) =>
    index < reasons.length - 1 ? asSentence(reason) : reason,
  );
  return reasons.length === 0 ? null : sentences.join(' ');
};

const refusedCode = (detail: string): string | null =>
  /connection refused/i.test(detail) ? 'connection-refused' : null;

/** Asleep and refused are two answers: one waits for the machine, the other for its sshd. */
const unreachableCode = (failure: Failure): string => {
  switch (failure.code) {
    case 'host-unreachable':
      return failure.name !== undefined
        ? 'name-not-found'
        : (refusedCode(failure.detail) ?? 'asleep');
    case 'host-timeout':
      return isAsleep(failure) ? 'asleep' : 'hangs';
    case 'ssh-failed':
      return refusedCode(failure.detail) ?? failure.code;
    default:
      return failure.code;
  }
};

const reachability = (host: HostState): boolean | null => {
  switch (host.probe.kind) {
    case 'answered':
      return true;
    case 'failed':
      return false;
    case 'never':
    case 'probing':
      return null;
  }
};

const otherThanDeployed = ({
  probe,
  facts,
  deployed,
}: HostState): Pick<HostStatus, 'otherThanDeployed'> =>
  probe.kind !== 'answered' ||
  facts === null ||
  facts.current === null ||
  deployed === undefined ||
  facts.current === deployed
    ? {}
    : {
        otherThanDeployed: {
          deployed,
          since: runsSince(facts),
          backward: isBackward(facts, deployed),
        },
      };

/** By what the host keeps, else by the runs that are listed: a system does not name its lock. */
const lockOfHost = (
  facts: HostFacts | null,
  name: string,
  history: AppState['history'],
): string | null => {
  if (facts?.current == null) return null;
  return lastActivation(facts)?.lock ?? lockOfSystem(history, name, facts.current)?.lock ?? null;
};

/** Of a host that answered: critical units that do not run. */
const criticalOf = (host: HostState): readonly string[] =>
  host.probe.kind === 'answered' ? criticalDown(host) : [];

/** What is known of one host, from its last probe and the evaluation. */
const hostStatus = (host: HostState, history: AppState['history']): HostStatus => {
  const { entry, expectation } = host;
  // What an earlier probe found is not true any more when the last one failed.
  const facts = host.probe.kind === 'answered' ? host.facts : null;
  const generation = newestOf(facts, facts?.profile ?? null);
  return {
    name: entry.name,
    address: entry.address,
    tags: entry.tags,
    reachable: reachability(host),
    position: positionOf(host).kind,
    current: facts?.current ?? null,
    profile: facts?.profile ?? null,
    booted: facts?.booted ?? null,
    expected: expectation.kind === 'known' ? expectation.toplevel : null,
    generation: generation?.number ?? null,
    nixosVersion: facts?.nixosVersion ?? null,
    revision: runningRevision({ ...host, facts }),
    kernel: facts === null ? null : runningKernel(facts),
    rebootNeeded: facts?.rebootNeeded ?? null,
    failedUnits: facts?.failedUnits ?? null,
    ...(criticalOf(host).length === 0 ? {} : { criticalDown: criticalOf(host) }),
    latencyMs: facts?.latencyMs ?? null,
    activations: facts === null ? null : (facts.activations ?? []),
    lock: lockOfHost(facts, entry.name, history),
    error: errorOf(host),
    ...(facts?.upgraders === undefined || facts.upgraders.length === 0
      ? {}
      : { upgraders: facts.upgraders }),
    ...otherThanDeployed(host),
    ...(host.probe.kind === 'failed' ? { unreachable: unreachableCode(host.probe.failure) } : {}),
  };
};

/** Whether older runs may tell from which lock a host's system was built: neither it nor the newest runs do. */
export const isLockSought = (state: AppState, names: readonly string[]): boolean =>
  (state.olderRuns ?? 0) > 0 &&
  chosen(state, names).some(
    ({ entry, probe, facts }) =>
      probe.kind === 'answered' &&
      facts?.current != null &&
      lockOfHost(facts, entry.name, state.history) === null,
  );

const chosen = (state: AppState, names: readonly string[]): readonly HostState[] =>
  names.flatMap((name) => {
    const host = state.hosts[name];
    return host === undefined ? [] : [host];
  });

/** The document of `nixup status --json`. */
export const statusJson = (
  state: AppState,
  names: readonly string[],
  now: number,
): {
  readonly version: 1;
  /** There while another nixup is in the middle of a run. */
  readonly active?: ActiveRun;
  /** There where hosts were asked and not one answered, and why the status is no success then. */
  readonly ok?: false;
  readonly reason?: string;
  readonly hosts: readonly HostStatus[];
  /** Absent where only some hosts were asked. */
  readonly runbook?: RunbookStanding;
} => ({
  version: 1,
  ...(isNobodyThere(state, names) ? { ok: false as const, reason: nobodyAnswered } : {}),
  ...(state.active === null ? {} : { active: state.active }),
  hosts: chosen(state, names).map((host) => hostStatus(host, state.history)),
  ...(isWholeFleet(state, names) ? { runbook: runbookStanding(state, now) } : {}),
});

const positionWords = (position: HostPosition): string => {
  switch (position.kind) {
    case 'unknown':
      return 'unknown';
    case 'current':
      return 'current';
    case 'stale':
      return position.commitsBehind === null ? 'behind' : `behind by ${position.commitsBehind}`;
    case 'ahead':
      return 'newer than the flake';
    case 'diverged':
      return 'diverged';
    case 'drifted':
      return 'drifted';
    case 'backward':
      return 'went backward';
    case 'rebootNeeded':
      return 'reboot needed';
    case 'notPersistent':
      return 'not the boot default yet';
    case 'unreachable':
      return position.why;
  }
};

const unitWords = (units: readonly string[] | null): string => {
  if (units === null) return '?';
  return units.length === 0 ? '-' : units.join(' ');
};

const statusRow = (host: HostState, now: number): readonly string[] => {
  const status = hostStatus(host, []);
  const facts = status.reachable === true ? host.facts : null;
  const since = runningGeneration(facts)?.at;
  const revision = status.revision === null ? '?' : showRevision(status.revision);
  return [
    status.name,
    host.entry.role.kind === 'deployable'
      ? [
          bootsWanted(host) ? 'boots it next' : positionWords(positionOf(host)),
          ...(awaitsReboot(host) && positionOf(host).kind !== 'rebootNeeded'
            ? ['reboot needed']
            : []),
        ].join(', ')
      : host.entry.role.kind.replace('-', ' '),
    status.generation === null ? '?' : showGeneration(status.generation),
    since === undefined ? '?' : `${showShortDate(since)} (${showAge(now - since)})`,
    status.nixosVersion ?? '?',
    revision,
    unitWords(status.failedUnits),
  ];
};

export const nobodyAnswered = 'No host answered: nothing is known of what they run.';

/** Whether hosts were asked, and not one of them answered. */
export const isNobodyThere = (state: AppState, names: readonly string[]): boolean => {
  const asked = chosen(state, names).filter(({ entry }) => entry.role.kind === 'deployable');
  return asked.length > 0 && asked.every(({ probe }) => probe.kind === 'failed');
};

/** How the host got its system by nixup; null where the host does not keep it. */
const activationSentence = (
  { history }: AppState,
  { entry, facts }: HostState,
  now: number,
): string | null => {
  const last = lastActivation(facts);
  const known = { history, activations: facts?.activations };
  return last === null ? null : `${activationWords(last, entry.name, known, now)}.`;
};

/**
 * A table of hosts, then one line for each that something is wrong with, then where the runbook
 * stands.
 */
export const statusText = (state: AppState, names: readonly string[], now: number): string => {
  const hosts = chosen(state, names);
  if (hosts.length === 0)
    return 'The flake has no hosts: nixosConfigurations is empty. Add one, then run: nixup status';
  const rows = alignRows([
    ['HOST', 'POSITION', 'GENERATION', 'SINCE', 'NIXOS', 'REVISION', 'FAILED UNITS'],
    ...hosts.map((host) => statusRow(host, now)),
  ]);
  const troubles = hosts.flatMap((host) => {
    const { name } = host.entry;
    const error = errorOf(host);
    const last = host.probe.kind === 'answered' ? activationSentence(state, host, now) : null;
    return [
      ...(error === null ? [] : [error]),
      // One that failed stands in the table.
      ...criticalOf(host)
        .filter((unit) => host.facts?.failedUnits.includes(unit) !== true)
        .map((unit) => `${unit} is critical and does not run`),
      ...directionWords(host),
      ...(last === null ? [] : [last]),
    ].map((words) => aboutHost(name, words));
  });
  const runbook = isWholeFleet(state, names) ? runbookLines(state, now) : [];
  return [rows, troubles, runbook]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};
