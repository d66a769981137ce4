import { describeWork } from '../../model/host/describe-work.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import type { RunEvent } from '../events.ts';
import { type Ending, endingOf } from '../run.ts';
import { stageWords } from './stage-words.ts';

/** What nixup itself did, for the log of the fleet; `host` is null where it belongs to none. */
interface StepLine {
  readonly host: string | null;
  readonly text: string;
}

const step = (host: string | null, text: string | null): StepLine | null =>
  text === null ? null : { host, text };

/** Only a run that failed says so: hosts that did not answer are no failure. */
const endingWords: Readonly<Record<Ending, string>> = {
  well: 'ended',
  partly: 'ended in part',
  unhealthy: 'ended unhealthy',
  canceled: 'canceled',
  failed: 'failed',
};

/**
 * The line that an event leaves in the log of the fleet, where the output of programs says nothing of it: the
 * beginning and the end of a run, the steps of the runbook, and what is done to each host. Null for the others.
 */
const stepOf = (event: RunEvent, at: number, goal: string): StepLine | null => {
  switch (event.type) {
    case 'run-started':
      return step(
        null,
        event.hosts.length === 0
          ? `${event.goal} began`
          : `${event.goal} began: ${event.hosts.length > 8 ? counted(event.hosts.length, 'host') : hostList(event.hosts)}`,
      );
    case 'stage-changed': {
      // Why it failed stands in the result, which follows.
      const words = event.state.kind === 'failed' ? null : stageWords(event.state, []);
      return step(null, words === null ? null : `${event.stage} ${words}`);
    }
    case 'host-worked':
      return step(event.host, describeWork(event.work, at).words);
    case 'rollout-moved':
      return step(
        null,
        `wave ${event.wave} of ${event.waves}: ${event.state} ${hostList(event.hosts)}`,
      );
    case 'pause-changed':
      return step(null, event.isPaused ? 'paused: no further host is begun' : 'continued');
    case 'stop-asked':
      return step(null, `${event.signal ?? event.by} asked to stop the run`);
    case 'result':
      return step(null, `${goal} ${endingWords[endingOf(event.exitCode)]}: ${event.summary}`);
    case 'inputs-moved':
    case 'packages-moved':
    case 'host-watched':
    case 'fleet-watched':
    case 'planned':
    case 'intended':
    case 'achieved':
    case 'missed':
    case 'logged':
    case 'builder-logged':
    case 'progress':
    case 'described':
    case 'proposed':
    case 'causes-found':
    case 'build-planned':
    case 'bisected':
      return null;
  }
};

/** One call for each event of a run; a host that is told the same again is told once. */
export const createStepTeller = (): ((event: RunEvent, at: number) => StepLine | null) => {
  const last = new Map<string | null, string>();
  let goal = 'run';
  return (event, at) => {
    if (event.type === 'run-started') goal = event.goal;
    const told = stepOf(event, at, goal);
    if (told === null || last.get(told.host) === told.text) return null;
    last.set(told.host, told.text);
    return told;
  };
};
