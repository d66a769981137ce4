import {
  type CountedCommits,
  survivingCommits,
  withDirections,
} from '../../model/inputs/lock-commits.ts';
import { updateSentence } from '../../model/inputs/standing.ts';
import { standingsIn, tipsAfterUpdate, tipsWith } from '../../model/inputs/tips.ts';
import { ownOf } from '../../model/own-of.ts';
import type { AppEvent, LockFact } from '../events.ts';
import type { AppState } from '../state.ts';

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

/**
 * With another lock the results of a test are no longer true; the searches were about the previous
 * lock.
 */
const ofEarlierLock = ({ causes }: AppState): Pick<AppState, 'causes' | 'searches'> => ({
  causes: causes.map((cause) => ({ ...cause, isOfEarlierLock: true })),
  searches: [],
});

/** Paths with alarms, and those that had some and changed no more. */
const alarmedPaths = (known: readonly string[], lock: AppState['lock']): readonly string[] => {
  if (lock.kind !== 'read') return known;
  const changed = new Set(lock.changes.map(({ path }) => path));
  const now = lock.changes.flatMap(({ path, alarms }) => (alarms.length > 0 ? [path] : []));
  const before = known.filter((path) => !changed.has(path));
  const all = [...now, ...before];
  return all.length === known.length && all.every((path) => known.includes(path)) ? known : all;
};

/** Another lock has other changes; what remotes have is as it was. */
const ofOtherLock = (
  state: AppState,
  lock: AppState['lock'],
  at: number,
): Pick<AppState, 'standings' | 'tips' | 'releaseNotes' | 'inputHosts' | 'causes' | 'searches'> => {
  const isUpdate = state.run.kind === 'active' && state.run.goal === 'update';
  const tips = isUpdate ? tipsAfterUpdate(state.tips, state.lock, lock, at) : state.tips;
  return {
    tips,
    standings: standingsIn(state.standings, tips, state.lock, lock),
    releaseNotes: {},
    inputHosts: {},
    ...ofEarlierLock(state),
  };
};

/**
 * What the update said counts the inputs that it moved: of a lock in which some were reverted or held since, the inputs
 * of now are counted. Where no change is left, as after a commit elsewhere, what it said stays.
 */
const updateTold = (state: AppState): AppState => {
  const { run, lock, stages, standings } = state;
  const isUpdate = run.kind === 'active' && run.goal === 'update';
  if (isUpdate || stages.update.kind !== 'passed') return state;
  if (lock.kind !== 'read' || lock.changes.length === 0) return state;
  const changed = new Set(lock.changes.map(({ path }) => path));
  const unmoved = Object.entries(standings).filter(([path]) => !changed.has(path));
  const evidence = updateSentence(lock.changes, Object.fromEntries(unmoved), 'all');
  return { ...state, stages: { ...stages, update: { ...stages.update, evidence } } };
};

/** The state with this lock. */
const withLock = (state: AppState, lock: AppState['lock']): AppState => ({
  ...state,
  lock,
  alarmed: alarmedPaths(state.alarmed, lock),
});

/** Folds what was found out about the lock and its inputs into the state. Pure. */
export const reduceLockFact = (state: AppState, event: AppEvent & LockFact): AppState => {
  switch (event.type) {
    case 'lock-observed': {
      const { commits, setAside } = survivingCommits(
        { commits: state.commits, setAside: state.commitsSetAside },
        state.lock,
        event.lock,
      );
      const isSame = isSameLock(state.lock, event.lock);
      const observed: AppState = {
        ...withLock(state, withDirections(event.lock, commits)),
        commits,
        commitsSetAside: setAside,
        remembered: state.remembered === null ? null : { ...state.remembered, lock: null },
        ...(isSame ? {} : ofOtherLock(state, event.lock, event.at)),
      };
      // The first lock that is read is the one of which the step was proven.
      return isSame || state.lock.kind !== 'read' ? observed : updateTold(observed);
    }
    case 'commits-counted': {
      const commits = withCommits(state, event.path, {
        count: event.count,
        ...(event.direction === undefined ? {} : { direction: event.direction }),
      });
      return { ...withLock(state, withDirections(state.lock, commits)), commits };
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
    case 'inputs-asked': {
      const asked: AppState = {
        ...state,
        standings: { ...state.standings, ...event.standings },
        tips: tipsWith(state.tips, event.standings, state.lock, event.at),
      };
      const { run } = state;
      const isHold = run.kind === 'active' && run.goal === 'hold';
      return isHold ? updateTold(asked) : asked;
    }
    case 'subjects-listed':
      return {
        ...state,
        commits: withCommits(state, event.path, { subjects: event.subjects, rest: event.rest }),
      };
  }
};
