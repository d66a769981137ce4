import { describe, expect, test } from 'vitest';
import { runTests } from '../../../source/engine/build/test.ts';
import { passGate } from '../../../source/engine/deploy/gate.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import type { DeployPlan } from '../../../source/model/deploy/plan.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, entriesOf } from '../../support/fleet-runs.ts';

const build = (fleet: FakeFleet): Promise<RunResult> =>
  runGoal(fleet.context, 'test', [], new AbortController(), async (session) => {
    await runTests(fleet.context, session, entriesOf(fleet));
    return { summary: 'tested' };
  });

const plan = (fleet: FakeFleet) =>
  planDeploy(fleet.state(), fleet.state().hostNames, 'switch', hostCommands);

const deploy = async (fleet: FakeFleet, planned = plan(fleet)): Promise<RunResult> =>
  deployFleet(fleet, planned);

const deployTo = (fleet: FakeFleet, names: readonly string[]): Promise<RunResult> =>
  deployFleet(fleet, planDeploy(fleet.state(), names, 'switch', hostCommands));

const ready = async (fleet: FakeFleet): Promise<void> => {
  await probeHosts(fleet.context, entriesOf(fleet));
  await build(fleet);
};

describe('a deploy', () => {
  test('goes copy, activation, persistence, and ends with the new system proven', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    const result = await deploy(fleet);
    expect(fleet.deeds).toEqual(['copy p620', 'test p620', 'persist p620']);
    expect(result).toMatchObject({
      ok: true,
      exitCode: 0,
      hosts: { p620: { status: 'succeeded', from: oldPath('p620'), to: newPath('p620') } },
    });
  });

  test('announces each deed in the journal before it is done', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    await deploy(fleet);
    const run = (await fleet.context.journal.runs()).at(-1) ?? '';
    const deeds = (await fleet.context.journal.read(run)).flatMap((event) =>
      event.type === 'intended' || event.type === 'achieved' ? [`${event.type} ${event.deed}`] : [],
    );
    expect(deeds).toEqual([
      'intended copy',
      'achieved copy',
      'intended activate',
      'achieved activate',
      'intended persist',
      'achieved persist',
    ]);
  });

  test('skips a host that runs the expected system and says so', async () => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
    await ready(fleet);
    const razer = fleet.hosts['razer'];
    if (razer !== undefined)
      Object.assign(razer, { current: newPath('razer'), profile: newPath('razer') });
    await probeHosts(fleet.context, entriesOf(fleet));
    const result = await deploy(fleet);
    expect(fleet.deeds.filter((deed) => deed.endsWith('razer'))).toEqual([]);
    expect(result.hosts['razer']?.status).toBe('unchanged');
  });

  test('leaves a sleeping host pending, does the others, and exits 4', async () => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('samsung')]);
    const samsung = fleet.hosts['samsung'];
    if (samsung !== undefined) samsung.offline = true;
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(4);
    expect(result.hosts['samsung']?.status).toBe('pending');
    expect(result.hosts['p620']?.status).toBe('succeeded');
    expect(fleet.context.records.pending()).toMatchObject([
      { host: 'samsung', toplevel: newPath('samsung') },
    ]);
    expect(fleet.state().stages.deploy).toMatchObject({
      kind: 'partly',
      ending: 'partly',
      evidence: expect.stringMatching(/^p620 deployed, as g\d+ · samsung pending, asleep;/),
    });
  });

  test('reports a newly failed unit as unhealthy, keeps the boot default, and exits 5', async () => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.breaksUnit = 'grafana.service';
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(5);
    expect(result.hosts['p620']).toMatchObject({ status: 'unhealthy' });
    expect(result.hosts['p620']?.reason).toContain('grafana.service');
    expect(fleet.hosts['p620']?.profile).toBe(oldPath('p620'));
    expect(result.hosts['razer']?.status).toBe('succeeded');
    expect(Object.keys(result.hosts)).toEqual(fleet.state().hostNames);
    expect(fleet.state().stages.deploy).toMatchObject({
      kind: 'partly',
      ending: 'unhealthy',
      evidence: expect.stringMatching(
        /^razer deployed, as g\d+ · p620 unhealthy: grafana.service failed;/,
      ),
    });
  });

  test('a unit that failed before is no news', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.failedUnits = ['old.service'];
    await ready(fleet);
    expect((await deploy(fleet)).exitCode).toBe(0);
  });

  test('takes an unhealthy host back where the policy says so', async () => {
    const fleet = await fakeFleet([entryOf('p620', { onUnhealthy: 'rollback' })]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.breaksUnit = 'grafana.service';
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.hosts['p620']?.status).toBe('rolledBack');
    expect(fleet.hosts['p620']?.current).toBe(oldPath('p620'));
    expect(result.exitCode).toBe(1);
  });

  test('an activation that changed nothing fails and is not taken back', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.activation = { exitCode: 1, switches: false };
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.hosts['p620']?.status).toBe('failed');
    expect(fleet.deeds).not.toContain('rollback p620');
  });

  test('an activation script that failed halfway is taken back', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.activation = { exitCode: 2, switches: true };
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.hosts['p620']?.status).toBe('rolledBack');
    expect(fleet.hosts['p620']).toMatchObject({
      current: oldPath('p620'),
      profile: oldPath('p620'),
    });
  });

  test('status 0 without the new system running is not reported as done', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.activation = { exitCode: 0, switches: false };
    await ready(fleet);
    const result = await deploy(fleet);
    expect(result.hosts['p620']?.status).toBe('failed');
    expect(result.hosts['p620']?.reason).toContain(newPath('p620'));
  });

  test('refuses another machine under the name of a host', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    await deploy(fleet);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined)
      Object.assign(p620, {
        machineId: 'another',
        current: oldPath('p620'),
        profile: oldPath('p620'),
      });
    await probeHosts(fleet.context, entriesOf(fleet));
    fleet.deeds.length = 0;
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(3);
    expect(result.hosts['p620']).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('--expect-machine another'),
    });
    expect(fleet.deeds).toEqual([]);
  });

  test('takes another machine for a host that somebody named, and remembers it', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    await fleet.context.records.keepMachineId('p620', 'before');
    fleet.context.hosts.moved.expectMachine('p620', 'machine-p620');
    await probeHosts(fleet.context, entriesOf(fleet));
    expect((await deploy(fleet)).hosts['p620']?.status).toBe('succeeded');
    expect(fleet.context.records.machineId('p620')).toBe('machine-p620');
  });

  test('refuses a machine that is another host of the fleet, unless somebody named it', async () => {
    const nameless = entryOf('ec2', { hostName: null });
    const fleet = await fakeFleet([entryOf('web'), nameless]);
    await ready(fleet);
    await deployTo(fleet, ['web']);
    const { web, ec2 } = fleet.hosts;
    if (web === undefined || ec2 === undefined) throw new Error('no such hosts');
    // The address of ec2 leads to web.
    Object.assign(ec2, { machineId: web.machineId });
    await probeHosts(fleet.context, entriesOf(fleet));
    expect(fleet.state().hosts['ec2']?.probe).toMatchObject({
      kind: 'failed',
      failure: { code: 'identity-mismatch', other: 'web' },
    });
    fleet.deeds.length = 0;
    const refused = await deployTo(fleet, ['ec2']);
    expect(refused.exitCode).toBe(3);
    expect(refused.hosts['ec2']?.reason).toContain(
      `nixup deploy ec2 --expect-machine ${web.machineId}`,
    );
    expect(fleet.deeds).toEqual([]);
    expect(fleet.context.records.machineId('ec2')).toBeUndefined();

    fleet.context.hosts.moved.expectMachine('ec2', web.machineId);
    await probeHosts(fleet.context, entriesOf(fleet));
    expect((await deployTo(fleet, ['ec2'])).hosts['ec2']?.status).toBe('succeeded');
    // Two hosts of one id: each is told of the other.
    await probeHosts(fleet.context, entriesOf(fleet));
    expect(fleet.state().hosts['ec2']?.facts?.sharesMachineWith).toEqual(['web']);
    expect(fleet.state().hosts['web']?.facts?.sharesMachineWith).toEqual(['ec2']);
  });

  test('waits for nobody: a held activation lock is told before anything is copied', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    const p620 = fleet.hosts['p620'];
    if (p620 !== undefined) p620.lockHeld = true;
    const result = await deploy(fleet);
    expect(fleet.deeds).toEqual([]);
    expect(result.hosts['p620']?.reason).toContain('another activation');
  });
});

