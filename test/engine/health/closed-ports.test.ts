import { expect, test } from 'vitest';
import { keepBaseline } from '../../../source/engine/health/baseline.ts';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import type { HostFacts } from '../../../source/model/host/host.ts';
import { success } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

test.each([
  [[80], 'port 80'],
  [[80, 443, 8080, 9090], 'port 80, 443, 8080, 9090'],
  [[80, 443, 8080, 9090, 9100], 'port 80, 443, 8080 and 2 more'],
])('of the ports that are closed now the first are named: %j', async (gone, words) => {
  const entry = entryOf('p620');
  const fleet = await fakeFleet([entry]);
  const probe = fleet.context.hosts.probe;
  const listening = async (listens: readonly number[]): Promise<HostFacts> => {
    const asked = await probe(entry, { fresh: true });
    if (!asked.ok) throw new Error('the fake host answers');
    return { ...asked.value, listens };
  };
  await keepBaseline(fleet.context, entry, await listening([22, ...gone]));
  const now = await listening([22]);
  const context = {
    ...fleet.context,
    hosts: { ...fleet.context.hosts, probe: async () => success(now) },
  };
  const { summary } = await runGoal(
    context,
    'verify',
    ['p620'],
    new AbortController(),
    verifyGoal(context, [entry]),
  );
  expect(summary).toContain(`Listened before, does not now: p620 ${words}.`);
});
