import { expect, test } from 'vitest';
import { followCauseMenus, followInterruption } from '../../../source/commands/tui/followers.ts';
import type { BisectProgress } from '../../../source/model/causes/bisect.ts';
import { searchMenu } from '../../../source/screen/dialogs/menu-cause.ts';
import type { InterruptedRun } from '../../../source/state/run.ts';
import { createAppStore } from '../../../source/store.ts';
import { factsOf, fourHosts, hostOf, noon, stateOf, systemPath } from '../../fixtures/states.ts';

const run: InterruptedRun = {
  id: 'run1',
  goal: 'deploy',
  startedAt: noon - 600_000,
  lastEventAt: noon - 300_000,
  hosts: ['p620', 'samsung'],
  mode: 'switch',
  targets: { p620: systemPath('p620', '4193'), samsung: systemPath('samsung', '4193') },
  origins: { p620: systemPath('p620', '3980'), samsung: systemPath('samsung', '3980') },
  restarts: [],
  openDeeds: [{ host: 'p620', deed: 'activate', from: null, to: null, at: noon - 300_000 }],
  finishedHosts: [],
};

const noteOf = (store: ReturnType<typeof createAppStore>): string => {
  const { overlay } = store.getState().ui;
  return overlay?.kind === 'menu' ? overlay.note.map(({ text }) => text).join('\n') : 'no menu';
};

test('an interrupted run is explained with what is true now and the three ways on', () => {
  const store = createAppStore();
  const stop = followInterruption(store, () => noon);
  store.setState(({ ui }) => ({ app: stateOf(fourHosts, { interrupted: run }), ui }));
  expect(store.getState().ui.overlay).toMatchObject({
    title: 'A deploy was interrupted',
    careful: true,
    items: [{ id: 'leave' }, { id: 'finish' }, { id: 'rollback' }],
  });
  expect(noteOf(store)).toContain('Started, result unknown: activate on p620.');
  expect(noteOf(store)).toContain('p620   runs the system that it had before');
  expect(noteOf(store)).toContain('samsung   not asked yet, or it does not answer');
  stop();
});

test('what it says of a host follows the next answer', () => {
  const store = createAppStore();
  const stop = followInterruption(store, () => noon);
  store.setState(({ ui }) => ({ app: stateOf(fourHosts, { interrupted: run }), ui }));
  const path = systemPath('p620', '4193');
  const moved = hostOf('p620', { facts: factsOf('p620', { current: path }) });
  store.setState(({ ui }) => ({ app: stateOf([moved], { interrupted: run }), ui }));
  expect(noteOf(store)).toContain('p620   runs the new system, but does not boot it yet');
  stop();
});

test('once put away it does not come back by itself', () => {
  const store = createAppStore();
  const stop = followInterruption(store, () => noon);
  store.setState(({ ui }) => ({ app: stateOf(fourHosts, { interrupted: run }), ui }));
  store.dispatchUi({ type: 'backed' });
  store.setState(({ ui }) => ({ app: stateOf([], { interrupted: run }), ui }));
  expect(store.getState().ui.overlay).toBeNull();
  stop();
});

const search: BisectProgress = {
  host: 'p620',
  hosts: ['p620'],
  what: 'widget does not build',
  inputs: ['nixpkgs', 'stylix'],
  probes: [],
  trying: [],
  suspects: ['nixpkgs', 'stylix'],
  atMost: 2,
  builds: 1,
  outcome: { kind: 'searching' },
};

test('a menu that is open while a search ends offers what was found', () => {
  const store = createAppStore();
  const app = stateOf(fourHosts, {
    searches: [search],
    run: { kind: 'active', id: 'r', goal: 'bisect', hosts: ['p620'], since: noon },
  });
  store.setState(({ ui }) => ({ app, ui }));
  const stop = followCauseMenus(store, () => noon);
  store.dispatchUi({ type: 'opened', overlay: searchMenu(app, search, noon) });
  const found: BisectProgress = {
    ...search,
    trying: null,
    outcome: { kind: 'found', inputs: ['nixpkgs'], isExact: true },
  };
  store.setState(({ ui }) => ({ app: { ...app, searches: [found] }, ui }));
  expect(store.getState().ui.overlay).toMatchObject({
    items: [{ id: 'hold-found', refused: 'something is running; : cancel cancels it' }],
  });
  store.setState(({ ui }) => ({
    app: { ...app, searches: [found], run: { kind: 'none' } },
    ui,
  }));
  expect(store.getState().ui.overlay).toMatchObject({
    items: [{ id: 'hold-found', label: 'hold nixpkgs', refused: null }],
  });
  stop();
});
