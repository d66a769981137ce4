import { expect, test } from 'vitest';
import { row } from '../../../source/model/board/board.ts';
import type { HostWork } from '../../../source/model/host/host.ts';
import { stepsMenu } from '../../../source/screen/dialogs/menu-steps.ts';
import { openReasons, shownStages, stepText } from '../../../source/screen/texts/steps.ts';
import { noStages, type StageState } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { expectedOf, factsOf, hostOf, noon, stateOf, systemPath } from '../../fixtures/states.ts';

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
  [{ kind: 'todo' }, '○ test', 'not done yet; left: p620, razer, nas'],
  [{ kind: 'passed', evidence: 'all valid', at: noon }, '✓ test', 'all valid'],
  [begun, '◐ test 1 of 3', '1 of 3 hosts built and tested; not yet: razer, nas'],
  [
    { kind: 'failed', reason: 'nas failed', at: noon },
    '✗ test',
    'failed: nas failed; left: p620, razer',
  ],
  [
    { kind: 'skipped', reason: 'nas failed' },
    '· test',
    'closed without it: nas failed; left: p620, razer',
  ],
  [
    { kind: 'outdated', because: 'the tree changed' },
    '! test',
    'to be done again: the tree changed; left: p620, razer, nas',
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

test('the steps say what each of their signs means, and no other sign', () => {
  const told = (state: StageState): string =>
    stepsMenu(withTest(state), noon)
      .note.map(({ text }) => text)
      .join();
  expect(told(begun)).toBe('◐ done for a part   ● next   ○ not yet');
  expect(told({ kind: 'skipped', reason: 'nas failed' })).toBe(
    '· closed without it   ● next   ○ not yet',
  );
});

const stagesWith = (more: Partial<AppState['stages']>): AppState => {
  const app = stateOf(
    [hostOf('p620'), hostOf('razer', { facts: factsOf('razer', { rebootNeeded: true }) })],
    { stages: { ...noStages, ...more } },
  );
  return app;
};

const partly = (hosts?: readonly string[]): StageState => ({
  kind: 'partly',
  ending: 'partly',
  evidence: '1 of 2 hosts answered',
  at: noon,
  ...(hosts === undefined ? {} : { hosts }),
});

const rowOf = (app: AppState, stage: string): string =>
  stepsMenu(app, noon).items.find(({ id }) => id === stage)?.detail ?? '';

test('a step that stands open names what is left: hosts, a reboot, a push', () => {
  const app = stagesWith({
    deploy: { kind: 'passed', evidence: '2 of 2 hosts', at: noon },
    verify: partly(['p620']),
    commit: { kind: 'passed', evidence: 'abc holds the tree', at: noon },
  });
  const git = app.git === null ? null : { ...app.git, remoteUrl: 'git@forge.example:ada/fleet' };
  expect(rowOf(app, 'deploy')).toBe('2 of 2 hosts; to reboot: razer');
  expect(rowOf(app, 'verify')).toBe('1 of 2 hosts answered; not compared: razer');
  expect(rowOf({ ...app, git }, 'commit')).toBe('abc holds the tree; 1 commit is not pushed yet');
});

test('the bar has a reason for each step that it marks with a sign alone', () => {
  const app = stagesWith({
    check: partly(),
    review: { kind: 'skipped', reason: 'no time' },
    test: { kind: 'outdated', because: 'the tree changed' },
    verify: partly(['p620']),
  });
  const board = [row({ id: 'tasks', group: 'tasks', label: 'open tasks' }, 'red', '3')];
  expect(openReasons({ ...app, board })).toEqual([
    '! check: open tasks',
    '· review: closed',
    '! test: again',
    '! verify: not razer',
  ]);
  expect(openReasons(stagesWith({}))).toEqual([]);
});

test('a commit that is not pushed is no done step, and its reason stands once', () => {
  const app = stagesWith({
    check: partly(),
    commit: { kind: 'passed', evidence: 'abc holds the tree', at: noon },
  });
  const board = [
    row({ id: 'git.upstream', group: 'git', label: 'unpushed commits' }, 'red', '1 commit'),
  ];
  const git = app.git === null ? null : { ...app.git, remoteUrl: 'git@forge.example:ada/fleet' };
  const unpushed = { ...app, git, board };
  const labelOf = (state: AppState, stage: string): string | undefined =>
    stepsMenu(state, noon).items.find(({ id }) => id === stage)?.label;
  expect(labelOf(unpushed, 'commit')).toBe('! commit');
  expect(labelOf(unpushed, 'check')).toBe('! check');
  expect(openReasons(unpushed)).toEqual(['! commit: not pushed']);
  expect(stepText(unpushed, 'commit', noon).filter(({ text }) => text.includes('pushed'))).toEqual([
    { text: '  1 commit is not pushed yet', tone: 'plain' },
  ]);
  // Without a remote nothing is to be pushed, and the check has failed by itself.
  expect(labelOf({ ...app, board }, 'commit')).toBe('✓ commit');
  expect(openReasons({ ...app, board })).toEqual(['! check: unpushed commits']);
  expect(shownStages({ ...app, board })).toBe(app.stages);
});

test('a deploy that failed tells where the fleet is now, once a person rolled a host back', () => {
  const back = (name: string, work: HostWork) =>
    hostOf(name, {
      work,
      facts: factsOf(name, { current: systemPath(name, 'old') }),
      expectation: expectedOf(name, 'new', noon),
    });
  const rolledBack = (name: string, at: number): HostWork => ({
    kind: 'succeeded',
    deed: 'rollback',
    from: systemPath(name, 'new'),
    to: systemPath(name, 'old'),
    generation: 99,
    at,
  });
  const failed: StageState = { kind: 'failed', reason: '2 deployed · nas failed', at: noon };
  const app = (at: number): AppState =>
    stateOf([back('p510', rolledBack('p510', at)), back('nas', { kind: 'idle' })], {
      git: null,
      stages: { ...noStages, deploy: failed },
    });
  expect(rowOf(app(noon + 60_000), 'deploy')).toBe(
    'failed: 0 of 2 hosts run what the flake says; rolled back: p510; not deployed: nas',
  );
  expect(rowOf(app(noon - 60_000), 'deploy')).toBe('failed: 2 deployed · nas failed; left: p510');
});
