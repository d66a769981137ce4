import { derivationName } from '../nix/derivation-name.ts';
import type { NixEvent } from '../nix/event.ts';
import { type ActivityKind, activityKinds } from './activity-kind.ts';
import type { Activity, NixProcessState } from './process.ts';

type StartEvent = Extract<NixEvent, { action: `${ActivityKind}-started` }>;

/** What the event says of the activity; null for `machine` is not known, or this one. */
const subjectOf = (
  state: NixProcessState,
  event: StartEvent,
): Pick<Activity, 'kind' | 'subject' | 'name' | 'machine'> => {
  switch (event.action) {
    case 'build-started': {
      const { derivation: subject, machine } = event;
      if (state.derivations.get(subject) !== 'failed') state.derivations.set(subject, 'running');
      const name = derivationName(subject);
      return { kind: 'build', subject, name, machine: machine ?? state.machine };
    }
    case 'fetch-started': {
      const { path: subject, from: machine } = event;
      state.fetches.paths.set(subject, 'running');
      return { kind: 'fetch', subject, name: derivationName(subject), machine };
    }
    case 'copy-started': {
      const { path: subject, to: machine } = event;
      state.copies.paths.set(subject, 'running');
      return { kind: 'copy', subject, name: derivationName(subject), machine };
    }
    case 'wait-started':
      return { kind: 'wait', subject: event.subject, name: event.text, machine: null };
  }
};

export const startActivity = (state: NixProcessState, event: StartEvent, at: number): void => {
  // An id that is given again is free: the message about its end was lost.
  stopActivity(state, event.id, at);
  state.activities.set(event.id, {
    since: at,
    lastHeardAt: at,
    phase: null,
    bytes: 0,
    bytesExpected: null,
    ...subjectOf(state, event),
  });
};

type TotalEvent = Extract<NixEvent, { action: 'total-started' }>;

export const startTotal = (state: NixProcessState, event: TotalEvent, at: number): void => {
  stopActivity(state, event.id, at);
  state.totalIds[event.of] = event.id;
};

/** An activity ends, however it ended. It succeeded unless a message says that it failed. */
export const stopActivity = (state: NixProcessState, id: string, at: number): void => {
  const activity = state.activities.get(id);
  if (activity === undefined) return;
  state.activities.delete(id);
  const { counts } = activityKinds[activity.kind];
  if (counts === null) return;
  // A remote build is reported twice, by this Nix and by the builder's.
  for (const other of state.activities.values())
    if (other.kind === activity.kind && other.subject === activity.subject) return;
  if (counts === 'builds') {
    const { subject: derivation, machine, since } = activity;
    state.ended.push({ derivation, machine, ms: at - since, at });
    if (state.failed.has(derivation)) state.failed.set(derivation, at - since);
    if (state.derivations.get(activity.subject) !== 'running') return;
    // Deleted and set again, so that the map is in the order in which the activities ended.
    state.derivations.delete(activity.subject);
    state.derivations.set(activity.subject, 'ended');
    return;
  }
  const transfers = state[counts];
  transfers.paths.set(activity.subject, 'ended');
  transfers.bytes += activity.bytes;
  transfers.bytesExpected += Math.max(activity.bytes, activity.bytesExpected ?? 0);
};
