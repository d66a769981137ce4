import { expect, test } from 'vitest';
import { confirmResume } from '../../source/screen/dialogs/confirm-back.ts';
import { doneSince, doneSinceWords } from '../../source/state/done-since.ts';
import type { DoneSince, InterruptedRun } from '../../source/state/run.ts';
import { initialState } from '../../source/state/state.ts';

const later: DoneSince = {
  host: 'p620',
  run: '20261130-000000-bbbbbb',
  deed: 'deploy',
  toplevel: '/nix/store/0-new',
  commit: 'c'.repeat(40),
};

const cut = (since: readonly DoneSince[]): InterruptedRun => ({
  id: '20261129-000000-aaaaaa',
  goal: 'run',
  startedAt: 1,
  lastEventAt: 2,
  hosts: ['p620', 'razer'],
  mode: 'switch',
  targets: { p620: '/nix/store/0-new', razer: '/nix/store/1-new' },
  origins: { p620: '/nix/store/0-old', razer: '/nix/store/1-old' },
  restarts: [],
  openDeeds: [],
  finishedHosts: [],
  since,
});

test('a host that a later run deployed is named before an older run takes it back', () => {
  expect(doneSince(cut([later]), 'rollback')).toEqual([later]);
  // It runs what it was to get.
  expect(doneSince(cut([later]), 'finish')).toEqual([]);
  const other = { ...later, toplevel: '/nix/store/9-newer' };
  expect(doneSince(cut([other]), 'finish')).toEqual([other]);
  expect(doneSince(cut([other]), 'leave')).toEqual([]);
});

test('what later runs did is told once for each of them', () => {
  const back = { ...later, host: 'razer', run: 'other', deed: 'rollback', commit: null } as const;
  expect(doneSinceWords(cut([later, back]))).toEqual([
    'p620 was deployed since by the run 20261130-000000-bbbbbb, which committed that as cccccccccccc.',
    'razer was rolled back since by the run other.',
  ]);
  expect(doneSinceWords(cut([later, { ...later, host: 'razer' }]))[0]).toMatch(
    /^p620, razer were deployed since by the run /,
  );
});

test('on the screen the name of such a host is typed', () => {
  const app = { ...initialState, interrupted: cut([later]) };
  expect(confirmResume('rollback', app, [], 3)?.required).toMatchObject({ names: ['p620'] });
  expect(confirmResume('finish', app, [], 3)).toBeNull();
  // What goes back after the hosts is asked for, as by the rollback itself.
  const alsoBack = { hosts: ['p620'], lock: true, commit: true, push: true };
  const withFiles = { ...app, interrupted: { ...cut([]), alsoBack } };
  expect(confirmResume('finish', withFiles, [], 3)?.body.map(({ text }) => text)).toContain(
    'then nixup takes lock and commit back and pushes',
  );
});
