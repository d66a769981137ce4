import { trialOf } from '../../model/causes/trial.ts';
import type { DeployMode } from '../../model/deploy/plan.ts';
import type { HostPreview } from '../../model/deploy/preview.ts';
import { explain, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { ActivationWaits } from '../../model/host/activation-waits.ts';
import type { DeployStep, HostEntry, HostFacts, HostWork } from '../../model/host/host.ts';
import type { PhaseClock, Supervision, SupervisionPhase } from '../../model/host/supervision.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { advised } from '../../model/words/advice.ts';
import type { ExpectedMove } from '../../services/ssh/moved-hosts.ts';
import type { HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { stillRestarting } from './still-restarting.ts';

/** By which way a host is taken to the system. */
export type JourneyWay =
  | { readonly kind: 'switch' }
  /** An activation that an earlier run began and nobody confirmed or reverted: it is followed, not begun again. */
  | { readonly kind: 'follow'; readonly activation: string }
  /** Booted once, and proven before it becomes the default. `wasTold`: an earlier run told the host to restart. */
  | { readonly kind: 'restart'; readonly wasTold: boolean }
  /** The same to an earlier system: the one that is left is not kept as known good, and no rollback leads to it. */
  | { readonly kind: 'restart-back' };

/** The system that one host is to be deployed to, fixed when the person confirmed. */
export interface HostJourney {
  readonly entry: HostEntry;
  readonly from: StorePath | null;
  readonly to: StorePath;
  readonly mode: DeployMode;
  /** The preview that the person agreed to; absent where nobody was shown one. */
  readonly agreed?: HostPreview | undefined;
  readonly way: JourneyWay;
}

/** The deploy of one host: what each step needs, and how it tells its end. */
export interface HostTravel {
  readonly context: EngineContext;
  readonly session: RunSession;
  readonly journey: HostJourney;
  readonly onLine: (line: string) => void;
  readonly onPhase: (phase: PhaseClock) => void;
  readonly onWaits: (waits: ActivationWaits) => void;
  /** What the host says of its supervisor: one that was killed is told with the end. */
  readonly onSupervision: (supervision: Supervision | null) => void;
  /** `limitMs`: the clock that the step runs against. */
  begin(step: DeployStep, limitMs?: number | null): void;
  stop(step: DeployStep, failure: Failure): HostOutcome;
  /** Of a host that did not stay at its new system: with what is odd about its supervisor. */
  withAside(outcome: HostOutcome): HostOutcome;
  arrive(before: HostFacts, generation: number | null, reason: string | null): HostOutcome;
  unhealthy(before: HostFacts, generation: number | null, problems: readonly string[]): HostOutcome;
}

export const isByRestart = ({ way }: Pick<HostJourney, 'way'>): boolean =>
  way.kind === 'restart' || way.kind === 'restart-back';

/** The activation that is followed; null where one is begun, or none is needed. */
export const followedActivation = ({ way }: Pick<HostJourney, 'way'>): string | null =>
  way.kind === 'follow' ? way.activation : null;

/** The step that a phase on the host belongs to; null where it says nothing new. */
const stepOf: Readonly<Record<SupervisionPhase, DeployStep | null>> = {
  armed: null,
  activating: 'activate',
  stopping: 'activate',
  confirming: 'contact',
  persisting: 'persist',
  reverting: 'rollback',
  ended: null,
};

/** Steps in which a host that was told to restart may still be on its way down. */
const beforeRestart: ReadonlySet<DeployStep> = new Set(['identity', 'preflight', 'copy']);

/** What the person has to note about a host that changed its address or key, as was intended. */
const movedWords = (host: string, { address, hostKey }: ExpectedMove): string =>
  [
    `${host} answers as expected now.`,
    ...(address === null ? [] : [`Set address = "${address}" in [hosts.${host}] of nixup.toml.`]),
    ...(hostKey === null
      ? []
      : [`Put its new host key into known_hosts: ssh-keygen -R ${host}, then connect once.`]),
  ].join(' ');

/** However the host ended: somebody, or its memory, ended what would have taken it back. */
const againWords = (host: string): string =>
  `the supervisor of its activation was killed and started again by systemd; look why: ssh ${host} journalctl -b -u 'nixup-*'`;

type RunningWork = Extract<HostWork, { readonly kind: 'running' }>;

const runningWork = (step: DeployStep, since: number, limitMs: number | null): RunningWork => ({
  kind: 'running',
  step,
  done: null,
  expected: null,
  since,
  ...(limitMs === null ? {} : { limitMs }),
});

// Whole: the ways in which the journey of a host can end, beside each other.
export const beginTravel = (
  context: EngineContext,
  session: RunSession,
  journey: HostJourney,
): HostTravel => {
  const host = journey.entry.name;
  const { clock } = context.world;
  // A second try in the same run is judged on its own.
  session.trials.delete(host);
  session.reverts.delete(host);
  const base = { from: journey.from, to: journey.to, generation: null };
  const isTold = journey.way.kind === 'restart' && journey.way.wasTold;
  let running: RunningWork | null = null;
  let wasStartedAgain = false;
  const aside = (): readonly string[] => (wasStartedAgain ? [againWords(host)] : []);
  const work = (step: DeployStep, since: number, limitMs: number | null): void => {
    running = runningWork(step, since, limitMs);
    session.work(host, running);
  };
  return {
    context,
    session,
    journey,
    onLine: (line) => session.log(host, line),
    onPhase: ({ phase, elapsedMs, limitMs }) => {
      const step = stepOf[phase];
      if (step !== null) work(step, clock.now() - elapsedMs, limitMs);
    },
    onSupervision: (supervision) => {
      wasStartedAgain ||= supervision?.wasStartedAgain === true;
    },
    begin: (step, limitMs = null) => work(step, clock.now(), limitMs),
    onWaits: (waits) => {
      if (running?.step === 'activate') session.work(host, { ...running, waits });
    },
    stop: (step, failure) => {
      const { what, next } = explain(failure);
      const at = clock.now();
      if (failure.code === 'canceled') {
        session.work(host, { kind: 'canceled', step, at });
        return { ...base, status: 'canceled', reason: `canceled before ${step}` };
      }
      if (failure.code === 'identity-mismatch') session.mistaken.add(host);
      const restarting = isTold && beforeRestart.has(step) ? stillRestarting(failure) : null;
      if (restarting !== null) {
        session.work(host, { kind: 'pending', why: restarting });
        return { ...base, status: 'pending', reason: restarting };
      }
      session.trials.set(host, trialOf(step, failure));
      session.work(host, { kind: 'failed', step, reason: what, ...advised(next), at });
      return { ...base, status: 'failed', reason: explainInLine(failure) };
    },
    arrive: (before, generation, reason) => {
      const move = context.hosts.moved.moveOf(host);
      const words = [
        ...(reason === null ? [] : [reason]),
        ...aside(),
        ...(move === null ? [] : [movedWords(host, move)]),
      ];
      session.work(host, {
        kind: 'succeeded',
        from: before.current,
        to: journey.to,
        generation,
        at: clock.now(),
      });
      return {
        ...base,
        status: 'succeeded',
        generation,
        reason: words.length === 0 ? null : words.join('; '),
      };
    },
    withAside: (outcome) =>
      wasStartedAgain
        ? {
            ...outcome,
            reason: [outcome.reason, againWords(host)].filter((words) => words !== null).join('; '),
          }
        : outcome,
    unhealthy: (before, generation, problems) => {
      session.work(host, {
        kind: 'unhealthy',
        problems,
        from: before.current,
        to: journey.to,
        generation,
        at: clock.now(),
      });
      const words = [...problems, ...aside()];
      return { ...base, status: 'unhealthy', generation, reason: words.join('; ') };
    },
  };
};
