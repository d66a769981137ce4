import { waitingCommit } from '../model/forge/waiting.ts';
import { hostList } from '../model/words/sentences.ts';
import {
  comparedPart,
  deployedPart,
  isFleetChangedSince,
  type PartOfFleet,
  partWords,
  stillProven,
  testedPart,
} from './part-of-fleet.ts';
import { isProven, outdateFrom, type StageName, type StageState } from './stage.ts';
import type { AppState } from './state.ts';

type Corrected = readonly [StageName, StageState];

/** With the hosts that nobody waits for, and why: each host of the count stands in one list. */
const leftWords = (part: PartOfFleet, words: string): string => {
  const reasons =
    part.waiting.length === 0
      ? []
      : (part.reasons ?? [`${waitingWords(words)}: ${hostList(part.waiting)}`]);
  return [`${partWords(part)} ${words}`, `not yet: ${hostList(part.left)}`, ...reasons].join('; ');
};

/** A step that is done for a part of the fleet only; null where none is. */
export const begunState = (part: PartOfFleet, words: string, at: number): StageState | null =>
  part.left.length === 0
    ? null
    : {
        kind: 'begun',
        hosts: part.done,
        left: part.left,
        of: part.done.length + part.left.length + part.waiting.length,
        evidence: leftWords(part, words),
        at,
      };

export const testWords = 'built and tested';
export const deployWords = 'run what the flake says';
export const verifyWords = 'compared with their baseline';

const waitingWords = (words: string): string =>
  words === verifyWords
    ? 'not asked, asleep'
    : words === testWords
      ? 'not built, their builder is asleep'
      : 'asleep or unhealthy';

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);

/**
 * What a step that was proven is by the facts of now: done for another part, for the whole fleet,
 * or for none.
 */
const byPart = (
  state: StageState,
  part: PartOfFleet,
  words: string,
  at: number,
): StageState | null => {
  if (!isProven(state)) return null;
  const begun = begunState(part, words, at);
  if (begun === null)
    return state.kind === 'begun' && part.waiting.length === 0
      ? { kind: 'passed', evidence: `${partWords(part)} ${words}`, hosts: part.done, at }
      : state.kind === 'begun'
        ? {
            kind: 'partly',
            ending: 'partly',
            evidence: `${partWords(part)} ${words}; not: ${hostList(part.waiting)}`,
            hosts: part.done,
            at,
          }
        : null;
  if (state.kind === 'begun' && isSame(state.left, part.left)) return null;
  return begun;
};

/** A commit that waits in a request is not in the branch, whoever asks, and when. */
const waitsForMerge = (app: AppState, at: number): readonly Corrected[] => {
  const { commit } = app.stages;
  const [waiting] = app.waitingRequests;
  if (waiting === undefined)
    return commit.kind === 'partly'
      ? [['commit', { kind: 'outdated', because: 'its request is no longer open' }]]
      : [];
  return commit.kind === 'passed'
    ? [['commit', { kind: 'partly', ending: 'partly', evidence: waitingCommit(waiting), at }]]
    : [];
};

const changedSince = 'hosts were changed since they were compared';

const compared = (app: AppState, name: 'verify' | 'watch'): Corrected | null => {
  const state = app.stages[name];
  // These were proven of systems that no longer run.
  if (state.kind === 'failed' && isFleetChangedSince(app, state.at))
    return [name, { kind: 'outdated', because: changedSince }];
  if (!isProven(state) || state.hosts === undefined) return null;
  const proven = stillProven(app, state);
  if (proven.length === state.hosts.length) return null;
  if (proven.length === 0) return [name, { kind: 'outdated', because: changedSince }];
  // The time stays: it was proven then.
  const begun = byPart(state, comparedPart(app, proven), verifyWords, state.at);
  return begun === null ? null : [name, begun];
};

/**
 * Checks steps that were proven against the facts of now: a tree that was edited, a host that was
 * rolled back or deployed since. A step that is done for a part of the fleet is never shown as
 * done. Pure.
 */
export const correctStages = (app: AppState, at: number): readonly Corrected[] => {
  const { stages } = app;
  const tested = testedPart(app);
  if (isProven(stages.test) && tested.done.length === 0 && tested.left.length > 0) {
    const because = 'the tree is not the one that was tested';
    const outdated = outdateFrom(stages, 'test', because);
    return (['test', 'deploy', 'verify', 'commit', 'watch'] as const).flatMap((name) =>
      outdated[name] === stages[name] ? [] : [[name, outdated[name]] as const],
    );
  }
  const test = byPart(stages.test, tested, testWords, at);
  const deploy = byPart(stages.deploy, deployedPart(app), deployWords, at);
  return [
    ...(test === null ? [] : [['test', test] as const]),
    ...(deploy === null ? [] : [['deploy', deploy] as const]),
    ...waitsForMerge(app, at),
    ...(['verify', 'watch'] as const).flatMap((name) => {
      const corrected = compared(app, name);
      return corrected === null ? [] : [corrected];
    }),
  ];
};
