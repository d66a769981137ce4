import { derivationName } from '../nix/derivation-name.ts';
import { activityType, type NixEvent } from '../nix/event.ts';
import { machineName } from '../nix/machine-name.ts';
import type { NixProcessState } from './process.ts';

const isLocalStore = (uri: string): boolean =>
  /^(local|daemon|auto|unix|$)/.test(uri) || uri.startsWith('/');

const text = (field: string | number | undefined): string =>
  field === undefined ? '' : String(field);

type StartEvent = Extract<NixEvent, { action: 'start' }>;

/** An activity begins; numbers that nixup has no use for change nothing. */
export const startActivity = (state: NixProcessState, event: StartEvent, at: number): void => {
  // An id that is given anew is free again: its end was lost.
  stopActivity(state, event.id, at);
  const [first, second, third] = event.fields;
  const base = { since: at, lastHeardAt: at, phase: null, bytes: 0, bytesExpected: null };
  switch (event.type) {
    case activityType.builds:
      state.totalIds.builds = event.id;
      return;
    case activityType.copyPaths:
      state.totalIds.copyPaths = event.id;
      return;
    case activityType.build: {
      const subject = text(first);
      if (subject === '') return;
      if (state.derivations.get(subject) !== 'failed') state.derivations.set(subject, 'running');
      state.activities.set(event.id, {
        ...base,
        kind: 'build',
        subject,
        name: derivationName(subject),
        machine: machineName(text(second)) ?? state.machine,
      });
      return;
    }
    case activityType.copyPath: {
      const subject = text(first);
      if (subject === '') return;
      const kind = isLocalStore(text(third)) ? 'fetch' : 'copy';
      (kind === 'fetch' ? state.fetches : state.copies).paths.set(subject, 'running');
      state.activities.set(event.id, {
        ...base,
        kind,
        subject,
        name: derivationName(subject),
        machine: machineName(text(kind === 'fetch' ? second : third)),
      });
      return;
    }
    case activityType.buildWaiting:
      state.activities.set(event.id, {
        ...base,
        kind: 'wait',
        subject: text(first) === '' ? event.text : text(first),
        name: event.text,
        machine: null,
      });
      return;
    default:
      // Other numbers are no concern of ours, new ones included.
      return;
  }
};

/** An activity ends, however it ended: success is known by what no message calls failed. */
export const stopActivity = (state: NixProcessState, id: string, at: number): void => {
  const activity = state.activities.get(id);
  if (activity === undefined) return;
  state.activities.delete(id);
  if (activity.kind === 'wait') return;
  // A remote build is reported twice, by this Nix and by the builder's.
  for (const other of state.activities.values())
    if (other.kind === activity.kind && other.subject === activity.subject) return;
  if (activity.kind === 'build') {
    const { subject: derivation, machine, since } = activity;
    state.ended.push({ derivation, machine, ms: at - since, at });
    if (state.failed.has(derivation)) state.failed.set(derivation, at - since);
    if (state.derivations.get(activity.subject) !== 'running') return;
    // Anew, so that the order in the map is the order of the ends.
    state.derivations.delete(activity.subject);
    state.derivations.set(activity.subject, 'ended');
    return;
  }
  const transfers = activity.kind === 'fetch' ? state.fetches : state.copies;
  transfers.paths.set(activity.subject, 'ended');
  transfers.bytes += activity.bytes;
  transfers.bytesExpected += Math.max(activity.bytes, activity.bytesExpected ?? 0);
};
