import { expect, test } from 'vitest';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, noon, stateOf } from '../../fixtures/states.ts';
import { createFixture, type Fixture } from '../../support/fake-context.ts';

/** A deploy of a timer that is shown on this screen. */
const attached: AppState = {
  ...stateOf(fourHosts),
  run: { kind: 'active', id: 'r', goal: 'deploy', hosts: [], since: noon },
  active: {
    kind: 'here',
    id: 'r',
    goal: 'deploy',
    user: 'ada',
    machine: 'desk',
    pid: 42,
    since: noon,
    flake: null,
    lock: '/state/run.lock',
  },
};

const asked = (): Fixture => {
  const fixture = createFixture(attached);
  fixture.press('^c');
  fixture.pass(5_000);
  return fixture;
};

test('^c asks before it cancels the run of another nixup, and says what closing the screen does', async () => {
  const fixture = asked();
  const { overlay } = fixture.context.state().ui;
  expect(overlay).toMatchObject({ title: 'A deploy of ada@desk is shown here' });
  const said = overlay?.kind === 'confirm' ? JSON.stringify(overlay.body) : '';
  expect(said).toContain('Closing this screen leaves it running, as q does.');
  expect(said).toContain('A host whose activation has begun completes it.');
  fixture.press('enter');
  await fixture.settle();
  expect([fixture.left, fixture.calls, fixture.context.state().ui.overlay]).toEqual([[], [], null]);
});

test('its second choice closes the screen, and its third asks the run to stop', async () => {
  const closed = asked();
  closed.press('right', 'enter');
  expect([closed.left, closed.calls]).toEqual([[0], []]);
  const canceled = asked();
  canceled.press('right', 'right', 'enter');
  await canceled.settle();
  expect(canceled.left).toEqual([]);
  expect(canceled.calls).toEqual(['runs.ask cancel']);
  expect(canceled.toast()).toBe('asked ada@desk to stop; q leaves');
});

test('^c pressed twice leaves, and the run goes on', () => {
  const fixture = createFixture(attached);
  fixture.press('^c', '^c');
  expect(fixture.left).toEqual([130]);
  expect(fixture.calls.filter((call) => call.startsWith('ask'))).toEqual([]);
});

/** The answer to one ^c, and the question that it opened. */
const answerTo = (app: AppState): readonly [string, string | null] => {
  const fixture = createFixture(app);
  fixture.press('^c');
  const { overlay } = fixture.context.state().ui;
  return [fixture.toast(), overlay?.kind === 'confirm' ? overlay.title : null];
};

const unread: AppState = { ...attached, run: { kind: 'none' } };
const begun = { id: 'r', goal: 'deploy', startedAt: noon, hosts: [], ending: null } as const;

test('^c asks about the run of another nixup before its first event is read', () => {
  const app: AppState = { ...unread, history: [{ ...begun, open: 'active' }] };
  expect(answerTo(app)).toEqual(['', 'A deploy of ada@desk is shown here']);
});

test('^c names the run whose journal belongs to another user, and does not ask', () => {
  const [told, question] = answerTo(unread);
  expect([question, told]).toEqual([
    null,
    expect.stringMatching(/^ada@desk \(process 42\) runs deploy .*; \^c again leaves$/),
  ]);
});

test('^c says that nothing runs only once it is known', () => {
  const app: AppState = { ...unread, active: null };
  expect(answerTo({ ...app, olderRuns: null })[0]).toBe(
    'the flake is still being opened, and what runs on it is not known yet; ^c again leaves',
  );
  expect(answerTo({ ...app, olderRuns: 0 })[0]).toBe('nothing runs; ^c again leaves');
});
