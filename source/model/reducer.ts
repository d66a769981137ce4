import type { BisectProgress } from './bisect.ts';
import type { AppEvent, BuilderLines } from './events.ts';
import type { HostEntry, HostWork } from './host.ts';
import { causesOfOthers } from './known-causes.ts';
import { type CountedCommits, survivingCommits, withDirections } from './lock-commits.ts';
import { appendLines, emptyLog } from './log-ring.ts';
import { noStages } from './stage.ts';
import { type AppState, fleetLog, fleetPlan, type HostState } from './state.ts';

const keptCommands = 500;
const keptNotices = 50;

/** Builders whose lines are in memory, and how many of each: the whole log is one `nix log` away. */
const keptBuilders = 60;
const builderLines = 2_000;

const finalKinds: ReadonlySet<HostWork['kind']> = new Set<HostWork['kind']>([
  'succeeded',
  'unchanged',
  'unhealthy',
  'failed',
  'rolledBack',
  'canceled',
]);

/** Final states ignore late events; a new run starts with `queued`. */
const isFinalWork = (work: HostWork): boolean => finalKinds.has(work.kind);

const mayFollow = (before: HostWork, after: HostWork): boolean =>
  !isFinalWork(before) ||
  after.kind === 'queued' ||
  after.kind === 'idle' ||
  after.kind === 'rollingBack' ||
  (before.kind === 'unhealthy' && after.kind === 'rolledBack');

const newHost = (entry: HostEntry): HostState => ({
  entry,
  probe: { kind: 'never' },
  facts: null,
  expectation: { kind: 'unknown' },
  ancestry: { kind: 'unjudged' },
  work: { kind: 'idle' },
  progress: null,
});

const changeHost = (
  state: AppState,
  name: string,
  change: (host: HostState) => HostState,
): AppState => {
  const host = state.hosts[name];
  if (host === undefined) return state;
  const changed = change(host);
  return changed === host ? state : { ...state, hosts: { ...state.hosts, [name]: changed } };
};

const listFleet = (state: AppState, entries: readonly HostEntry[]): AppState => ({
  ...state,
  fleet: { kind: 'listed' },
  hostNames: entries.map((entry) => entry.name),
  hosts: Object.fromEntries(
    entries.map((entry) => {
      const known = Object.hasOwn(state.hosts, entry.name) ? state.hosts[entry.name] : undefined;
      return [entry.name, known === undefined ? newHost(entry) : { ...known, entry }];
    }),
  ),
});

/**
 * Newly answered rows take their places. A group is answered as a whole, so its
 * rows that were not answered are gone (push rights of a repository that is no
 * more); hosts arrive one by one.
 */
const mergeRows = (state: AppState, rows: AppState['board']): AppState => {
  const whole = new Set<string>(rows.map(({ group }) => group));
  whole.delete('hosts');
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const lasting = state.board.filter((row) => !whole.has(row.group) || fresh.has(row.id));
  const kept = lasting.map((row) => {
    const replacement = fresh.get(row.id);
    fresh.delete(row.id);
    return replacement ?? row;
  });
  return { ...state, board: [...kept, ...fresh.values()] };
};

/** The builder that was heard last stands last; those that were heard longest ago give way. */
const addBuilderLines = (
  known: AppState['builderLogs'],
  added: readonly BuilderLines[],
): AppState['builderLogs'] => {
  const logs = new Map(Object.entries(known));
  for (const { derivation, lines } of added) {
    const ring = appendLines(logs.get(derivation) ?? emptyLog, lines, builderLines);
    logs.delete(derivation);
    logs.set(derivation, ring);
  }
  return Object.fromEntries([...logs].slice(-keptBuilders));
};

const noCommits: CountedCommits = { count: null, subjects: null };

const withCommits = (
  { commits }: AppState,
  path: string,
  found: Partial<CountedCommits>,
): AppState['commits'] => ({ ...commits, [path]: { ...(commits[path] ?? noCommits), ...found } });

const isSameLock = (one: AppState['lock'], other: AppState['lock']): boolean =>
  one.kind === 'read' && other.kind === 'read' && one.fingerprint === other.fingerprint;

/** What a test found is not so with another lock; who is to blame was sought in the one from before. */
const ofEarlierLock = ({ causes }: AppState): Pick<AppState, 'causes' | 'searches'> => ({
  causes: causes.map((cause) => ({ ...cause, isOfEarlierLock: true })),
  searches: [],
});

