import { expect, test } from 'vitest';
import { runGoal } from '../../../source/engine/run/goal.ts';
import type { HostOutcome } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const outcome = (reason: string): HostOutcome => ({
  status: 'succeeded',
  from: null,
  to: null,
  generation: null,
  reason,
});

test('hosts stand in the order of the fleet, whichever was done first', async () => {
  const names = ['p510', 'p620', 'razer', 'vault'];
  const fleet = await fakeFleet(names.map((name) => entryOf(name)));
  const controller = new AbortController();
  const result = await runGoal(fleet.context, 'deploy', names, controller, async (session) => {
    for (const name of ['vault', 'nobody', 'p620', 'razer', 'p510', 'p620'])
      session.outcome(name, outcome(name));
    return { summary: [...session.outcomes.keys()].join(', ') };
  });
  expect(result.summary).toContain('p510, p620, razer, vault, nobody');
  expect(Object.keys(result.hosts)).toEqual(['p510', 'p620', 'razer', 'vault', 'nobody']);
});
