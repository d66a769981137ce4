import { expect, test } from 'vitest';
import { guiltyInput } from '../../source/demo/world.ts';
import {
  phaseOf,
  reportDocument,
  reportLines,
  reportOf,
} from '../../source/model/watch/run-watch.ts';
import { successCriteria } from '../../source/screen/rows/success-criteria.ts';
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

test('hosts that a person rolled back stand in the report, also where nothing is left to watch', async () => {
  const stage = await openStage();
  const { engine, state, world } = stage;
  await deployTo(stage, ['p620', 'p510']);
  const run = state().watches[0]?.run;
  const back = (host: string) =>
    engine.rollback.run(engine.rollback.plan([host], { kind: 'recorded' }));
  expect((await back('p620')).exitCode).toBe(0);
  await engine.health.watch(['p510', 'p620']);
  const [watch] = state().watches;
  if (watch === undefined) throw new Error('no watch is open');
  expect(watch.hosts.map(({ host }) => host)).toEqual(['p510']);
  expect(watch.wentBack).toMatchObject([{ host: 'p620', isByHand: true }]);
  const { watch: step } = state().stages;
  expect('evidence' in step ? step.evidence : '').toMatch(/the watch of p510 ends /);
  expect((await back('p510')).exitCode).toBe(0);
  const [over] = state().watches;
  if (over === undefined) throw new Error('the watch is gone');
  expect(reportDocument(over, world.clock.now())).toMatchObject({
    run,
    isOver: true,
    hosts: [],
    wentBack: [
      { host: 'p510', isByHand: true },
      { host: 'p620', isByHand: true },
    ],
  });
  expect(reportLines(over, world.clock.now()).map(({ text }) => text)).toEqual([
    `Watch of the run ${run}`,
    'no host of it is watched any more',
    expect.stringMatching(/^p510: rolled back by hand \S+ \S+ UTC, so it is not watched$/),
    expect.stringMatching(/^p620: rolled back by hand /),
  ]);
  expect(successCriteria(state(), world.clock.now()).at(-1)).toMatchObject({
    id: 'watched',
    state: 'open',
    evidence: 'no host of it is watched any more; rolled back by hand, not watched: p510, p620',
  });
});

test('services that still run old code stand in the report, and are no trouble', async () => {
  const stage = await openStage();
  const { engine, state } = stage;
  await deployTo(stage, ['vault']);
  await engine.health.watch(['vault']);
  const [watch] = state().watches;
  if (watch === undefined) throw new Error('no watch is open');
  const report = reportOf(watch, 'vault');
  expect(report?.lines.join('\n')).toMatch(/^\d services still run old code: /m);
  expect(report?.verdict).not.toBe('worse');
});
