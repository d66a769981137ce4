import { expect, test } from 'vitest';
import { viewNames } from '../../source/screen/ui.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import { shownFleet, toRemember } from '../../source/state/remembered.ts';
import { type AppState, initialState } from '../../source/state/state.ts';
import { entryOf, expectedOf, factsOf, noon, runbookState } from '../fixtures/states.ts';
import { createFixture } from '../support/fake-context.ts';

const hour = 3_600_000;

/** The screen shows every host as it was five hours ago: built, to be deployed, with a pushed branch. */
const opened: AppState = {
  ...initialState,
  remembered: toRemember(runbookState, { flake: '/flake', head: null, at: noon - 5 * hour }),
};

const flakeRead: AppState = {
  ...opened,
  flakePath: '/flake',
  git: runbookState.git,
  lock: runbookState.lock,
  fleet: { kind: 'listing' },
};

const names = ['p620', 'razer', 'p510', 'samsung'];

const asked = names.reduce(
  (state, host) => reduce(state, { type: 'host-probing', at: noon, host }),
  reduce(flakeRead, { type: 'fleet-listed', at: noon, hosts: names.map((name) => entryOf(name)) }),
);

const stillRead = /still (?:being )?(?:read|asked)|as soon as the hosts are read/;

test('the fleet shows the hosts from the first moment on, and the cursor moves among them', () => {
  const fixture = createFixture(opened, undefined, 'closed');
  expect(shownFleet(opened).names).toEqual(names);
  fixture.press('j', 'j');
  expect(fixture.context.state().ui.lists.fleet.cursor).toBe('p510');
  fixture.press('enter');
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'host', host: 'p510', tab: 'facts' });
});

test.each([
  'd',
  'D',
  'r',
  't',
  'T',
  'c',
  'p',
  'm',
  'V',
  'A',
  'w',
  'u',
])('%s before the flake is read says so, and does nothing by what is remembered', async (key) => {
  const fixture = createFixture(opened, undefined, 'closed');
  fixture.press(key, key, key);
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toMatch(stillRead);
  expect(fixture.context.state().ui.overlay).toBeNull();
});

test.each([
  'd',
  'D',
  't',
  'T',
  'V',
  'A',
])('%s before the hosts are listed waits for them or says so, whatever is remembered', async (key) => {
  const fixture = createFixture(flakeRead);
  fixture.press(key);
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toMatch(stillRead);
});

test.each(['d', 'A'])('%s on a host that has not answered yet says so', async (key) => {
  const fixture = createFixture(asked);
  fixture.press(key);
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toContain('p620 is still being asked; press it again in a moment');
});

test('d on marked hosts names those that have not answered yet', async () => {
  const answered = reduce(asked, {
    type: 'host-probed',
    at: noon,
    host: 'p620',
    facts: factsOf('p620'),
  });
  const fixture = createFixture(answered);
  fixture.press('a', 'd');
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toContain('razer, p510, samsung are still being asked');
});

test('d on a host whose system is being evaluated says so', async () => {
  const evaluating = reduce(
    reduce(asked, { type: 'host-probed', at: noon, host: 'p620', facts: factsOf('p620') }),
    { type: 'host-expected', at: noon, host: 'p620', expectation: { kind: 'evaluating' } },
  );
  const fixture = createFixture(evaluating);
  fixture.press('d');
  await fixture.settle();
  expect(fixture.calls).toEqual([]);
  expect(fixture.toast()).toContain('p620 is still being asked');
});

test('d works as soon as the host has answered and is evaluated', async () => {
  const known = reduce(
    reduce(asked, { type: 'host-probed', at: noon, host: 'p620', facts: factsOf('p620') }),
    {
      type: 'host-expected',
      at: noon,
      host: 'p620',
      expectation: expectedOf('p620', '4193', noon),
    },
  );
  const fixture = createFixture(known);
  fixture.press('d');
  await fixture.settle();
  expect(fixture.toast() ?? '').not.toMatch(stillRead);
  expect([fixture.calls, fixture.context.state().ui.overlay]).not.toEqual([[], null]);
});

test('every view can be shown while hosts are only remembered', () => {
  for (const state of [opened, flakeRead, asked])
    for (const view of viewNames) {
      const fixture = createFixture(state, undefined, 'closed');
      fixture.context.ui({ type: 'showed', screen: { kind: 'view', view } });
      fixture.press('j', 'G', 'g', 'enter', 'escape');
    }
});