/** Folds one event into the state. Pure: time comes in the event. */
export const reduce = (state: AppState, event: AppEvent): AppState => {
  switch (event.type) {
    case 'flake-opened':
      return { ...state, flakePath: event.path, demo: event.demo, readOnly: event.readOnly };
    case 'git-observed':
      return { ...state, git: event.git, gitProblem: event.why };
    case 'lock-observed': {
      const commits = survivingCommits(state.commits, state.lock, event.lock);
      return {
        ...state,
        commits,
        lock: withDirections(event.lock, commits),
        ...(isSameLock(state.lock, event.lock)
          ? {}
          : { standings: {}, releaseNotes: {}, inputHosts: {}, ...ofEarlierLock(state) }),
      };
    }
    case 'commits-counted': {
      const commits = withCommits(state, event.path, {
        count: event.count,
        ...(event.direction === undefined ? {} : { direction: event.direction }),
      });
      return { ...state, commits, lock: withDirections(state.lock, commits) };
    }
    case 'commits-uncounted':
      return { ...state, commits: withCommits(state, event.path, { problem: event.why }) };
    case 'release-notes-read':
      return { ...state, releaseNotes: { ...state.releaseNotes, [event.path]: event.notes } };
    case 'inputs-put-back':
      return { ...state, putBack: event.names };
    case 'input-hosts-found':
      return { ...state, inputHosts: { ...state.inputHosts, [event.input]: event.hosts } };
    case 'forge-limited':
      return { ...state, forgeLimits: event.limits };
    case 'inputs-asked':
      return { ...state, standings: { ...state.standings, ...event.standings } };
    case 'packages-compared':
      return { ...state, packages: { ...state.packages, [event.host]: event.packages } };
    case 'subjects-listed':
      return {
        ...state,
        commits: withCommits(state, event.path, { subjects: event.subjects, rest: event.rest }),
      };
    case 'fleet-listing':
      return state.fleet.kind === 'listed' ? state : { ...state, fleet: { kind: 'listing' } };
    case 'fleet-listed':
      return listFleet(state, event.hosts);
    case 'fleet-unlisted':
      return { ...state, fleet: { kind: 'failed', failure: event.failure } };
    case 'host-probing':
      return changeHost(state, event.host, (host) => ({ ...host, probe: { kind: 'probing' } }));
    case 'host-probed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        probe: { kind: 'answered' },
        facts: event.facts,
        ancestry:
          host.facts?.current === event.facts.current ? host.ancestry : { kind: 'unjudged' },
      }));
    case 'host-previewed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        preview: { to: event.to, at: event.at, preview: event.preview },
      }));
    case 'host-unprobed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        probe: { kind: 'failed', failure: event.failure, at: event.at },
      }));
    case 'host-expected':
      return changeHost(state, event.host, (host) => ({ ...host, expectation: event.expectation }));
    case 'position-judged':
      return changeHost(state, event.host, (host) => ({ ...host, ancestry: event.ancestry }));
    case 'board-checking':
      return mergeRows(
        state,
        state.board
          .filter((row) => event.ids.includes(row.id))
          .map((row) => ({ ...row, state: 'checking' as const })),
      );
    case 'board-observed':
      return mergeRows(state, event.rows);
    case 'history-listed':
      return { ...state, history: event.runs };
    case 'interruption-found':
      return { ...state, interrupted: event.run };
    case 'pending-listed':
      return { ...state, pending: event.hosts };
    case 'command-ran':
      return { ...state, commands: [...state.commands, event.command].slice(-keptCommands) };
    case 'noticed': {
      const id = (state.notices.at(-1)?.id ?? 0) + 1;
      const notice = { id, at: event.at, tone: event.tone, text: event.text };
      return { ...state, notices: [...state.notices, notice].slice(-keptNotices) };
    }
    case 'run-started':
      return {
        ...state,
        run: {
          kind: 'active',
          id: event.run,
          goal: event.goal,
          hosts: event.hosts,
          since: event.at,
        },
        stages: event.goal === 'run' ? noStages : state.stages,
        // A search begins where a test ended: its counts stay in sight.
        runProgress: event.goal === 'bisect' ? state.runProgress : null,
        ...(event.goal === 'test' || event.goal === 'run'
          ? { causes: causesOfOthers(state.causes, event.hosts), searches: [], plans: {} }
          : {}),
      };
    case 'rollout-moved': {
      const { type: _type, at: _at, ...rollout } = event;
      return { ...state, rollout };
    }
    case 'pause-changed':
      return { ...state, isPaused: event.isPaused };
    case 'stage-changed':
      return { ...state, stages: { ...state.stages, [event.stage]: event.state } };
    case 'host-worked':
      return changeHost(state, event.host, (host) =>
        mayFollow(host.work, event.work)
          ? {
              ...host,
              work: event.work,
              progress: event.work.kind === 'running' ? host.progress : null,
            }
          : host,
      );
    case 'planned':
    case 'intended':
    case 'achieved':
    case 'missed':
      return state;
    case 'logged': {
      const key = event.host ?? fleetLog;
      return {
        ...state,
        logs: { ...state.logs, [key]: appendLines(state.logs[key] ?? emptyLog, event.lines) },
      };
    }
    case 'builder-logged':
      return { ...state, builderLogs: addBuilderLines(state.builderLogs, event.logs) };
    case 'progress': {
      const { type: _type, at: _at, host, ...progress } = event;
      return host === null
        ? { ...state, runProgress: progress }
        : changeHost(state, host, (known) => ({ ...known, progress }));
    }
    case 'build-planned':
      return { ...state, plans: { ...state.plans, [event.host ?? fleetPlan]: event.plan } };
    case 'causes-found':
      return { ...state, causes: event.causes };
    case 'bisected': {
      const { progress } = event;
      const isSame = (one: BisectProgress): boolean =>
        one.host === progress.host && one.what === progress.what;
      const searches = [...state.searches.filter((one) => !isSame(one)), progress];
      // Each try builds another system: what the last one said of itself is over.
      return changeHost({ ...state, searches }, progress.host, (host) =>
        host.progress === null ? host : { ...host, progress: null },
      );
    }
    case 'result': {
      const { type: _type, at, run, ...result } = event;
      const goal = state.run.kind === 'none' ? 'run' : state.run.goal;
      return {
        ...state,
        rollout: null,
        isPaused: false,
        run: { kind: 'done', id: run, goal, result, at },
      };
    }
  }
};
