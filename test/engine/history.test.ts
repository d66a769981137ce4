import { expect, test } from 'vitest';
import { readHistory, tellHistory } from '../../source/engine/history.ts';
import { runGoal } from '../../source/engine/run-goal.ts';
import { fakeFleet } from './fake-fleet.ts';

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
