import { expect, test } from 'vitest';
import {
  ageOfAnswer,
  type CheckRow,
  type CheckState,
  row,
} from '../../../source/model/board/board.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import type { StageState } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, stateOf } from '../../fixtures/states.ts';

const upstream = (state: CheckState): CheckRow =>
  row({ id: 'git.upstream', group: 'git', label: 'unpushed commits' }, state, 'evidence');
const conflicts = (state: CheckState): CheckRow =>
  row({ id: 'git.conflicts', group: 'git', label: 'conflict markers' }, state, 'evidence');

const passed: StageState = { kind: 'passed', evidence: '2 checks, none failed', at: noon };

const withBoard = (check: StageState): AppState => {
  const state = stateOf([], { board: [upstream('green'), conflicts('green')] });
  return { ...state, stages: { ...state.stages, check } };
};

const observed = (state: AppState, rows: readonly CheckRow[], at = noon + 1_000): AppState =>
  reduce(state, { type: 'board-observed', rows, at });

test.each<[string, StageState, readonly CheckRow[], object]>([
  [
    'a row that fails later',
    passed,
    [upstream('red'), conflicts('green')],
    {
      kind: 'partly',
      evidence: '2 checks, 1 failed that stops nothing: unpushed commits',
      at: noon + 1_000,
    },
  ],
  [
    'a row that stops the runbook later',
    passed,
    [upstream('green'), conflicts('red')],
    { kind: 'failed', reason: 'conflict markers: evidence' },
  ],
  [
    'the repair of every row',
    { kind: 'failed', reason: 'conflict markers: evidence', at: noon },
    [upstream('green'), conflicts('green')],
    { kind: 'passed', evidence: '2 checks, none failed' },
  ],
  ['nothing, as long as a row is asked', passed, [upstream('red'), conflicts('checking')], passed],
  [
    'nothing, where a person closed the step',
    { kind: 'skipped', reason: 'with these answers' },
    [upstream('red'), conflicts('green')],
    { kind: 'skipped' },
  ],
])('the step check follows its board: %s', (_, check, rows, then) => {
  expect(observed(withBoard(check), rows).stages.check).toMatchObject(then);
});

test('an answer keeps the time at which it was given, while others of its group are asked again', () => {
  const first = observed(withBoard(passed), [upstream('green'), conflicts('green')], noon);
  const kept = first.board.find(({ id }) => id === 'git.conflicts');
  const later = observed(first, [upstream('red'), ...(kept === undefined ? [] : [kept])]);
  expect(later.board.map(({ id, askedAt }) => [id, askedAt])).toEqual([
    ['git.upstream', noon + 1_000],
    ['git.conflicts', noon],
  ]);
});

test.each([
  ['of a minute and more tells it', 5 * 60_000, 'green', 5 * 60_000],
  ['of less than a minute tells none', 59_000, 'green', null],
  ['of a row that is asked again tells none', 5 * 60_000, 'checking', null],
] as const)('the age of an answer %s', (_, passed, state, age) => {
  expect(ageOfAnswer({ ...upstream(state), askedAt: noon }, noon + passed)).toBe(age);
});
