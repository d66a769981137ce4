import { type ActivityKind, activityKinds } from '../nix/activity-kind.ts';
import type { NixEvent } from '../nix/event.ts';
import type { NixProcessState, PathState } from './process.ts';

/** What became of the derivations or paths that are counted with a kind; null where nothing is counted. */
const fatesOf = (state: NixProcessState, kind: ActivityKind): Map<string, PathState> | null => {
  const { counts } = activityKinds[kind];
  if (counts === null) return null;
  return counts === 'builds' ? state.derivations : state[counts].paths;
};

type StartEvent = Extract<NixEvent, { action: 'started' }>;

export const startActivity = (state: NixProcessState, event: StartEvent, at: number): void => {
  const { id, kind, subject, name, machine } = event;
  // An id that is given again is free: the message about its end was lost.
  stopActivity(state, id, at);
  const fates = fatesOf(state, kind);
  if (fates !== null && fates.get(subject) !== 'failed') fates.set(subject, 'running');
  state.activities.set(id, {
    kind,
    subject,
    name,
    machine: kind === 'build' ? (machine ?? state.machine) : machine,
    since: at,
    lastHeardAt: at,
    phase: null,
    bytes: 0,
    bytesExpected: null,
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
