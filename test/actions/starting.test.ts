import { expect, test } from 'vitest';
import { actionTable } from '../../source/actions/table.ts';
import { viewNames } from '../../source/screen/ui.ts';
import { initialState } from '../../source/state/state.ts';
import { runbookState } from '../fixtures/states.ts';
import { createFixture } from '../support/fake-context.ts';

const isStillReading = /still (being )?read|as soon as the hosts are read/;

/** The state at several moments of the start; the last is that of a start that took long over past runs. */
const moments = [
  ['the first frame', initialState],
  ['the flake is found', { ...initialState, flakePath: '/flake' }],
  [
    'git and lock are read',
    { ...initialState, flakePath: '/flake', git: runbookState.git, lock: runbookState.lock },
  ],
  ['the hosts are listed', { ...initialState, fleet: { kind: 'listing' } }],
  ['everything is known', runbookState],
] as const;

test.each(moments)('no action reaches the engine before it is open: %s', async (_when, app) => {
  for (const view of viewNames)
    for (const row of actionTable) {
      const fixture = createFixture(app, undefined, 'closed');
      fixture.context.ui({ type: 'showed', screen: { kind: 'view', view } });
      const asked = { count: 0 };
      const { engine } = fixture.context;
      const context = {
        ...fixture.context,
        engine: () => {
          asked.count += 1;
          return engine();
        },
      };
      // By the key, and by what the palette and menus do, which ask for the reason before.
      for (const key of row.keys) fixture.press(key, key, 'escape');
      fixture.context.ui({ type: 'showed', screen: { kind: 'view', view } });
      row.perform(context);
      await fixture.settle();
      const name = `${row.id} in ${view}`;
      expect(
        fixture.calls.filter((call) => !/^(copy|repaint|edit|pager|editor|open)\b/.test(call)),
        name,
      ).toEqual([]);
      if (asked.count > 0) expect(fixture.toast(), name).toMatch(isStillReading);
    }
});

test.each([
  'R',
  'u',
  'C',
  'm',
  'c',
  'p',
  'T',
  't',
  'd',
  'D',
  'V',
  'w',
  'A',
  'r',
])('%s in the first moment is answered in words', (key) => {
  const fixture = createFixture(initialState, undefined, 'closed');
  fixture.press(key);
  expect(fixture.toast()).toMatch(isStillReading);
  expect(fixture.toast()).not.toMatch(/repository|no flake.lock/);
  expect(fixture.context.state().ui.overlay).toBeNull();
});

test.each(['x', 'U', 'H', '='])('%s in the lock does not judge what was not read', (key) => {
  const fixture = createFixture(initialState, undefined, 'closed');
  fixture.press('2', key);
  expect(fixture.toast()).toMatch(isStillReading);
});

test('the same key works as soon as the flake is open', async () => {
  const fixture = createFixture(runbookState, undefined, 'closed');
  fixture.press('R');
  expect(fixture.toast()).toMatch(isStillReading);
  expect(fixture.calls).toEqual([]);
  fixture.open();
  fixture.press('R');
  await fixture.settle();
  expect(fixture.calls).toEqual(['refresh']);
});
