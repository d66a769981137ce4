import { expect, test } from 'vitest';
import {
  begunState,
  correctStages,
  deployWords,
  testWords,
  verifyWords,
} from '../../source/state/correct-stages.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import type { StageState } from '../../source/state/stage.ts';
import type { AppState } from '../../source/state/state.ts';
import { factsOf, hostOf, noon, stateOf, systemPath } from '../fixtures/states.ts';

const hosts = ['p620', 'razer'];

const compared = (verify: StageState): AppState => {
  const state = stateOf(hosts.map((name) => hostOf(name)));
  return { ...state, stages: { ...state.stages, verify } };
};

/** What a look finds on p620 after the step: whoever changed it. */
const looked = (state: AppState, current: string): AppState =>
  reduce(state, {
    type: 'host-probed',
    host: 'p620',
    facts: factsOf('p620', { current }),
    at: noon + 1_000,
  });

const verifyOf = (state: AppState): StageState | undefined =>
  correctStages(state, noon + 2_000).find(([name]) => name === 'verify')?.[1];

const failed: StageState = { kind: 'failed', reason: 'p620: nginx.service failed', at: noon };
const passed: StageState = { kind: 'passed', evidence: 'no new trouble', hosts, at: noon };
const asBefore = (state: AppState): string => state.hosts['p620']?.facts?.current ?? '';

test.each([
  ['failed', failed],
  ['passed', passed],
])('a comparison that %s stands while the hosts run what was compared', (_, verify) => {
  const state = compared(verify);
  expect(verifyOf(looked(state, asBefore(state)))).toBeUndefined();
});

test('a comparison that failed is outdated when another nixup changed a host since', () => {
  expect(verifyOf(looked(compared(failed), systemPath('p620', 'other')))).toEqual({
    kind: 'outdated',
    because: 'hosts were changed since they were compared',
  });
});

test('a comparison that passed is one of the other hosts then', () => {
  expect(verifyOf(looked(compared(passed), systemPath('p620', 'other')))).toMatchObject({
    kind: 'begun',
    hosts: ['razer'],
    left: ['p620'],
  });
});

test.each([
  [verifyWords, 'not asked, asleep: samsung'],
  [testWords, 'not built, their builder is asleep: samsung'],
  [deployWords, 'asleep or unhealthy: samsung'],
])('each host of a part that is %s stands in one list', (words, waiting) => {
  const part = { done: ['p510'], left: ['nas'], waiting: ['samsung'] };
  expect(begunState(part, words, 0)).toMatchObject({
    evidence: `1 of 3 hosts ${words}; not yet: nas; ${waiting}`,
  });
});

test('a host that nobody waits for is told with its own reason, asleep or unhealthy', () => {
  const part = {
    done: ['p510'],
    left: ['nas'],
    waiting: ['samsung', 'razer'],
    reasons: ['asleep: samsung', 'unhealthy: razer'],
  };
  expect(begunState(part, deployWords, 0)).toMatchObject({
    evidence: `1 of 4 hosts ${deployWords}; not yet: nas; asleep: samsung; unhealthy: razer`,
  });
});

const committed: StageState = { kind: 'passed', evidence: 'holds the tested tree', at: noon };
const request = {
  url: 'https://example.org/pulls/7',
  revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  into: 'main',
};

/** What the step commit becomes by the facts; undefined where it stays. */
const commitOf = (
  commit: StageState,
  waitingRequests: AppState['waitingRequests'],
): StageState | undefined => {
  const state = compared(passed);
  return correctStages(
    { ...state, stages: { ...state.stages, commit }, waitingRequests },
    noon,
  ).find(([name]) => name === 'commit')?.[1];
};

test('a commit in an open request is not proven before HEAD has it', () => {
  const waits = commitOf(committed, [request]);
  expect(waits).toEqual({
    kind: 'partly',
    ending: 'partly',
    evidence:
      'the commit a1b2c3d4e5f6 is in the open request https://example.org/pulls/7, and not in HEAD',
    at: noon,
  });
  expect(commitOf(waits ?? committed, [request])).toBeUndefined();
  expect(commitOf(waits ?? committed, [])?.kind).toBe('outdated');
  expect(commitOf(committed, [])).toBeUndefined();
});
