import type { Expectation, HostWork } from '../../model/host/host.ts';
import {
  type CountedCommits,
  survivingCommits,
  withDirections,
} from '../../model/inputs/lock-commits.ts';
import { ownOf } from '../../model/own-of.ts';
import type { AppEvent, Fact } from '../events.ts';
import type { AppState } from '../state.ts';
import { mergeRows } from './board-rows.ts';
import { changeHost, listFleet } from './hosts.ts';

const keptCommands = 500;
const keptNotices = 50;

const noCommits: CountedCommits = { count: null, subjects: null };

const withCommits = (
  { commits }: AppState,
  path: string,
  found: Partial<CountedCommits>,
): AppState['commits'] => ({
  ...commits,
  [path]: { ...(ownOf(commits, path) ?? noCommits), ...found },
});

const isSameLock = (one: AppState['lock'], other: AppState['lock']): boolean =>
  one.kind === 'read' && other.kind === 'read' && one.fingerprint === other.fingerprint;

/** What a test found is not so with another lock; who is to blame was sought in the one from before. */
const ofEarlierLock = ({ causes }: AppState): Pick<AppState, 'causes' | 'searches'> => ({
  causes: causes.map((cause) => ({ ...cause, isOfEarlierLock: true })),
  searches: [],
});

/** That a system was built says nothing of another one that the flake wants now. */
const workFor = (work: HostWork, expectation: Expectation): HostWork =>
  work.kind === 'built' &&
  (expectation.kind === 'failed' ||
    (expectation.kind === 'known' && expectation.toplevel !== work.toplevel))
    ? { kind: 'idle' }
    : work;

/** Folds a fact into the state. Pure. */
export const reduceFact = (state: AppState, event: AppEvent & Fact): AppState => {
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
        ...(host.facts !== null && host.facts.current !== event.facts.current
          ? { movedAt: event.at }
          : {}),
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
      return changeHost(state, event.host, (host) => ({
        ...host,
        expectation: event.expectation,
        work: workFor(host.work, event.expectation),
      }));
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
      return { ...state, history: event.runs, madeCommits: event.made ?? state.madeCommits };
    case 'active-found':
      return { ...state, active: event.run };
    case 'interruption-found':
      return { ...state, interrupted: event.run };
    case 'pending-listed':
      return { ...state, pending: event.hosts };
    case 'accepted-listed':
      return { ...state, accepted: event.units };
    case 'command-ran':
      return { ...state, commands: [...state.commands, event.command].slice(-keptCommands) };
    case 'noticed': {
      const id = (state.notices.at(-1)?.id ?? 0) + 1;
      const notice = { id, at: event.at, tone: event.tone, text: event.text };
      return { ...state, notices: [...state.notices, notice].slice(-keptNotices) };
    }
  }
};
