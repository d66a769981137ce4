import type { PlanSummary } from '../../model/build/plan.ts';
import { withHostShare, withShare } from '../../model/build/share.ts';
import { endSlots, nextSlots } from '../../model/build/slots.ts';
import type { BisectProgress } from '../../model/causes/bisect.ts';
import { causesOfOthers } from '../../model/causes/known-causes.ts';
import type { HostWork } from '../../model/host/host.ts';
import { ownOf } from '../../model/own-of.ts';
import type { AppEvent, RunEvent } from '../events.ts';
import { presentPlaces, settledPlaces } from '../remembered.ts';
import type { LastTest, RunResult } from '../run.ts';
import { noStages } from '../stage.ts';
import { type AppState, fleetLog, fleetPlan, type HostState } from '../state.ts';
import { changeHost, mayFollow } from './hosts.ts';
import { addBuilderLines } from './kept-logs.ts';
import { addLines, addToAll, saidAt } from './logs.ts';

/** Results of searches are true for one lock: a changed lock forgets them all. */
const foundSearches = ({ searches }: AppState): AppState['searches'] =>
  searches.filter(({ outcome }) => outcome.kind === 'found');

/** A host that is built needs no culprit any more. */
const withoutSearchOf = (
  state: AppState,
  { host, work }: Extract<RunEvent, { type: 'host-worked' }>,
): AppState =>
  work.kind === 'built' && state.searches.some(({ hosts }) => hosts.includes(host))
    ? { ...state, searches: state.searches.filter(({ hosts }) => !hosts.includes(host)) }
    : state;

const startRun = (
  state: AppState,
  { run: id, goal, hosts, at: since }: Extract<AppEvent, { type: 'run-started' }>,
): AppState => ({
  ...state,
  run: { kind: 'active', id, goal, hosts, since },
  places: { ...presentPlaces(state), ...state.places },
  stages: goal === 'run' ? noStages : state.stages,
  // A search begins where a test ended: the counts of the test stay visible.
  runProgress: goal === 'bisect' ? state.runProgress : null,
  slots: [],
  ...(goal === 'test' || goal === 'run'
    ? {
        causes: causesOfOthers(state.causes, hosts),
        searches: goal === 'run' ? [] : foundSearches(state),
        plans: {},
      }
    : {}),
});

const withWork = (host: HostState, work: HostWork): HostState => {
  const { workFor: _earlier, ...rest } = host;
  return {
    ...rest,
    work,
    ...(host.expectation.kind === 'known' ? { workFor: host.expectation.toplevel } : {}),
    // Another step counts other things, and its bar begins at its own beginning.
    progress: isSameStep(host.work, work) ? host.progress : null,
  };
};

const isSameStep = (before: HostWork, now: HostWork): boolean =>
  now.kind === 'running' && (before.kind !== 'running' || before.step === now.step);

/** What is known of the hosts of a run. */
export interface KnownOfRun {
  planOf(name: string): PlanSummary | undefined;
  hostOf(name: string): HostState | undefined;
}

const knownOf = ({ plans, hosts }: AppState): KnownOfRun => ({
  planOf: (name) => ownOf(plans, name),
  hostOf: (name) => ownOf(hosts, name),
});

const isToPlan = (host: HostState | undefined): boolean =>
  host?.work.kind === 'queued' || host?.work.kind === 'waiting' || host?.work.kind === 'running';

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** How far the whole is: its bar is measured by what all hosts of the run are going to need. Pure. */
export const withProgress = (
  state: AppState,
  { type: _type, at, host: _host, ...progress }: AppEvent & ProgressEvent,
  known: KnownOfRun = knownOf(state),
): AppState => {
  const names = state.run.kind === 'active' ? state.run.hosts : [];
  const without = names.filter((name) => known.planOf(name) === undefined);
  const counts = {
    planned: names.length - without.length,
    unplanned: without.filter((name) => isToPlan(known.hostOf(name))).length,
  };
  return {
    ...state,
    runProgress: withShare(progress, state.runProgress, known.planOf(fleetPlan), counts),
    slots: nextSlots(state.slots, progress, at),
  };
};

