import type { HostWork } from '../../model/host/host.ts';
import type { AppEvent } from '../../state/events.ts';
import type { StageName, StageState } from '../../state/stage.ts';
import { createLastLines } from './last-lines.ts';

/** How a step, or a host in it, ended. */
type CaseEnding =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string; readonly lines: readonly string[] }
  | { readonly kind: 'skipped'; readonly why: string };

/** One step of the runbook, or one host in it. */
export interface RunCase {
  readonly stage: StageName;
  /** Null for the step as a whole. */
  readonly host: string | null;
  readonly tookMs: number;
  readonly ending: CaseEnding;
}

const failedFor = (why: string, lines: readonly string[] = []): CaseEnding => ({
  kind: 'failed',
  why,
  lines,
});

/** How the work with a host ended; null while it lasts. */
const endingOfWork = (work: HostWork, lines: readonly string[]): CaseEnding | null => {
  switch (work.kind) {
    case 'idle':
    case 'queued':
    case 'running':
    case 'waiting':
    case 'rollingBack':
      return null;
    case 'built':
    case 'succeeded':
    case 'unchanged':
      return { kind: 'passed' };
    case 'unhealthy':
      return failedFor(work.problems.join('; '), lines);
    case 'failed':
      return failedFor(work.reason, lines);
    case 'rolledBack':
      return failedFor(`rolled back: ${work.reason}`, lines);
    case 'canceled':
      return { kind: 'skipped', why: 'canceled' };
    case 'pending':
      return { kind: 'skipped', why: work.why };
    case 'skipped':
      return { kind: 'skipped', why: work.reason };
  }
};

/** How a step ended; null while it lasts, or where it was not begun. */
const endingOfStage = (state: StageState): CaseEnding | null => {
  switch (state.kind) {
    case 'todo':
    case 'running':
      return null;
    case 'passed':
    case 'begun':
      return { kind: 'passed' };
    case 'partly':
      return state.ending === 'unhealthy' ? failedFor(state.evidence) : { kind: 'passed' };
    case 'failed':
      return failedFor(state.reason);
    case 'skipped':
      return { kind: 'skipped', why: state.reason };
    case 'outdated':
      return null;
  }
};

/** Gathers the steps of a run, and the hosts in each, in the order in which they were begun. */
export const createRunCases = (): {
  hear(event: AppEvent): void;
  cases(): readonly RunCase[];
} => {
  const said = createLastLines();
  const begun = new Map<string, number>();
  const ended = new Map<string, RunCase>();
  let stage: StageName | null = null;
  let isRunning = false;

  const note = (
    name: StageName,
    host: string | null,
    at: number,
    ending: CaseEnding | null,
  ): void => {
    const key = `${name} ${host ?? ''}`;
    if (!begun.has(key)) begun.set(key, at);
    if (ending !== null)
      ended.set(key, { stage: name, host, tookMs: at - (begun.get(key) ?? at), ending });
  };

  return {
    hear: (event) => {
      const lines = event.type === 'host-worked' ? said.of(event.host) : [];
      said.hear(event);
      if (event.type === 'run-started') isRunning = true;
      else if (event.type === 'result') isRunning = false;
      else if (!isRunning) return;
      else if (event.type === 'stage-changed') {
        if (event.state.kind === 'running') stage = event.stage;
        const isOwn = event.state.kind === 'running' || begun.has(`${event.stage} `);
        if (isOwn) note(event.stage, null, event.at, endingOfStage(event.state));
      } else if (event.type === 'host-worked' && stage !== null)
        note(stage, event.host, event.at, endingOfWork(event.work, lines));
    },
    cases: () => [...ended.values()],
  };
};
