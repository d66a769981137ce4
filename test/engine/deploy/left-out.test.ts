import { expect, test } from 'vitest';
import { nobodyDeployed } from '../../../source/engine/all.ts';
import { runDeploy } from '../../../source/engine/deploy/deploy.ts';
import { rollbackGoal } from '../../../source/engine/deploy/rollback.ts';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { memoryOf } from '../../../source/engine/run/memory.ts';
import { hostsOnly } from '../../../source/model/deploy/plan.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { success } from '../../../source/model/result.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { planRollback } from '../../../source/state/plans/rollback.ts';
import type { HostOutcomeStatus } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../../support/fleet-runs.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const testedFleet = async () => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
  await testFleet(fleet);
  return fleet;
};

test('a protected host that nobody named stays as it is, and the others go on', async () => {
  const fleet = await testedFleet();
  const plan = planDeploy(fleet.state(), ['p620', 'razer'], 'switch', hostCommands);
  const result = await runGoal(
    fleet.context,
    'deploy',
    [],
    new AbortController(),
    async (session) => {
      const done = await runDeploy(fleet.context, session, {
        ...plan,
        targets: plan.targets.filter(({ host }) => host !== 'p620'),
        leftOut: [{ host: 'p620', kind: 'protected', reason: 'it needs --confirm p620' }],
      });
      return { summary: String(done.ok) };
    },
  );
  expect(result.hosts).toMatchObject({
    p620: { status: 'skipped', reason: 'protected: it needs --confirm p620' },
    razer: { status: 'succeeded', to: newPath('razer') },
  });
  expect(fleet.hosts['p620']?.current).toBe(oldPath('p620'));
});

test('a system that waits for the decision is remembered as deployed, with the way back', async () => {
  const fleet = await testedFleet();
  const { p620 } = fleet.hosts;
  if (p620 === undefined) throw new Error('no p620');
  p620.breaksUnit = 'grafana.service';
  const plan = planDeploy(fleet.state(), ['p620'], 'switch', hostCommands);
  const result = await runGoal(
    fleet.context,
    'deploy',
    [],
    new AbortController(),
    async (session) => {
      await runDeploy(fleet.context, session, plan);
      return { summary: '' };
    },
  );
  expect(result.hosts['p620']?.status).toBe('unhealthy');
  expect(fleet.context.records.lastDeploy('p620')).toMatchObject({
    toplevel: newPath('p620'),
    from: oldPath('p620'),
    generation: null,
  });
});

test('a rollback to a generation that is gone is refused and not failed', async () => {
  const fleet = await testedFleet();
  const wish = { kind: 'generation', number: 97 } as const;
  const plan = planRollback(fleet.state(), ['p620'], wish, hostCommands);
  const result = await runGoal(
    fleet.context,
    'rollback',
    ['p620'],
    new AbortController(),
    rollbackGoal(fleet.context, plan, hostsOnly),
  );
  expect(result.exitCode).toBe(3);
  expect(result.summary).toContain('p620 has no generation 97; it has 1');
  expect(result.hosts['p620']?.status).toBe('skipped');
  expect(fleet.deeds).toEqual([]);
});

test('a commit that nobody made cannot be taken back, and no host is touched', async () => {
  const fleet = await testedFleet();
  const also = { lock: true, commit: true, push: false };
  const result = await runGoal(
    fleet.context,
    'rollback',
    [],
    new AbortController(),
    rollbackGoal(fleet.context, { targets: [], leftOut: [] }, also),
  );
  expect(result.exitCode).toBe(3);
  expect(result.summary).toContain('No host was touched');
  expect(result.summary).toContain('no commit is known that nixup made here');
});

test.each([
  ['lock', { lock: true, commit: false, push: false }, / · the lock stays until every host/],
  ['nothing else', hostsOnly, /^(?!.*lock and commit stay)/],
] as const)('a rollback that fails says what it leaves where %s was to go back too', async (_what, also, words) => {
  const fleet = await testedFleet();
  await deployFleet(fleet, planDeploy(fleet.state(), ['p620'], 'switch', hostCommands));
  const plan = planRollback(
    fleet.state(),
    ['p620'],
    { kind: 'recorded' },
    hostCommands,
    memoryOf(fleet.context),
  );
  const lock = (revision: string): string => writeFlakeLock(lockOf({ a: github('o/a', revision) }));
  Object.assign(fleet.context.git, { show: async () => success(lock('1')) });
  await fleet.world.files.write('/flake/flake.lock', lock('2'));
  const { p620 } = fleet.hosts;
  if (p620 !== undefined) p620.offline = true;
  const result = await runGoal(
    fleet.context,
    'rollback',
    ['p620'],
    new AbortController(),
    rollbackGoal(fleet.context, plan, also),
  );
  expect(result).toMatchObject({ exitCode: 1, hosts: { p620: { status: 'failed' } } });
  expect(result.summary).toMatch(words);
});

