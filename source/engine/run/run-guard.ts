import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { unreadableLock } from '../../model/inputs/advice.ts';
import type { Undated } from '../../state/events.ts';
import type { Goal, RunResult } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { GoalBody } from './ending.ts';
import { runGoal } from './goal.ts';
import type { RunSession } from './session.ts';

/** What a run changes, and so when it is refused. */
export type RunEffect =
  /** Changes something: refused with `--read-only`, and by a broken config or lock. */
  | 'changes'
  /** Changes something, and can repair a broken lock: refused by a broken config only. */
  | 'mends-lock'
  /** Changes nothing, and is never refused. */
  | 'looks';

interface RunGuardOptions {
  readonly context: () => EngineContext;
  readonly isReadOnly: boolean;
  /** Looks again at what the run may have changed, however it ended. */
  readonly lookAgain: (goal: Goal) => Promise<void>;
}

export interface RunGuard {
  /**
   * A second run is refused while one is active. A run whose result is told counts as over, as on
   * the screen: the next one waits until its journal and its lock are closed.
   */
  readonly start: (
    goal: Goal,
    hosts: readonly string[],
    body: GoalBody,
    kind?: RunEffect,
  ) => Promise<RunResult>;
  readonly isRunning: () => boolean;
  /** `signal`: by which the process was told to end; the journal says so. */
  readonly cancel: (signal?: string) => void;
  /** Pauses, or continues: told in the journal, so that others see it. */
  readonly pause: () => void;
  /** Resolves when the run that is active has ended. */
  readonly settled: () => Promise<unknown>;
}

interface CurrentRun {
  readonly controller: AbortController;
  isTold: boolean;
  session: RunSession | null;
}

/** The result of a run that was refused. */
export const refusedBecause = (reason: string): RunResult => ({
  ok: false,
  exitCode: 3,
  hosts: {},
  commit: null,
  build: null,
  summary: reason,
});

const obstacleTo = (kind: RunEffect, context: EngineContext): Failure | undefined => {
  switch (kind) {
    case 'changes':
      return inputObstacle(context);
    case 'mends-lock':
      return configObstacle(context);
    case 'looks':
      return undefined;
  }
};

/** Guards what the engine does: one run at a time, nothing while looking only. */
export const createRunGuard = ({ context, isReadOnly, lookAgain }: RunGuardOptions): RunGuard => {
  let current: CurrentRun | undefined;
  let active: Promise<unknown> = Promise.resolve();

  const emit = (event: Undated): void => context().emitter.emit(event);

  const refuse = (reason: string): RunResult => {
    emit({ type: 'noticed', tone: 'warning', text: reason });
    return refusedBecause(reason);
  };

  return {
    start: async (goal, hosts, body, kind = 'changes') => {
      while (current?.isTold === true) await active;
      if (current !== undefined)
        return refuse('Something runs already. Wait for it, or cancel it with ^c.');
      if (isReadOnly && kind !== 'looks')
        return refuse('Started with --read-only: nothing is changed. Start nixup without it.');
      const obstacle = obstacleTo(kind, context());
      if (obstacle !== undefined) {
        const text = explainInLine(obstacle);
        emit({ type: 'noticed', tone: 'error', text });
        return { ...refusedBecause(text), exitCode: 2 };
      }
      const mine: CurrentRun = { controller: new AbortController(), isTold: false, session: null };
      current = mine;
      const running = runGoal(context(), goal, hosts, mine.controller, body, {
        onSession: (session) => {
          mine.session = session;
        },
        onResult: () => {
          mine.isTold = true;
        },
      });
      active = running.catch(() => undefined);
      try {
        return await running;
      } finally {
        current = undefined;
        await lookAgain(goal);
      }
    },
    isRunning: () => current !== undefined,
    cancel: (signal) => {
      if (current === undefined) return;
      const { world } = context();
      const by = `${world.userName}@${world.hostName}`;
      if (signal !== undefined && !current.isTold)
        current.session?.say({ type: 'stop-asked', by, signal });
      current.controller.abort();
    },
    pause: () => {
      if (current !== undefined && current.session !== null)
        current.session.say({ type: 'pause-changed', isPaused: context().pace.toggle() });
    },
    settled: () => active,
  };
};

/** With a broken config the policies would be guesses. */
const configObstacle = ({ configFailures }: EngineContext): Failure | undefined =>
  configFailures[0];

/**
 * A broken config or lock file refuses every change: policies and revisions in it would be guesses.
 */
export const inputObstacle = (context: EngineContext): Failure | undefined => {
  const { lock } = context.state();
  return configObstacle(context) ?? (lock.kind === 'unreadable' ? unreadableLock(lock) : undefined);
};