describe('the gate', () => {
  test('a host that was not built is refused and nothing is deployed anywhere', async () => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
    await probeHosts(fleet.context, entriesOf(fleet));
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(3);
    expect(fleet.deeds).toEqual([]);
  });

  test('it names the command for the other hosts, whether they answer now or not', async () => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('razer'), entryOf('vault')]);
    const planned: DeployPlan = {
      mode: 'switch',
      targets: [],
      leftOut: [
        { host: 'p620', kind: 'pending', reason: 'asleep' },
        { host: 'razer', kind: 'refused', reason: 'its test failed' },
        { host: 'vault', kind: 'failed', reason: 'login refused' },
      ],
    };
    expect(await passGate(fleet.context, planned, 'tree')).toMatchObject({
      failure: {
        remedy: 'Test them: nixup test razer. Or deploy the others: nixup deploy p620 vault',
      },
    });
  });

  test('an edit between the confirmation and the deed closes it', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await ready(fleet);
    const planned = plan(fleet);
    fleet.tree = 'tree-2';
    const result = await deploy(fleet, planned);
    expect(result.exitCode).toBe(3);
    expect(fleet.deeds).toEqual([]);
  });

  test('an edit while it is built leaves the test outdated', async () => {
    const fleet = await fakeFleet([entryOf('p620')]);
    await probeHosts(fleet.context, entriesOf(fleet));
    const { nix } = fleet.context;
    const original = nix.openBuilds;
    Object.assign(nix, {
      openBuilds: async (...args: Parameters<typeof original>) => {
        fleet.tree = 'tree-2';
        return original(...args);
      },
    });
    await build(fleet);
    expect(fleet.state().stages.test.kind).toBe('outdated');
    expect(plan(fleet).leftOut).toMatchObject([{ host: 'p620', kind: 'refused' }]);
  });
});

