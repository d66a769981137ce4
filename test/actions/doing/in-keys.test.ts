import { describe, expect, test } from 'vitest';
import { inKeys } from '../../../source/actions/doing/in-keys.ts';
import { actionTable } from '../../../source/actions/table.ts';
import type { BisectProgress } from '../../../source/model/causes/bisect.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import { noStages, type StageState, stageNames } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState, systemPath } from '../../fixtures/states.ts';

type Stage = (typeof stageNames)[number];

/** Every step before this one is done; null: all are. */
const at = (open: Stage | null, state?: StageState): AppState => ({
  ...runbookState,
  stages: {
    ...noStages,
    ...Object.fromEntries(
      stageNames
        .slice(0, open === null ? stageNames.length : stageNames.indexOf(open))
        .map((name) => [name, { kind: 'passed', evidence: '', at: 0 }]),
    ),
    ...(open === null || state === undefined ? {} : { [open]: state }),
  },
});

const shown = (text: string, app: AppState, ui: Ui = initialUi): string =>
  inKeys(text, { app, ui }, actionTable);

test.each([
  ['test', 'Test it first: nixup test', 'Test it first: m'],
  ['commit', 'Test it first: nixup test', 'Test it first: T'],
  ['deploy', 'Next: nixup deploy', 'Next: m'],
  ['verify', 'Next: nixup deploy', 'Next: D'],
  ['commit', 'go on (nixup deploy HOST)', 'go on (d)'],
  ['commit', 'kept: nixup revert --undo', 'kept: U in the view Lock'],
  ['verify', 'Look: nixup status. Then more.', 'Look: R. Then more.'],
  ['commit', 'first nixup test, then: nixup commit', 'first T, then: c'],
  ['commit', 'first nixup test · then: nixup commit.', 'first T · then: c.'],
] as const)('while %s is next the screen says "%s" as "%s"', (stage, text, said) => {
  expect(shown(text, at(stage))).toBe(said);
});

// Names, quotes and further words: no key does that, or none that is known to do just that.
test.each([
  'Next: nixup resume finish',
  'nixup update nixpkgs@abc',
  'nixup update nixpkgs',
  'nixup history 2026-11-23T06:00:00Z',
  'nixup diff HEAD~1 HEAD',
  "nixup deploy 'weird name'",
  'nixup deploy "p620"',
  '(nixup deploy p620 razer)',
  '(nixup deploy web db)',
  'Next: nixup deploy razer',
  'Next: nixup deploy razer.',
  'Test those first: nixup test p620 razer. More.',
  'accept it: nixup verify p620 --accept',
  'hold it: nixup hold musnix',
  'nixup hold INPUT',
  'nixup update INPUT',
  'back to the old one: nixup revert --all',
  'nixup revert nixpkgs --keep',
  'nixup rollback p620',
  'nixup rollback',
  'nixup rollback --lock --commit',
  'nixup test razer --build-on local',
  'nixup test --fresh',
  'nixup clean',
  'nixup check --json',
  'nixup commit --with notes.md',
  'nixup commit --push',
  'Look: nixup status to see it',
  'Next: nixup resume, when they are awake',
  'sudo nixup check',
  'NO_COLOR=1 nixup check',
  'cd /etc/nixos && nixup check',
  'nixup check-all',
  'the file nixup test.txt',
])('a command that no key is known to do stays: %s', (text) => {
  for (const stage of [...stageNames, null]) expect(shown(text, at(stage))).toBe(text);
});

describe('names of hosts stay unless the step has just those left', () => {
  const begun = (left: readonly string[]): StageState => ({
    kind: 'begun',
    hosts: ['samsung'],
    left,
    of: left.length + 1,
    evidence: '',
    at: noon,
  });
  test.each([
    ['test', ['p620', 'razer'], 'First: nixup test p620 razer', 'First: m'],
    ['test', ['p620', 'razer', 'p510'], 'First: nixup test p620 razer', null],
    ['test', ['p620'], 'First: nixup test p620 razer', null],
    // m does only what is left of it.
    ['test', ['p620'], 'First: nixup test', 'First: T'],
    ['deploy', ['razer'], 'Next: nixup deploy razer', 'Next: m'],
    ['deploy', ['razer'], 'Next: nixup deploy', 'Next: D'],
    ['deploy', ["it's"], "Next: nixup deploy 'it'\\''s'", 'Next: m'],
    ['verify', ['razer'], 'Next: nixup verify razer', 'Next: m'],
  ] as const)('%s, left %s: %s', (stage, left, text, said) => {
    expect(shown(text, at(stage, begun(left)))).toBe(said ?? text);
  });
});

describe('a filter or marks make a key do less than the command', () => {
  const filtered: Ui = {
    ...initialUi,
    lists: { ...initialUi.lists, fleet: { ...initialUi.lists.fleet, filter: 'razer' } },
  };
  const marked: Ui = {
    ...initialUi,
    lists: {
      ...initialUi.lists,
      fleet: { ...initialUi.lists.fleet, marks: ['razer'] },
      lock: { ...initialUi.lists.lock, marks: ['nixpkgs'] },
    },
  };
  test.each([
    'nixup test',
    'nixup deploy',
    'nixup verify',
    'nixup watch',
  ])('with a filter "%s" stays', (text) => {
    for (const stage of stageNames) expect(shown(text, at(stage), filtered)).toBe(text);
  });
  test('with marked hosts V, and with marked inputs u, are not named', () => {
    expect(shown('nixup verify', at('commit'), marked)).toBe('nixup verify');
    expect(shown('nixup update', at('commit'), marked)).toBe('nixup update');
    expect(shown('nixup verify', at('commit'))).toBe('V');
    expect(shown('nixup update', at('commit'))).toBe('u');
  });
});

test('holding what a search found is m where the test failed, for just those inputs', () => {
  const search: BisectProgress = {
    host: 'razer',
    hosts: ['razer'],
    what: 'it fails',
    inputs: ['musnix', 'nixpkgs'],
    probes: [],
    trying: null,
    suspects: ['musnix'],
    atMost: 0,
    builds: 2,
    outcome: { kind: 'found', inputs: ['musnix'], isExact: true },
  };
  const app = { ...at('test', { kind: 'failed', reason: 'x', at: noon }), searches: [search] };
  expect(shown('keep the rest: nixup hold musnix, then: nixup test', app)).toBe(
    'keep the rest: m, then: T',
  );
  expect(shown('nixup hold musnix nixpkgs', app)).toBe('nixup hold musnix nixpkgs');
  expect(shown('nixup hold musnix', { ...app, stages: noStages })).toBe('nixup hold musnix');
});

test('resume is m where hosts that slept wait and every step is closed', () => {
  const pending: AppState['pending'] = [
    { host: 'samsung', toplevel: systemPath('samsung', '4193'), lock: null, since: noon },
  ];
  const text = 'Next: nixup resume, when they are awake';
  expect(shown(text, { ...at(null), pending })).toBe('Next: m, when they are awake');
  expect(shown(text, { ...at('deploy'), pending })).toBe(text);
});

test('a key that the person moved is named as it is', () => {
  const table = actionTable.map((row) => (row.id === 'test-all' ? { ...row, keys: ['X'] } : row));
  expect(inKeys('First: nixup test', { app: at('commit'), ui: initialUi }, table)).toBe('First: X');
});
