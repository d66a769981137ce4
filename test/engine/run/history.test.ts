import { expect, test } from 'vitest';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory, tellHistory } from '../../../source/engine/run/history.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

test('a run of this very process is no run that was cut off, until it has died', async () => {
  const fleet = await fakeFleet([]);
  const { context } = fleet;
  const during = runGoal(context, 'update', [], new AbortController(), async (session) => {
    await context.journal.write(session.id, {
      type: 'intended',
      host: null,
      deed: 'update all inputs',
      from: null,
      to: null,
      at: context.world.clock.now(),
    });
    const { runs, interrupted, active } = await readHistory(context);
    expect(interrupted).toBeNull();
    expect(runs).toMatchObject([{ goal: 'update', ending: null, open: 'active' }]);
    // Its own events tell it.
    expect(active).toBeNull();
    await tellHistory(context);
    expect(fleet.state().interrupted).toBeNull();
    throw new Error('died');
  });
  expect((await during).summary).toContain('died');
  const { runs, interrupted } = await readHistory(context);
  expect(runs).toMatchObject([{ open: 'interrupted' }]);
  expect(interrupted).toMatchObject({ goal: 'update' });
});

test('of a run that was cut off is told what later runs did to its hosts', async () => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
  const { context } = fleet;
  const id = '20261129-000000-aaaaaa';
  const start = { type: 'run-started', goal: 'run', tree: null, lock: null } as const;
  await context.journal.write(id, { ...start, run: id, hosts: ['p620', 'razer'], at: 1 });
  const systems = { from: '/nix/store/0-old', to: '/nix/store/0-new' };
  for (const host of ['p620', 'razer']) {
    const planned = { type: 'planned', mode: 'switch', fromGeneration: 1, ...systems } as const;
    await context.journal.write(id, { ...planned, host, at: 2 });
    await context.journal.write(id, {
      type: 'intended',
      host,
      deed: 'activate',
      ...systems,
      at: 3,
    });
  }
  const deployed = {
    toplevel: systems.to,
    from: systems.from,
    fromGeneration: 1,
    generation: 2,
  };
  await context.records.keepDeploy({ ...deployed, host: 'p620', at: 9, run: 'later' });
  // Its own record is no later run's.
  await context.records.keepDeploy({ ...deployed, host: 'razer', at: 9, run: id });
  expect((await readHistory(context)).interrupted?.since).toEqual([
    { host: 'p620', run: 'later', deed: 'deploy', toplevel: systems.to, commit: null },
  ]);
});

test('runs that were begun in one second are listed by their time, whatever their random part', async () => {
  const { context } = await fakeFleet([]);
  const start = { type: 'run-started', goal: 'check', hosts: [], tree: null, lock: null } as const;
  const begun = [
    ['20261129-000000-cccccc', 100],
    ['20261129-000000-aaaaaa', 500],
    ['20261129-000000-bbbbbb', 300],
    ['20261128-235959-ffffff', 900],
  ] as const;
  for (const [run, at] of begun) await context.journal.write(run, { ...start, run, at });
  await context.journal.settled();
  expect((await readHistory(context)).runs.map(({ id }) => id.slice(-6))).toEqual([
    'aaaaaa',
    'bbbbbb',
    'cccccc',
    'ffffff',
  ]);
});
