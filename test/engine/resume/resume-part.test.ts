import { expect, test } from 'vitest';
import { runResume } from '../../../source/engine/resume/resume.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { pausedWords } from '../../../source/state/done-since.ts';
import { interruptionOf } from '../../../source/state/reducer/replay.ts';
import type { ResumeChoice } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';
import { testFleet } from '../../support/fleet-runs.ts';

const names = ['web', 'db'];
const cutOff = '20200101-000000-aaaaaa';

/** A deploy or a rollback of two hosts that was killed before it touched one. */
const unfinished = async (mode: 'switch' | 'rollback' = 'switch') => {
  const fleet = await fakeFleet(names.map((name) => entryOf(name)));
  const { context } = fleet;
  const { journal } = context;
  await testFleet(fleet);
  const start = { type: 'run-started', goal: 'deploy', tree: null, lock: null } as const;
  await journal.write(cutOff, { ...start, run: cutOff, hosts: names, at: 1 });
  for (const host of names)
    await journal.write(cutOff, {
      type: 'planned',
      host,
      mode,
      from: oldPath(host),
      fromGeneration: 1,
      to: newPath(host),
      at: 2,
    });
  const deed = { type: 'intended', host: 'web', deed: 'copy' } as const;
  await journal.write(cutOff, { ...deed, from: oldPath('web'), to: newPath('web'), at: 3 });
  const left = async () => interruptionOf(cutOff, await journal.read(cutOff));
  const resume = async (choice: ResumeChoice, hosts: readonly string[] | null = null) => {
    const run = await left();
    if (run === undefined) throw new Error('the run is closed');
    return runGoal(context, 'deploy', names, new AbortController(), (session) =>
      runResume(context, session, run, choice, hosts),
    );
  };
  return { fleet, left, resume };
};

test.each([
  ['finish', 'web', 'db'],
  ['finish', 'db', 'web'],
] as const)('two partial resumes end the run: %s %s, then %s', async (choice, first, second) => {
  const { left, resume } = await unfinished();
  const one = await resume(choice, [first]);
  expect(one.exitCode).toBe(0);
  expect(one.summary).toMatch(new RegExp(`is not over: ${second} was left out of this\\.`));
  expect(one.summary).not.toContain(`${first} is not`);
  expect(await left()).toBeDefined();
  const two = await resume(choice, [second]);
  expect(two.exitCode).toBe(0);
  expect(two.summary).toMatch(/is finished: /);
  expect(await left()).toBeUndefined();
});

test('a host that is taken back after the other was finished leaves the run open', async () => {
  const { fleet, left, resume } = await unfinished();
  await resume('finish', ['web']);
  const ended = await resume('rollback', ['db']);
  expect(ended.summary).toMatch(/is not over: web was left out of this\./);
  expect(ended.summary).not.toContain('Every host');
  expect(fleet.hosts['web']?.current).toBe(newPath('web'));
  expect(await left()).toBeDefined();
});

test('a host that a partial resume tried and that went back by itself is not tried by the next one', async () => {
  const { fleet, left, resume } = await unfinished();
  await fleet.context.records.keepSetback({
    host: 'web',
    toplevel: newPath('web'),
    kind: 'failed',
    at: fleet.context.world.clock.now(),
    run: 'another',
    why: 'it was not well',
    sources: null,
    inputs: {},
  });
  expect((await resume('finish', ['db'])).summary).toMatch(/is finished: /);
  expect(await left()).toBeUndefined();
});

test.each([
  'finish',
  'rollback',
] as const)('hosts that are not in the run are refused, and it stays open: %s', async (choice) => {
  const { fleet, left, resume } = await unfinished();
  const before = fleet.deeds.length;
  const result = await resume(choice, ['nas']);
  expect(result.exitCode).toBe(3);
  expect(result.summary).toContain('Its hosts are web, db');
  expect(fleet.deeds).toHaveLength(before);
  expect(await left()).toBeDefined();
});

test('a run whose hosts were not listed is not taken for decided', async () => {
  const { fleet, left, resume } = await unfinished();
  const { context } = fleet;
  const state = context.state;
  Object.assign(context, { state: () => ({ ...state(), fleet: { kind: 'unknown' }, hosts: {} }) });
  await resume('finish');
  expect(await left()).toBeDefined();
});

test('a run that was paused when it was cut off is told as that, and one that had gone on is not', async () => {
  const { fleet, left } = await unfinished();
  const say = (isPaused: boolean, at: number) =>
    fleet.context.journal.write(cutOff, { type: 'pause-changed', isPaused, at });
  await say(true, 4);
  const run = await left();
  expect(run && pausedWords(run)).toEqual([
    'It was paused when it was cut off: the other hosts had not been begun.',
  ]);
  await say(false, 5);
  const gone = await left();
  expect(gone && pausedWords(gone)).toEqual([]);
});