describe('a run that was killed', () => {
  const deeds = [
    'copy p620',
    'test p620',
    'persist p620',
    'copy razer',
    'test razer',
    'persist razer',
  ];
  test.each(deeds)('during «%s» is found by the next start, with its targets', async (deed) => {
    const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
    await ready(fleet);
    fleet.dieAt = deed;
    // The engine turns our own throws into a result; a real kill writes none.
    const { journal } = fleet.context;
    const write = journal.write;
    Object.assign(journal, {
      write: (run: string, event: Parameters<typeof write>[1]) =>
        event.type === 'result'
          ? Promise.resolve({ ok: true, value: undefined })
          : write(run, event),
    });
    await deploy(fleet);
    const { interrupted } = await readHistory(fleet.context);
    expect(interrupted?.targets).toEqual({ p620: newPath('p620'), razer: newPath('razer') });
    expect(interrupted?.origins).toEqual({ p620: oldPath('p620'), razer: oldPath('razer') });
    expect(interrupted?.openDeeds.map((open) => `${open.deed} ${open.host}`)).toContain(
      deed.replace('test', 'activate'),
    );
  });
});

describe('two runs at a time', () => {
  test('the second one is told who and since when', async () => {
    const fleet = await fakeFleet([entryOf('p620')], {
      files: {
        '/state/nixup/flakes/fleet/run.lock': JSON.stringify({
          pid: 99,
          machine: 'elsewhere',
          user: 'bob',
          since: 5,
          run: 'x',
        }),
      },
    });
    const result = await build(fleet);
    expect(result.exitCode).toBe(3);
    expect(result.summary).toContain('bob@elsewhere');
  });

  test('a dead owner gives way', async () => {
    const fleet = await fakeFleet([entryOf('p620')], {
      files: {
        '/state/nixup/flakes/fleet/run.lock': JSON.stringify({
          pid: 99,
          machine: 'workstation',
          user: 'bob',
          since: 5,
          run: 'x',
        }),
      },
    });
    expect((await build(fleet)).exitCode).toBe(0);
  });
});
