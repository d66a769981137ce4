import { describe, expect, test } from 'vitest';
import { row } from '../../../source/model/board/board.ts';
import type { DeployTarget } from '../../../source/model/deploy/plan.ts';
import type { HostPreview } from '../../../source/model/deploy/preview.ts';
import { noImpact } from '../../../source/model/units/impact.ts';
import { type Line, widthOf } from '../../../source/model/words/line.ts';
import { confirmDeploy } from '../../../source/screen/dialogs/confirm-deploy.ts';
import { requiredFor } from '../../../source/screen/dialogs/confirmation-targets.ts';
import { type Confirmation, wantedText } from '../../../source/screen/overlay.ts';
import { confirmationLayout } from '../../../source/screen/reducer/confirmation-layout.ts';
import { isTyped, typeIntoOverlay } from '../../../source/screen/reducer/overlay.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { deployRest } from '../../../source/state/part-of-fleet.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const target = (host: string, more: Partial<DeployTarget> = {}): DeployTarget => ({
  host,
  from: '/nix/store/old',
  fromGeneration: 7,
  to: '/nix/store/new',
  policy: 'auto',
  commands: [],
  dirty: false,
  notes: [],
  ...more,
});

const repeats = {
  repeats: { kind: 'failed', words: 'failed with this system on 2026-11-20' },
} as const;

const dialogOf = (targets: readonly DeployTarget[]): Confirmation =>
  confirmDeploy({ mode: 'switch', targets, leftOut: [] }, runbookState, noon);

test.each([
  ['one host', [target('razer')], ''],
  ['several hosts: their count', [target('razer'), target('vault')], '2'],
  ['a protected host alone: its name', [target('router', { policy: 'protected' })], 'router'],
  [
    'all of them need their names: the names cover the whole',
    [target('router', { policy: 'protected' }), target('nas', repeats)],
    'router nas',
  ],
  [
    'others go with one that failed before: its name and the count',
    [target('p510'), target('nas', repeats), target('razer')],
    'nas 3',
  ],
  [
    'a step by hand comes first on one of two',
    [target('p510', { notes: ['unplug it'] }), target('razer')],
    'p510 2',
  ],
  ['one of two is restarted', [target('p510', { restart: 'planned' }), target('razer')], 'p510 2'],
] as const)('what is typed covers what is agreed to: %s', (_title, targets, wanted) => {
  expect(wantedText(requiredFor(targets))).toBe(wanted);
});

test('the name of one host agrees to no deploy of three, and the rest can be had without it', () => {
  const overlay = dialogOf([target('p510'), target('nas', repeats), target('razer')]);
  const agrees = (text: string): boolean => {
    const { overlay: after } = typeIntoOverlay({ ...initialUi, overlay }, text);
    return after?.kind === 'confirm' && isTyped(after);
  };
  expect(agrees('nas')).toBe(false);
  expect(agrees('3')).toBe(false);
  expect(agrees('nas 3')).toBe(true);
  expect(overlay.choices[2]).toEqual({
    label: 'without nas; asks again',
    wish: { kind: 'plan-deploy', hosts: ['p510', 'razer'] },
    guarded: false,
  });
});

test('a protected host can be left out as well, where others remain', () => {
  const router = target('router', { policy: 'protected' });
  const labels = (targets: readonly DeployTarget[]): readonly string[] =>
    dialogOf(targets).choices.map(({ label }) => label);
  expect(labels([router, target('razer')])).toContain('without router; asks again');
  expect(labels([router])).toEqual(['No', 'Deploy router']);
});

test('no choice is cut: they take as many rows as they need', () => {
  const dialog = dialogOf([
    target('p510'),
    target('nas', repeats),
    target('razer', { restart: 'offered' }),
  ]);
  for (const columns of [60, 80, 120]) {
    const rows = confirmationLayout(dialog, columns, 24).choices;
    expect(rows.flat()).toEqual(dialog.choices);
    for (const row of rows)
      expect(row.reduce((sum, { label }) => sum + widthOf(label) + 6, 0)).toBeLessThanOrEqual(
        columns - 6,
      );
  }
});

