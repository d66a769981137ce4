import type { NixEvent } from '../nix/event.ts';
import { startActivity, startTotal, stopActivity } from './build-activities.ts';
import type { NixProcessState } from './process.ts';

const noteFailure = (state: NixProcessState, derivation: string): void => {
  state.derivations.set(derivation, 'failed');
  if (!state.failed.has(derivation))
    state.failed.set(
      derivation,
      state.ended.findLast((build) => build.derivation === derivation)?.ms ?? null,
    );
};

type ProgressEvent = Extract<NixEvent, { action: 'progress' }>;

const noteProgress = (state: NixProcessState, event: ProgressEvent, at: number): void => {
  const activity = state.activities.get(event.id);
  if (activity !== undefined) {
    if (event.done > activity.bytes) activity.lastHeardAt = at;
    activity.bytes = Math.max(activity.bytes, event.done);
    activity.bytesExpected = event.expected >= event.done ? event.expected : null;
    return;
  }
  const isBuilds = event.id === state.totalIds.builds;
  if (!isBuilds && event.id !== state.totalIds.copyPaths) return;
  const tally = isBuilds ? state.totals.builds : state.totals.copyPaths;
  tally.done = Math.max(tally.done, event.done);
  tally.failed = Math.max(tally.failed, event.failed);
  tally.running = event.running;
  // Before the first build Nix counts what it will find in a cache a moment later.
  tally.expected = tally.done > 0 ? Math.max(tally.expected, event.expected) : event.expected;
};

type MessageEvent = Extract<NixEvent, { action: 'message' }>;

const noteMessage = (state: NixProcessState, event: MessageEvent): void => {
  for (const path of event.planned) {
    state.hasPlan = true;
    const fates = path.endsWith('.drv') ? state.derivations : state.fetches.paths;
    if (!fates.has(path)) fates.set(path, 'planned');
  }
  for (const derivation of event.failedDerivations) noteFailure(state, derivation);
};

/** Takes one event into the state; `at` is its time in ms since the epoch. */
export const foldNixEvent = (state: NixProcessState, event: NixEvent, at: number): void => {
  switch (event.action) {
    case 'started':
      startActivity(state, event, at);
      return;
    case 'total-started':
      startTotal(state, event, at);
      return;
    case 'stop':
      stopActivity(state, event.id, at);
      return;
    case 'progress':
      noteProgress(state, event, at);
      return;
    case 'phase': {
      const activity = state.activities.get(event.id);
      if (activity === undefined) return;
      activity.phase = event.phase;
      activity.lastHeardAt = at;
      return;
    }
    case 'bytes-expected':
      state.bytesAnnounced = Math.max(state.bytesAnnounced, event.bytes);
      return;
    case 'failed':
      noteFailure(state, event.derivation);
      return;
    case 'message':
      noteMessage(state, event);
      return;
    case 'logLine': {
      const activity = state.activities.get(event.id);
      if (activity !== undefined) activity.lastHeardAt = at;
      return;
    }
    default:
      event satisfies never;
  }
};
