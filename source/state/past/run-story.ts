import { isOver } from '../../model/host/host.ts';
import type { AppEvent } from '../events.ts';
import type { StageName, StageState } from '../stage.ts';

/** A step of the runbook as a run did it. */
interface StoryStep {
  readonly stage: StageName;
  readonly at: number;
  /** Null where it had no end. */
  readonly tookMs: number | null;
  /** What it was last. */
  readonly state: StageState;
}

/** When a run began to work on a host, and how long that took; null: it did not end. */
interface StoryHost {
  readonly at: number;
  readonly tookMs: number | null;
}

/** What the journal of a run says of its steps and hosts, with their times. */
export interface RunStory {
  readonly steps: readonly StoryStep[];
  readonly hosts: Readonly<Record<string, StoryHost>>;
}

type Events = readonly AppEvent[];

const stepsOf = (events: Events): readonly StoryStep[] => {
  const steps = new Map<StageName, StoryStep>();
  for (const event of events) {
    if (event.type !== 'stage-changed') continue;
    const { stage, state, at } = event;
    const known = steps.get(stage);
    // A step that a change of the tree made outdated was not done by this run.
    if (known === undefined && (state.kind === 'outdated' || state.kind === 'todo')) continue;
    const began = known?.at ?? at;
    steps.set(stage, {
      stage,
      at: began,
      tookMs: state.kind === 'running' ? null : at - began,
      state,
    });
  }
  return [...steps.values()].toSorted((one, other) => one.at - other.at);
};

const hostsOf = (events: Events): RunStory['hosts'] => {
  const hosts = new Map<string, StoryHost>();
  for (const event of events) {
    if (event.type !== 'host-worked' || event.work.kind === 'idle') continue;
    const { host, work, at } = event;
    // That it waits is no work on it.
    if (work.kind === 'queued' || work.kind === 'waiting' || work.kind === 'pending') continue;
    const began = hosts.get(host)?.at ?? at;
    hosts.set(host, {
      at: began,
      tookMs: isOver(work) || work.kind === 'built' ? at - began : null,
    });
  }
  return Object.fromEntries(hosts);
};

/** The steps and hosts of a run, by its journal. Pure. */
export const runStory = (events: Events): RunStory => ({
  steps: stepsOf(events),
  hosts: hostsOf(events),
});
