import { expect, test } from 'vitest';
import { guiltyInput } from '../../source/demo/world.ts';
import { guiltyInputs } from '../../source/model/causes/bisect.ts';
import type { AppEvent } from '../../source/state/events.ts';
import type { RunResult } from '../../source/state/run.ts';
import { openStage, type Stage, today } from '../support/play.ts';

const statuses = (result: RunResult): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(result.hosts).map(([host, { status }]) => [host, status]));

const deeds = (events: readonly AppEvent[], host: string): readonly string[] =>
  events.flatMap((event) => (event.type === 'intended' && event.host === host ? [event.deed] : []));

/** The runbook as a person walks it, up to the deploy. */
const updateAndMend = async ({ engine, deployables }: Stage): Promise<RunResult> => {
  await engine.lock.update('all');
  engine.stages.passReview('person');
  await engine.build.test(deployables());
  await engine.lock.revert([guiltyInput]);
  await engine.hosts.survey({ probe: false, evaluate: true });
  engine.stages.passReview('person');
  return await engine.build.test(deployables());
};

test('the whole runbook, each fate on its way', async () => {
  const stage = await openStage();
  const { engine, state, events, world, deployables } = stage;

  expect(deployables()).toEqual([
    'nas',
    'p510',
    'p620',
    'razer',
    'router',
    'samsung',
    'studio',
    'vault',
  ]);
  expect(state().hosts['installer']?.entry.role.kind).toBe('left-out');
  expect(state().hosts['pi4']?.entry.role.kind).toBe('left-out');

  await engine.check();
  expect(state().stages.check.kind).toBe('passed');
  const red = state().board.filter((row) => row.state === 'red');
  expect(red).toEqual([]);
  expect(state().board.find(({ id }) => id === 'hosts.samsung')).toMatchObject({
    state: 'warning',
    evidence: expect.stringContaining('samsung'),
  });

  const updated = await engine.lock.update('all');
  expect(updated).toMatchObject({ ok: true });
  const { lock } = state();
  const moved = lock.kind === 'read' ? lock.changes.map(({ path }) => path) : [];
  expect(moved).toContain('nixpkgs');
  // Held by the config.
  expect(moved).not.toContain('nixpkgs-stable');
  engine.stages.passReview('person');

  const tested = await engine.build.test(deployables());
  expect(tested).toMatchObject({ ok: false, exitCode: 1, build: { failed: 1 } });
  expect(statuses(tested)).toMatchObject({ studio: 'failed', razer: 'succeeded' });
  expect(tested.hosts['studio']?.reason).toContain('linux-rt-6.18.24');

  expect(await engine.lock.revert([guiltyInput])).toMatchObject({ ok: true });
  await engine.hosts.survey({ probe: false, evaluate: true });
  engine.stages.passReview('person');
  expect(await engine.build.test(deployables())).toMatchObject({ ok: true, build: { failed: 0 } });

  const plan = engine.deploy.plan(deployables(), 'switch');
  expect(plan.leftOut.map(({ host, kind }) => [host, kind])).toEqual([
    ['router', 'unchanged'],
    ['samsung', 'pending'],
  ]);
  const deployed = await engine.deploy.run(plan);
  expect(statuses(deployed)).toEqual({
    nas: 'rolledBack',
    p510: 'succeeded',
    p620: 'succeeded',
    razer: 'succeeded',
    router: 'unchanged',
    samsung: 'pending',
    studio: 'succeeded',
    vault: 'succeeded',
  });
  expect(deeds(events, 'razer')).toEqual(['copy', 'activate', 'persist']);
  expect(deeds(events, 'nas')).toEqual(['copy', 'activate', 'rollback']);
  expect(state().hosts['razer']?.facts).toMatchObject({ rebootNeeded: true });
  expect(state().hosts['p620']?.facts?.current).toBe(deployed.hosts['p620']?.to);

  const verified = await engine.health.verify(deployables());
  expect(verified).toMatchObject({ exitCode: 4 });
  // Its unit failed before as well: no news.
  expect(statuses(verified)).toMatchObject({ p510: 'unchanged', nas: 'unchanged' });

  const commit = await engine.commit.plan();
  expect(commit.obstacle).toBeNull();
  expect(commit.message).toContain('1,204 commits');
  expect(commit.message).toContain('samsung');
  expect(await engine.commit.run(commit)).toMatchObject({ ok: true });
  expect(state().git?.dirty).toEqual([]);
  expect(await engine.commit.push()).toMatchObject({ ok: true });
  expect(state().git?.ahead).toBe(0);

  const back = await engine.rollback.run(engine.rollback.plan(['p620'], { kind: 'recorded' }));
  expect(statuses(back)).toEqual({ p620: 'succeeded' });
  expect(back.hosts['p620']?.to).toBe(deployed.hosts['p620']?.from);

  await engine.close();
  // By its own clock the runbook takes about a minute and a half.
  expect(world.clock.now() - today).toBeGreaterThan(40_000);
  expect(world.clock.now() - today).toBeLessThan(110_000);
});

test('two plays are the same, event by event', async () => {
  const play = async (): Promise<readonly string[]> => {
    const stage = await openStage();
    await updateAndMend(stage);
    await stage.engine.deploy.run(stage.engine.deploy.plan(['vault'], 'switch'));
    await stage.engine.close();
    return stage.events
      .filter(({ type }) => !['progress', 'logged', 'builder-logged', 'command-ran'].includes(type))
      .map((event) => JSON.stringify(event));
  };
  expect(await play()).toEqual(await play());
});

test('nothing is touched but the memory of the demo', async () => {
  const { world } = await openStage();
  expect(world.isDemo).toBe(true);
  for (const folder of Object.values(world.folders))
    expect(folder).toMatch(/^\/(?:home\/ada|run)(?:\/|$)/);
});

test('a fleet of any size is listed, each host with its own name and state', async () => {
  const { state } = await openStage({ hosts: 120 });
  const hosts = Object.values(state().hosts);
  expect(hosts).toHaveLength(120);
  const machines = hosts.flatMap(({ facts }) => facts?.machineId ?? []);
  expect(machines.length).toBeGreaterThan(100);
  expect(new Set(machines).size).toBe(machines.length);
});

test('the bisection finds the input, and holding it makes every host pass', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(deployables());
  expect(await engine.build.bisect()).toMatchObject({ ok: true });
  expect(guiltyInputs(state().searches)).toEqual([guiltyInput]);
  expect(
    await engine.lock.hold([guiltyInput], { reason: 'does not build', until: null }),
  ).toMatchObject({ ok: true });
  const { lock } = state();
  const moved = lock.kind === 'read' ? lock.changes.map(({ path }) => path) : [];
  expect(moved).not.toContain(guiltyInput);
  expect(moved).toContain('nixpkgs');
  expect(await engine.build.test(deployables())).toMatchObject({ ok: true, build: { failed: 0 } });
});
