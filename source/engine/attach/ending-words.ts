import type { ActiveRun } from '../../model/run/active-run.ts';
import type { AppEvent } from '../../state/events.ts';
import type { RunResult } from '../../state/run.ts';

/** Exit status of a run that was stopped. */
const stoppedExit = 130;

interface EndingWords {
  readonly tone: 'info' | 'warning';
  readonly text: string;
}

const howEnded = (isStopped: boolean, stoppedBy: string | null): string => {
  if (stoppedBy === null) return isStopped ? 'was stopped' : 'ended by itself';
  return isStopped ? `was stopped by ${stoppedBy}` : `ended before ${stoppedBy} could stop it`;
};

/**
 * How the run of another nixup ended, for who followed it: from its events. What it was asked too late it did not hear,
 * so that it is not told as stopped.
 */
export const endingWords = (
  {
    user,
    machine,
    goal,
  }: Pick<Exclude<ActiveRun, { kind: 'unreadable' }>, 'user' | 'machine' | 'goal'>,
  result: Pick<RunResult, 'ok' | 'exitCode' | 'summary'> | null,
  stoppedBy: string | null,
): EndingWords => {
  const run = `The ${goal ?? 'run'} of ${user}@${machine}`;
  if (result === null)
    return {
      tone: 'warning',
      text: `${run} was cut off: its process ended in the middle of it. See: nixup resume`,
    };
  const how = howEnded(result.exitCode === stoppedExit, stoppedBy);
  return { tone: result.ok ? 'info' : 'warning', text: `${run} ${how}: ${result.summary}` };
};

/** Hears the events of the run, and says at the end how it ended. */
export const createEnding = () => {
  let result: Pick<RunResult, 'ok' | 'exitCode' | 'summary'> | null = null;
  let stoppedBy: string | null = null;
  return {
    hear: (events: readonly AppEvent[]): void => {
      for (const event of events) {
        if (event.type === 'result') result = event;
        if (event.type === 'stop-asked') stoppedBy = event.signal ?? event.by;
      }
    },
    words: (run: Parameters<typeof endingWords>[0]): EndingWords =>
      endingWords(run, result, stoppedBy),
  };
};
