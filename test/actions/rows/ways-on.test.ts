import { expect, test } from 'vitest';
import { waysOn } from '../../../source/actions/rows/ways-on.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import { type StageName, stageNames } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';

const failedAt = (stage: StageName): AppState => {
  const before = stageNames.slice(0, stageNames.indexOf(stage));
  return {
    ...runbookState,
    stages: {
      ...runbookState.stages,
      ...Object.fromEntries(
        before.map((name) => [name, { kind: 'passed', evidence: 'seen', at: noon }]),
      ),
      [stage]: { kind: 'failed', reason: 'razer: mesa does not build', at: noon },
    },
  };
};

const itemsOf = (fixture: ReturnType<typeof createFixture>): readonly string[] => {
  const { overlay } = fixture.context.state().ui;
  return overlay?.kind === 'menu' ? overlay.items.map(({ label }) => label) : [];
};

test('m says why a step failed, and pressed again offers the ways on instead of doing it again', () => {
  const fixture = createFixture(failedAt('test'));
  fixture.press('m');
  expect(fixture.toast()).toContain('razer: mesa does not build');
  fixture.press('m');
  expect(fixture.calls).toEqual([]);
  expect(itemsOf(fixture)).toEqual([
    'open the file',
    'bisect',
    'hold',
    'test all',
    'show trace',
    'test without caches',
    'continue',
  ]);
});

test('a way that is closed now says why, and the cursor stands on one that is open', () => {
  const fixture = createFixture(failedAt('test'));
  fixture.press('m', 'm');
  const { overlay } = fixture.context.state().ui;
  if (overlay?.kind !== 'menu') throw new Error('no menu');
  expect(overlay.items.find(({ id }) => id === 'bisect')?.refused).toBe(
    'the last test found no failure',
  );
  expect(overlay.cursor).toBe('test-all');
});

test('after a test the menu names each cause with its hosts', () => {
  const cause: TestCause = {
    id: 'x',
    class: 'builder-failed',
    step: 'build',
    hosts: ['razer', 'p620'],
    what: 'mesa does not build',
    place: null,
    derivation: null,
    tail: [],
    remedies: [],
  };
  const fixture = createFixture({ ...failedAt('test'), causes: [cause] });
  fixture.press('m', 'm');
  expect(fixture.context.state().ui.overlay).toMatchObject({
    kind: 'menu',
    note: [{ tone: 'bad' }, { text: 'razer, p620: mesa does not build' }],
  });
});

test('a way of the menu does what its key does', async () => {
  const fixture = createFixture(failedAt('verify'));
  fixture.press('m', 'm');
  fixture.pass(600);
  fixture.press('enter');
  await fixture.settle();
  expect(fixture.calls).toEqual(['health.verify ["p620","razer","p510","samsung"]']);
  expect(fixture.context.state().ui.overlay).toBeNull();
});

test('going on without a step is told to the engine, for that step', () => {
  const fixture = createFixture(failedAt('deploy'));
  fixture.press('m', 'm');
  fixture.pass(600);
  fixture.press('down', 'down', 'down', 'down', 'down', 'enter');
  expect(fixture.calls).toEqual(['stages.skip deploy']);
});

test('where no host can be reached m does the deploy step, which ends it, and asks nothing', async () => {
  const { stages } = failedAt('deploy');
  const fixture = createFixture({
    ...runbookState,
    stages: { ...stages, deploy: { kind: 'todo' } },
  });
  const engine = fixture.context.engine();
  if (engine === undefined) throw new Error('no engine');
  engine.deploy.plan = (hosts, mode) => ({
    mode,
    targets: [],
    leftOut: hosts.map((host) => ({ host, kind: 'pending', reason: 'asleep' })),
  });
  fixture.press('m', 'm');
  await fixture.settle();
  expect(fixture.calls).toEqual(['deploy.run']);
});

test('where no host is there to deploy to m offers the ways on', async () => {
  const { stages } = failedAt('deploy');
  const fixture = createFixture({
    ...runbookState,
    stages: { ...stages, deploy: { kind: 'todo' } },
  });
  const engine = fixture.context.engine();
  if (engine === undefined) throw new Error('no engine');
  engine.deploy.plan = (_hosts, mode) => ({ mode, targets: [], leftOut: [] });
  fixture.press('m', 'm');
  expect(itemsOf(fixture)).toEqual([
    'log',
    'deploy all',
    'refresh',
    'rollback',
    'commit',
    'continue',
  ]);
});

test('the letter of an action takes its row where the key alone would mean nothing', async () => {
  const fixture = createFixture(failedAt('update'));
  fixture.press('m', 'm');
  fixture.context.ui({ type: 'showed', screen: { kind: 'view', view: 'fleet' } });
  fixture.context.ui({ type: 'opened', overlay: waysOn(fixture.context, 'update', 'no network') });
  fixture.pass(600);
  fixture.press('U');
  await fixture.settle();
  expect(fixture.calls).toEqual(['lock.restore "undo"']);
});

test('without the test of all, m deploys the hosts that were built', async () => {
  const { stages } = failedAt('deploy');
  const fixture = createFixture({
    ...runbookState,
    stages: {
      ...stages,
      test: { kind: 'skipped', reason: 'samsung was not evaluated' },
      deploy: { kind: 'todo' },
    },
  });
  fixture.press('m', 'm');
  await fixture.settle();
  expect(fixture.context.state().ui.overlay).toMatchObject({
    kind: 'confirm',
    title: 'Deploy to 2 hosts',
  });
});

test('the last step compares with the state before the deploy', async () => {
  const { stages } = failedAt('watch');
  const fixture = createFixture({
    ...runbookState,
    stages: { ...stages, watch: { kind: 'todo' } },
  });
  fixture.press('m', 'm');
  await fixture.settle();
  expect(fixture.calls).toEqual(['health.watch ["p620","razer","p510","samsung"]']);
});

test('a key that a row of the menu names takes that row', async () => {
  const fixture = createFixture(failedAt('verify'));
  fixture.press('m', 'm');
  // Within the first half second it does nothing, as Enter.
  fixture.press('V');
  expect(fixture.calls).toEqual([]);
  fixture.pass(600);
  fixture.press('V');
  await fixture.settle();
  expect(fixture.calls).toEqual(['health.verify ["p620","razer","p510","samsung"]']);
  expect(fixture.context.state().ui.overlay).toBeNull();
});
