import { expect, test } from 'vitest';
import { stepsMenu } from '../../../source/screen/dialogs/menu-steps.ts';
import { stepText } from '../../../source/screen/texts/steps.ts';
import type { StageState } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { hostOf, noon, stateOf } from '../../fixtures/states.ts';

const withTest = (state: StageState, more: Partial<AppState> = {}): AppState => {
  const app = stateOf(['p620', 'razer', 'nas'].map((name) => hostOf(name)));
  return { ...app, ...more, stages: { ...app.stages, test: state } };
};

const begun: StageState = {
  kind: 'begun',
  hosts: ['p620'],
  left: ['razer', 'nas'],
  of: 3,
  evidence: '1 of 3 hosts built and tested; not yet: razer, nas',
  at: noon - 120_000,
};

test.each([
  [{ kind: 'todo' }, '○ test', 'not done yet'],
  [{ kind: 'passed', evidence: 'all valid', at: noon }, '✓ test', 'all valid'],
  [begun, '◐ test 1 of 3', '1 of 3 hosts built and tested; not yet: razer, nas'],
  [{ kind: 'failed', reason: 'nas failed', at: noon }, '✗ test', 'failed: nas failed'],
  [{ kind: 'skipped', reason: 'nas failed' }, '· test', 'closed without it: nas failed'],
  [
    { kind: 'outdated', because: 'the tree changed' },
    '! test',
    'to be done again: the tree changed',
  ],
  [{ kind: 'running', since: noon - 61_000 }, '● test', 'running for 1:01'],
] satisfies readonly (readonly [
  StageState,
  string,
  string,
])[])('the steps tell %j', (state, label, detail) => {
  const row = stepsMenu(withTest(state), noon).items.find(({ id }) => id === 'test');
  expect(row).toMatchObject({ label, detail, wish: { kind: 'show-step', stage: 'test' } });
});

test('the steps stand in the order of the fleet, and the next one is chosen', () => {
  const app = withTest({ kind: 'todo' }, { commitsFirst: true });
  expect(stepsMenu(app, noon).items.map(({ id }) => id)).toEqual([
    'check',
    'update',
    'review',
    'test',
    'commit',
    'deploy',
    'verify',
    'watch',
  ]);
  expect(stepsMenu(app, noon).cursor).toBe('check');
});

test('the evidence of a step says what it said, when, and when it counts as done', () => {
  const text = stepText(withTest(begun), 'test', noon).map((line) => line.text);
  expect(text.slice(0, 2)).toEqual([
    '◐ test 1 of 3: 1 of 3 hosts built and tested',
    '  not yet: razer, nas',
  ]);
  expect(text.join('\n')).toContain('2 m ago');
  expect(text.at(-1)).toBe(
    'Done when the system of each host is valid in the store, for exactly this tree.',
  );
});
