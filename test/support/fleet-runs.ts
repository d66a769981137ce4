import { runTests } from '../../source/engine/build/test.ts';
import { runDeploy } from '../../source/engine/deploy/deploy.ts';
import { runGoal } from '../../source/engine/run/goal.ts';
import { probeHosts } from '../../source/engine/survey/survey.ts';
import type { DeployPlan } from '../../source/model/deploy/plan.ts';
import type { HostEntry } from '../../source/model/host/host.ts';
import type { RunResult } from '../../source/state/run.ts';
import type { FakeFleet } from './fake-fleet.ts';

export const entriesOf = (fleet: FakeFleet): readonly HostEntry[] =>
  Object.values(fleet.state().hosts).map(({ entry }) => entry);

/** Asks every host of a fleet and builds its system: what opens the gate of a deploy. */
export const testFleet = async (fleet: FakeFleet): Promise<void> => {
  const entries = entriesOf(fleet);
  await probeHosts(fleet.context, entries);
  await runGoal(fleet.context, 'test', [], new AbortController(), async (session) => {
    await runTests(fleet.context, session, entries);
    return { summary: 'tested' };
  });
};

/** A deploy as the engine runs it. */
export const deployFleet = (fleet: FakeFleet, plan: DeployPlan): Promise<RunResult> =>
  runGoal(
    fleet.context,
    'deploy',
    plan.targets.map(({ host }) => host),
    new AbortController(),
    async (session) => {
      const done = await runDeploy(fleet.context, session, plan);
      return done.ok ? { summary: 'deployed' } : { failure: done.failure, summary: 'refused' };
    },
  );