test('a run whose hosts all answered and were left as they are does not call them unreached', () => {
  const base = { from: null, to: null, generation: null, reason: 'x' };
  const words = (statuses: readonly HostOutcomeStatus[]): string =>
    nobodyDeployed({
      outcomes: new Map(statuses.map((status, index) => [`h${index}`, { ...base, status }])),
    });
  expect(words(['pending', 'pending'])).toBe('No host was reached');
  expect(words(['skipped', 'pending'])).toBe('Every host that answers was left as it is');
});

test('outside of git the gate says why no test is remembered, not just to test again', async () => {
  const fleet = await testedFleet();
  const { git: _git, ...state } = fleet.state();
  const untested = Object.fromEntries(
    Object.entries(state.hosts).map(([name, host]) => [
      name,
      host.expectation.kind === 'known'
        ? { ...host, expectation: { ...host.expectation, builtAt: null } }
        : host,
    ]),
  );
  const plan = planDeploy(
    { ...state, git: null, hosts: untested },
    ['p620'],
    'switch',
    hostCommands,
  );
  expect(plan.leftOut).toMatchObject([
    { host: 'p620', kind: 'refused', reason: expect.stringContaining('git init') },
  ]);
});

test('a host that is there and keeps nixup out has failed and does not wait, and the others go on', async () => {
  const fleet = await testedFleet();
  fleet.context.emitter.emit({
    type: 'host-unprobed',
    host: 'p620',
    failure: { code: 'host-key-changed', host: 'p620', address: 'p620' },
  });
  const plan = planDeploy(fleet.state(), ['p620', 'razer'], 'switch', hostCommands);
  const result = await deployFleet(fleet, plan);
  expect(result.exitCode).toBe(1);
  expect(result.hosts).toMatchObject({
    p620: { status: 'failed', reason: expect.stringMatching(/host key of p620/) },
    razer: { status: 'succeeded' },
  });
  expect(fleet.context.records.pending()).toEqual([]);
});

test('a host that the deploy leaves as it is gets a baseline, and keeps the one that it has', async () => {
  const fleet = await testedFleet();
  const { context } = fleet;
  const see = async (): Promise<void> => {
    const facts = await context.hosts.probe(entryOf('p620'));
    if (facts.ok) context.emitter.emit({ type: 'host-probed', host: 'p620', facts: facts.value });
  };
  const leave = async (): Promise<void> => {
    await see();
    await runGoal(context, 'deploy', [], new AbortController(), async (session) => {
      await runDeploy(context, session, {
        mode: 'switch',
        targets: [],
        leftOut: [{ host: 'p620', kind: 'unchanged', reason: 'runs it already' }],
      });
      return { summary: '' };
    });
  };
  await leave();
  expect(context.records.baseline('p620')?.failedUnits).toEqual([]);
  const { p620 } = fleet.hosts;
  if (p620 === undefined) throw new Error('no p620');
  p620.failedUnits = ['nginx.service'];
  await leave();
  expect(context.records.baseline('p620')?.failedUnits).toEqual([]);
  const verified = await runGoal(
    context,
    'verify',
    [],
    new AbortController(),
    verifyGoal(context, [entryOf('p620')]),
  );
  expect(verified.exitCode).toBe(5);
  expect(verified.summary).toContain('nginx.service');
});

test('a failed unit on a host without a baseline is not told as no trouble', async () => {
  const fleet = await fakeFleet([entryOf('p620')]);
  const { p620 } = fleet.hosts;
  if (p620 === undefined) throw new Error('no p620');
  p620.failedUnits = ['nginx.service'];
  const verified = await runGoal(
    fleet.context,
    'verify',
    [],
    new AbortController(),
    verifyGoal(fleet.context, [entryOf('p620')]),
  );
  expect(verified.exitCode).toBe(5);
  expect(verified.summary).toContain('nginx.service');
  expect(verified.summary).toContain('no baseline');
});
