import { expect, test } from 'vitest';
import type { DeployTarget } from '../../../source/model/deploy/plan.ts';
import { widthOf } from '../../../source/model/words/line.ts';
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