test('the plan for all names the hosts that failed their test; one for a chosen host does not', () => {
  const app: AppState = {
    ...runbookState,
    causes: [
      {
        id: 'x',
        class: 'builder-failed',
        step: 'build',
        hosts: ['razer'],
        what: 'x does not build',
        place: null,
        derivation: null,
        tail: [],
        remedies: [],
      },
    ],
  };
  const { ready, broken } = deployRest(app);
  expect(broken).toEqual(['razer']);
  const bodyOf = (hosts: readonly string[], of: 'chosen' | 'rest' = 'chosen'): string =>
    confirmDeploy(
      { mode: 'switch', targets: hosts.map((host) => target(host)), leftOut: [] },
      app,
      noon,
      { of },
    )
      .body.map(({ text }) => text)
      .join('\n');
  expect(bodyOf(ready)).toContain('not now: razer refused: its test failed');
  expect(bodyOf(ready.slice(1), 'rest')).toContain('not now: razer refused: its test failed');
  expect(bodyOf(ready.slice(1))).not.toContain('razer');
});

describe('before hosts are changed', () => {
  const asked = (app: AppState): string =>
    confirmDeploy({ mode: 'switch', targets: [target('p620')], leftOut: [] }, app, noon)
      .body.map(({ text }) => text)
      .join('\n');
  const withStages = (more: Partial<AppState['stages']>): AppState => ({
    ...runbookState,
    history: [],
    stages: { ...runbookState.stages, ...more },
  });

  test.each([
    [{ kind: 'todo' }, 'not checked: no check has run yet'],
    [{ kind: 'failed', reason: '1 failed: disk', at: noon }, 'the check failed: 1 failed: disk'],
    [{ kind: 'skipped', reason: '1 failed: disk' }, 'the check was closed: 1 failed: disk'],
    [{ kind: 'outdated', because: 'x' }, 'the check is outdated: x'],
  ] as const)('a check that was not done is told: %j', (check, words) => {
    expect(asked(withStages({ check }))).toContain(words);
  });

  test('changes that nobody looked at are told', () => {
    expect(asked(withStages({ review: { kind: 'todo' } }))).toMatch(
      /not reviewed: \d+ inputs? changed.*nobody looked at that/,
    );
    expect(
      asked(withStages({ review: { kind: 'passed', evidence: 'seen', at: noon } })),
    ).not.toContain('not reviewed: ');
  });
});

test('at 60 by 16 each of age, way back and who is left out has its row in sight, and stands whole above', () => {
  const dialog = confirmDeploy(
    {
      mode: 'switch',
      targets: [target('p620')],
      leftOut: [{ host: 'samsung', kind: 'pending', reason: 'asleep' }],
    },
    runbookState,
    noon,
  );
  const textOf = (lines: readonly Line[]): readonly string[] =>
    lines.map((line) => line.map(({ text }) => text).join(''));
  const layout = confirmationLayout(dialog, 60, 11);
  const pinned = textOf(layout.pinned);
  expect(pinned).toEqual([
    expect.stringMatching(/^Built and tested .* ago, exactly these paths\.$/),
    expect.stringMatching(/^way back: by itself until proven, then r; .*…$/),
    'not now: samsung pending: asleep',
  ]);
  expect(textOf(layout.body).join(' ')).toContain(
    'way back: by itself until proven, then r; what runs now stays known good',
  );
  expect(layout.bodyRows).toBeGreaterThanOrEqual(pinned.length);
  // With too few rows for that the first of them stay, and the rest scrolls.
  const low = confirmationLayout(dialog, 60, 7);
  expect(low.pinned.length).toBeLessThan(pinned.length);
  expect(textOf(low.body).join(' ')).toContain('not now: samsung pending: asleep');
});

test('age, way back and who is left out stay in sight, and commands fold, at 80 by 24', () => {
  const hosts = Array.from({ length: 9 }, (_, index) => `host${index}`);
  const dialog = confirmDeploy(
    {
      mode: 'switch',
      targets: hosts.map((host) =>
        target(host, { commands: [{ file: 'nix', args: ['copy', '--to', 'x'.repeat(90)] }] }),
      ),
      leftOut: [{ host: 'samsung', kind: 'pending', reason: 'asleep' }],
    },
    runbookState,
    noon,
  );
  const layout = confirmationLayout(dialog, 80, 17);
  const textOf = (lines: typeof layout.body): string =>
    lines.map((line) => line.map(({ text }) => text).join('')).join('\n');
  expect(textOf(layout.pinned)).toContain('way back: by itself until proven, then r');
  expect(textOf(layout.pinned)).toContain('not now: samsung pending: asleep');
  expect(layout.bodyRows).toBeGreaterThanOrEqual(layout.pinned.length);
  expect(textOf(layout.body)).toContain('9 commands will run, in this order; ^o shows them whole');
  expect(layout.body.every((line) => widthOf(line.map(({ text }) => text).join('')) <= 74)).toBe(
    true,
  );
  const whole = confirmationLayout({ ...dialog, isUnfolded: true }, 80, 17);
  expect(whole.overflow).toBeGreaterThanOrEqual(layout.overflow + 9);
});