/** The totals of a test that ends now; those of the test before where another run ends. */
const lastTestOf = (
  { run, runProgress, lastTest }: AppState,
  { at, build }: Pick<RunResult, 'build'> & { readonly at: number },
): LastTest | null => {
  if (run.kind !== 'active' && run.kind !== 'canceling') return lastTest;
  if (run.goal !== 'test' && run.goal !== 'run') return lastTest;
  return {
    at,
    took: at - run.since,
    built: build?.built ?? runProgress?.builds.done ?? 0,
    fetched: build?.fetched ?? runProgress?.fetches.done ?? 0,
  };
};

const addSearch = (state: AppState, progress: BisectProgress): AppState => {
  const isSame = (one: BisectProgress): boolean =>
    one.host === progress.host && one.what === progress.what;
  const searches = [...state.searches.filter((one) => !isSame(one)), progress];
  // Each try builds another system: what was told of the last one is over.
  return changeHost({ ...state, searches }, progress.host, (host) =>
    host.progress === null ? host : { ...host, progress: null },
  );
};

/** Lines of a log; the steps of nixup stand in the log of the fleet alone. */
const withLines = (
  state: AppState,
  event: Extract<AppEvent, { readonly type: 'logged' }>,
): AppState => {
  const allLines = addToAll(state.allLines, [event]);
  if (event.isStep === true) return { ...state, allLines };
  const key = event.host ?? fleetLog;
  const lines = saidAt(event.at, event.lines);
  return { ...state, allLines, logs: addLines(state.logs, new Map([[key, lines]])) };
};

/** Folds an event of a run into the state. Pure. */
// Whole: one case for each event, and the compiler asks for each.
export const reduceRun = (state: AppState, event: AppEvent & RunEvent): AppState => {
  switch (event.type) {
    case 'run-started':
      return startRun(state, event);
    case 'rollout-moved': {
      const { type: _type, at: _at, ...rollout } = event;
      return { ...state, rollout };
    }
    case 'pause-changed':
      return { ...state, isPaused: event.isPaused };
    case 'stop-asked':
      return state.run.kind === 'active'
        ? {
            ...state,
            run: {
              kind: 'canceling',
              id: state.run.id,
              goal: state.run.goal,
              since: state.run.since,
            },
          }
        : state;
    case 'stage-changed':
      return { ...state, stages: { ...state.stages, [event.stage]: event.state } };
    case 'host-worked':
      return changeHost(withoutSearchOf(state, event), event.host, (host) =>
        mayFollow(host.work, event.work) ? withWork(host, event.work) : host,
      );
    case 'host-watched':
      return changeHost(state, event.host, (host) => ({
        ...host,
        watch: { ...event.watch, at: event.at },
      }));
    case 'fleet-watched':
      return { ...state, fleetWatch: { ...event.watch, at: event.at } };
    case 'planned':
      return changeHost(state, event.host, (host) => ({
        ...host,
        planned: { fromGeneration: event.fromGeneration, to: event.to },
      }));
    case 'inputs-moved':
    case 'packages-moved':
    case 'intended':
    case 'achieved':
    case 'missed':
    case 'described':
    case 'proposed':
      return state;
    case 'logged':
      return withLines(state, event);
    case 'builder-logged':
      return { ...state, builderLogs: addBuilderLines(state.builderLogs, event.logs, event.at) };
    case 'progress': {
      const { type: _type, at: _at, host, ...progress } = event;
      return host === null
        ? withProgress(state, event)
        : changeHost(state, host, (known) => ({
            ...known,
            progress: withHostShare(progress, known.progress, ownOf(state.plans, host)),
          }));
    }
    case 'build-planned':
      return { ...state, plans: { ...state.plans, [event.host ?? fleetPlan]: event.plan } };
    case 'causes-found':
      return { ...state, causes: event.causes };
    case 'bisected':
      return addSearch(state, event.progress);
    case 'result': {
      const { type: _type, at, run, ...result } = event;
      const goal = state.run.kind === 'none' ? 'run' : state.run.goal;
      return {
        ...state,
        rollout: null,
        isPaused: false,
        places: state.places === null ? null : settledPlaces(state.places),
        slots: endSlots(state.slots, at),
        lastTest: lastTestOf(state, { at, build: result.build }),
        run: {
          kind: 'done',
          id: run,
          goal,
          result,
          at,
          ...(state.run.kind === 'active' || state.run.kind === 'canceling'
            ? { since: state.run.since }
            : {}),
        },
      };
    }
  }
};
