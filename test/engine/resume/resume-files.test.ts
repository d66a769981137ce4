import { expect, test } from 'vitest';
import { rollbackGoal } from '../../../source/engine/deploy/rollback.ts';
import { runResume } from '../../../source/engine/resume/resume.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import { deedCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { planRollback } from '../../../source/state/plans/rollback.ts';
import type { ResumeChoice } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, entriesOf, testFleet } from '../../support/fleet-runs.ts';
import { lockOf } from '../../support/real-repository.ts';

const names = ['web', 'db'];

/** A rollback with its lock that was killed while it took the second host back. */
const killed = async () => {
  const fleet = await fakeFleet(
    names.map((name) => entryOf(name)),
    { files: { '/flake/flake.lock': lockOf('a') } },
  );
  const { context } = fleet;
  Object.assign(context.git, { show: async () => ({ ok: true, value: lockOf('a') }) });
  await testFleet(fleet);
  await deployFleet(fleet, planDeploy(fleet.state(), names, 'switch', deedCommands));
  await probeHosts(context, entriesOf(fleet));
  const plan = planRollback(fleet.state(), names, { kind: 'recorded' }, deedCommands);
  const { journal } = context;
  const { write } = journal;
  Object.assign(journal, {
    write: (run: string, event: Parameters<typeof write>[1]) =>
      event.type === 'result' ? Promise.resolve({ ok: true, value: undefined }) : write(run, event),
  });
  fleet.dieAt = 'rollback db';
  const also = { lock: true, commit: false, push: false };
  await runGoal(
    context,
    'rollback',
    names,
    new AbortController(),
    rollbackGoal(context, plan, also),
  );
  fleet.dieAt = null;
  Object.assign(journal, { write });
  const { interrupted } = await readHistory(context);
  if (interrupted === null) throw new Error('no interrupted run was found');
  const resume = (choice: ResumeChoice) =>
    runGoal(context, 'deploy', names, new AbortController(), (session) =>
      runResume(context, session, interrupted, choice),
    );
  return { fleet, interrupted, resume };
};

test('a rollback that was cut off before its lock knows that the lock was to go back too', async () => {
  const { interrupted } = await killed();
  expect(interrupted.alsoBack).toEqual({
    hosts: names,
    lock: true,
    commit: false,
    push: false,
  });
  expect(interrupted.openDeeds.map(({ deed }) => deed)).not.toContainEqual(
    expect.stringContaining('take back'),
  );
});

test.each([
  'finish',
  'leave',
] as const)('%s of it says that the lock is not back, and how it gets there', async (choice) => {
  const { fleet, resume } = await killed();
  const { summary } = await resume(choice);
  expect(summary).toMatch(
    /After its hosts the run was to take the lock back\. That was not done yet\. To do it: nixup rollback web db --lock$/,
  );
  expect(fleet.hosts['db']?.current === oldPath('db')).toBe(choice === 'finish');
});