test.each([
  ['continue', 'if one fails, the others go on'],
  ['stop', 'if one fails, hosts that were not begun stay as they are'],
  ['revert-wave', 'if one fails, those of its step go back, and no more are begun'],
] as const)('the dialog says in which order hosts are deployed, and with on_failure = %s what a failed one means', (onFailure, words) => {
  const targets = [target('nas'), target('p510', { policy: 'ask' }), target('razer')];
  const rollout = { waves: [['nas'], ['p510', 'razer', 'gone']], soakMs: 0 };
  const { body } = confirmDeploy(
    { mode: 'switch', targets, leftOut: [], rollout, onFailure },
    runbookState,
    noon,
  );
  const lines = body.map(({ text }) => text);
  expect(lines).toContain(`order: nas, then p510, razer; ${words}`);
  expect(lines.find((line) => line.startsWith('p510 '))).toMatch(/ {3}ask$/);
});

test('checks that failed and stop nothing are named before the hosts', () => {
  const board = [
    row({ id: 'git.unpushed', group: 'git', label: 'unpushed commits' }, 'red', '1 commit'),
    row({ id: 'git.branch', group: 'git', label: 'branch' }, 'green', 'main'),
  ];
  const said = (check: AppState['stages']['check']): string =>
    confirmDeploy(
      { mode: 'switch', targets: [target('p510')], leftOut: [] },
      { ...runbookState, board, stages: { ...runbookState.stages, check } },
      noon,
    )
      .body.map(({ text }) => text)
      .join('\n');
  const words = 'a check failed and stops nothing: unpushed commits, 1 commit';
  expect(said({ kind: 'partly', ending: 'partly', evidence: '', at: noon })).toContain(words);
  expect(said({ kind: 'passed', evidence: '', at: noon })).not.toContain(words);
});

const preview: HostPreview = {
  basis: 'exact',
  impact: {
    ...noImpact,
    restart: ['sshd.service', 'prometheus.service', 'grafana.service', 'loki.service'],
  },
  critical: ['prometheus.service', 'grafana.service', 'loki.service'],
  bootParts: ['kernel 6.18.14 → 6.18.24', 'initrd'],
  mustBoot: [],
  programs: [{ unit: 'grafana.service', name: 'grafana', from: '13.0.2', to: '14.0.0' }],
};

const textIn = (dialog: Confirmation, rows: number): readonly string[] => {
  const { body, bodyRows } = confirmationLayout(dialog, 80, rows);
  const seen = body.slice(0, bodyRows).map((line) => line.map(({ text }) => text).join(''));
  return seen.slice(seen.findIndex((text) => text.startsWith('p620 ')));
};

test('where not all of it has room, what matters of each host stands first, what is the same on all once', () => {
  const dialog = dialogOf([
    target('p620', { preview, policy: 'ask' }),
    target('razer', { preview: { ...preview, critical: [], bootParts: [], programs: [] } }),
    target('vault', {
      preview: { ...preview, impact: { ...noImpact, restart: ['sshd.service'] }, programs: [] },
      notes: ['unplug the disk'],
    }),
  ]);
  expect(textIn(dialog, 26).slice(0, 7)).toEqual([
    'p620   g7    ask · restarts 4 units, critical: prometheus, grafana and 1',
    '             more · needs a reboot · data of grafana not reversible',
    'razer  g7    restarts 4 units',
    'vault  g7    a step by hand comes first · restarts 1 unit, critical:',
    '             prometheus, grafana and 1 more · needs a reboot',
    'all 3: ssh may drop',
    '',
  ]);
  const roomy = textIn(dialog, 60).join('\n');
  expect(roomy).not.toContain('all 3');
  expect(roomy).not.toContain('in full');
  expect(roomy).toContain('grafana 13.0.2 → 14.0.0: data not reversible');
});

test('the short row of a host has the whole time of what happened before, and no reason', () => {
  const before = (time: string) => ({
    repeats: {
      kind: 'taken-back',
      words: `was taken back from this system on 2026-11-30 ${time} UTC: grafana.service failed`,
    } as const,
  });
  const texts = dialogOf([target('nas', before('11:40')), target('studio', before('11:43'))])
    .body.filter(({ isBrief }) => isBrief === true)
    .map(({ text }) => text);
  const [nas = '', studio = ''] = texts;
  expect(nas).toContain('on 2026-11-30 11:40 UTC');
  expect(studio).toContain('on 2026-11-30 11:43 UTC');
  expect(texts.join('\n')).not.toContain('grafana.service');
});
