import { derivationName } from './derivation-name.ts';
import { activityType, type NixEvent } from './nix-event.ts';

type Fate = 'planned' | 'running' | 'ended' | 'failed';

interface Activity {
  readonly kind: 'build' | 'fetch' | 'copy' | 'wait';
  /** The derivation or store path; Nix's own words for a wait. */
  readonly subject: string;
  readonly name: string;
  readonly since: number;
  readonly machine: string | null;
  phase: string | null;
  bytes: number;
  bytesExpected: number | null;
  /** When it last said or moved anything. */
  lastHeardAt: number;
}

/** A build that ended; whether it succeeded is known by its derivation's fate. */
export interface EndedBuild {
  readonly derivation: string;
  readonly machine: string | null;
  readonly ms: number;
  /** When it ended, ms since the epoch. */
  readonly at: number;
}

export interface Tally {
  done: number;
  expected: number;
  running: number;
  failed: number;
}

export interface Transfers {
  readonly paths: Map<string, Fate>;
  /** Bytes of the transfers that ended. */
  bytes: number;
  bytesExpected: number;
}

/**
 * What one Nix process has reported so far. Owned and changed in place by
 * `foldNixEvent`, because a stream has hundreds of thousands of lines; the same
 * events at the same times always give the same state.
 */
export interface NixProcessState {
  readonly machine: string | null;
  readonly activities: Map<string, Activity>;
  readonly derivations: Map<string, Fate>;
  /** Builds that stopped, in the order in which they did. */
  readonly ended: EndedBuild[];
  /** Derivations that failed by themselves, and how long they took, ms; null where that is not known. */
  readonly failed: Map<string, number | null>;
  readonly fetches: Transfers;
  readonly copies: Transfers;
  /** Nix's own totals: they know of failures that no message names. */
  readonly totals: { readonly builds: Tally; readonly copyPaths: Tally };
  readonly totalIds: { builds: string | null; copyPaths: string | null };
  hasPlan: boolean;
  /** Bytes that Nix announced for all transfers together. */
  bytesAnnounced: number;
}

const noTally = (): Tally => ({ done: 0, expected: 0, running: 0, failed: 0 });
const noTransfers = (): Transfers => ({
  paths: new Map(),
  bytes: 0,
  bytesExpected: 0,
});

/** `machine`: the one whose store builds, where that is not this one. */
export const newNixProcess = (machine: string | null = null): NixProcessState => ({
  machine,
  activities: new Map(),
  derivations: new Map(),
  ended: [],
  failed: new Map(),
  fetches: noTransfers(),
  copies: noTransfers(),
  totals: { builds: noTally(), copyPaths: noTally() },
  totalIds: { builds: null, copyPaths: null },
  hasPlan: false,
  bytesAnnounced: 0,
});

const isLocalStore = (uri: string): boolean =>
  /^(local|daemon|auto|unix|$)/.test(uri) || uri.startsWith('/');

const text = (field: string | number | undefined): string =>
  field === undefined ? '' : String(field);

/** A machine as people call it: `ssh-ng://root@p510?…` is `p510`; null for this one. */
export const machineName = (machine: string): string | null =>
  machine === ''
    ? null
    : machine
        .replace(/^[a-z-]+:\/\//, '')
        .replace(/[/?].*$/, '')
        .replace(/^[^@]*@/, '');

type StartEvent = Extract<NixEvent, { action: 'start' }>;

const startActivity = (state: NixProcessState, event: StartEvent, at: number): void => {
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

const stopActivity = (state: NixProcessState, id: string, at: number): void => {
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

const noteFailure = (state: NixProcessState, derivation: string): void => {
  state.derivations.set(derivation, 'failed');
  if (!state.failed.has(derivation))
    state.failed.set(
      derivation,
      state.ended.findLast((build) => build.derivation === derivation)?.ms ?? null,
    );
};

/** Takes one event into the state; `at` is its time in ms since the epoch. */
export const foldNixEvent = (state: NixProcessState, event: NixEvent, at: number): void => {
  switch (event.action) {
    case 'start':
      startActivity(state, event, at);
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
    case 'expected':
      if (event.type === activityType.copyPath)
        state.bytesAnnounced = Math.max(state.bytesAnnounced, event.expected);
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
  }
};

/**
 * A build that is cut short stops like one that succeeded: the last of those
 * beyond Nix's own count were not done.
 */
const takeBackCutShort = (state: NixProcessState): void => {
  const { done, failed } = state.totals.builds;
  const fates = [...state.derivations];
  const ended = fates.filter(([, fate]) => fate === 'ended').map(([path]) => path);
  const named = fates.filter(([, fate]) => fate === 'failed').length;
  const counted = done + Math.max(0, failed - named);
  for (const path of ended.slice(Math.min(counted, ended.length)))
    state.derivations.set(path, 'planned');
};

/** The process has ended: nothing of it runs any more, and what it cut short was not done. */
export const endNixProcess = (state: NixProcessState, isBuilt: boolean): void => {
  state.activities.clear();
  for (const fates of [state.derivations, state.fetches.paths, state.copies.paths])
    for (const [path, fate] of fates) {
      if (fate === 'running') fates.set(path, isBuilt ? 'ended' : 'planned');
      if (fate === 'planned' && isBuilt) fates.set(path, 'ended');
    }
  if (!isBuilt && state.totalIds.builds !== null) takeBackCutShort(state);
};
