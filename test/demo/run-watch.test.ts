import { expect, test } from 'vitest';
import { guiltyInput } from '../../source/demo/world.ts';
import { phaseOf, reportDocument, reportOf } from '../../source/model/watch/run-watch.ts';
import { openOn, openStage, type Stage } from '../support/play.ts';

const hour = 3_600_000;

const deployTo = async (stage: Stage, hosts: readonly string[]): Promise<void> => {
  const { engine } = stage;
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.hosts.survey({ probe: false, evaluate: true });
  engine.stages.passReview('person');
  await engine.build.test(hosts);
  const deployed = await engine.deploy.run(engine.deploy.plan(hosts, 'switch'));
  expect(deployed.exitCode).toBe(0);
};

test('the step does not end before the 24 hours, and says what is open', async () => {
  const stage = await openStage();
  const { engine, state, deployables, world } = stage;
  await deployTo(stage, ['p620', 'p510']);
  const result = await engine.health.watch(['p620', 'p510']);
  expect(result.exitCode).toBe(4);
  const { watch } = state().stages;
  expect(watch).toMatchObject({ kind: 'begun', of: deployables().length });
  expect(watch.kind === 'begun' ? watch.left : []).toEqual(
    expect.arrayContaining(['p510', 'p620']),
  );
  expect(watch.kind === 'begun' ? watch.evidence : '').toMatch(
    /the watch of p620, p510 ends 2026-11-24 \d\d:\d\d UTC/,
  );
  const [open] = state().watches;
  if (open === undefined) throw new Error('no watch is open');
  expect(open.hosts.map(({ host }) => host).toSorted()).toEqual(['p510', 'p620']);
  expect(phaseOf(open, world.clock.now())).toMatchObject({ kind: 'running' });
});

test('24 hours later nixup is opened again: the report is complete, with nothing run in between', async () => {
  const first = await openStage();
  await deployTo(first, ['p620', 'p510']);
  await first.engine.close();
  await first.world.clock.sleep(30 * hour);

  const { engine, state, world } = await openOn(first.world);
  const [due] = state().watches;
  if (due === undefined) throw new Error('the watch is not shown');
  expect(phaseOf(due, world.clock.now()).kind).toBe('due');
  await engine.health.reportDue();

  const [watch] = state().watches;
  if (watch === undefined) throw new Error('the report is not there');
  expect(phaseOf(watch, world.clock.now()).kind).toBe('reported');
  // It was changed in the days before as well, so fewer of them can be compared.
  expect(reportOf(watch, 'p510')).toMatchObject({ verdict: 'early', isFinal: true });
  expect(reportOf(watch, 'p510')?.lines.join()).toMatch(
    /CPU is above every one of the \d days before/,
  );
  expect(reportOf(watch, 'p620')).toMatchObject({ isFinal: true });
  // Never longer than the 24 hours, whenever it is asked.
  const window = state().hosts['p510']?.watch?.window;
  expect((window?.to ?? 0) - (window?.from ?? 0)).toBe(23.75 * hour);
  expect(reportDocument(watch, world.clock.now())).toMatchObject({
    isOver: true,
    verdict: 'early',
  });
});

test('a report that is complete stays when the server has lost what it was made of', async () => {
  const stage = await openStage();
  await deployTo(stage, ['p510']);
  await stage.world.clock.sleep(30 * hour);
  await stage.engine.health.reportDue();
  const before = stage.state().watches[0]?.reports;
  expect(before).toHaveLength(1);
  const again = await openOn(stage.world);
  expect(again.state().watches[0]?.reports).toEqual(before);
});

test('a person signs each host, and takes it back', async () => {
  const stage = await openStage();
  await deployTo(stage, ['p620', 'p510']);
  const { engine, state } = stage;
  const run = state().watches[0]?.run ?? '';
  expect(await engine.health.signOff(run, 'p620', [])).toBe(true);
  await engine.health.signOff(run, 'p510', [{ area: 'desktop', text: 'no sound' }]);
  const reopened = await openOn(stage.world);
  expect(reopened.state().watches[0]?.signOffs).toEqual([
    expect.objectContaining({ host: 'p620', trouble: [] }),
    expect.objectContaining({ host: 'p510', trouble: [{ area: 'desktop', text: 'no sound' }] }),
  ]);
  await reopened.engine.health.signOff(run, 'p510', null);
  expect(reopened.state().watches[0]?.signOffs.map(({ host }) => host)).toEqual(['p620']);
});

test('a host that the deploy took back stands in the report, and is not watched', async () => {
  const { engine, state, world } = await openStage();
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.hosts.survey({ probe: false, evaluate: true });
  engine.stages.passReview('person');
  await engine.build.test(['p620', 'nas']);
  await engine.deploy.run(engine.deploy.plan(['p620', 'nas'], 'switch'));
  const [watch] = state().watches;
  if (watch === undefined) throw new Error('no watch is open');
  expect(watch.hosts.map(({ host }) => host)).toEqual(['p620']);
  expect(watch.wentBack?.map(({ host }) => host)).toEqual(['nas']);
  expect(reportDocument(watch, world.clock.now()).wentBack).toMatchObject([{ host: 'nas' }]);
});
