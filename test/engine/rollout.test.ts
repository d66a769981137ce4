import { describe, expect, test } from 'vitest';
import { type Config, defaultConfig } from '../../source/model/config/settings.ts';
import type { HostEntry } from '../../source/model/host/host.ts';
import { hostCommands } from '../../source/services/host/commands.ts';
import type { Undated } from '../../source/state/events.ts';
import { planDeploy } from '../../source/state/plans/deploy.ts';
import type { RunResult } from '../../source/state/run.ts';
import { entryOf } from '../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../support/fake-fleet.ts';
import { type FakeHost, newPath, oldPath } from '../support/fake-hosts.ts';
import { deployFleet, testFleet } from '../support/fleet-runs.ts';

const fleetWith = (
  fleet: Partial<Config['fleet']>,
  over: Partial<HostEntry> = {},
): Promise<FakeFleet> =>
  fakeFleet(
    ['a', 'b', 'c'].map((name) => entryOf(name, over)),
    { config: { fleet: { ...defaultConfig.fleet, ...fleet } } },
  );

const deploy = async (fleet: FakeFleet, prepare: () => void = () => undefined) => {
  await testFleet(fleet);
  prepare();
  const planned = planDeploy(fleet.state(), fleet.state().hostNames, 'switch', hostCommands);
  return deployFleet(fleet, planned);
};

describe('a rollout', () => {
  test('takes a jump host first, never as the canary, and what it carries after it', async () => {
    const fleet = await fakeFleet(
      ['a', 'b', 'c'].map((name) => entryOf(name)),
      {
        routes: [
          { host: 'a', names: ['a', '10.0.0.1'], jumps: [] },
          { host: 'b', names: ['b'], jumps: ['10.0.0.1'] },
        ],
      },
    );
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(0);
    expect(
      fleet.events.flatMap((event) =>
        event.type === 'rollout-moved' && event.state === 'deploying'
          ? [event.hosts.join(',')]
          : [],
      ),
    ).toEqual(['c', 'a', 'b']);
  });

  test('takes one host first where there are three, and the rest when it is well', async () => {
    const fleet = await fleetWith({});
    const result = await deploy(fleet);
    expect(result.exitCode).toBe(0);
    expect(fleet.deeds.indexOf('persist a')).toBeLessThan(fleet.deeds.indexOf('copy b'));
    expect(
      fleet.events.flatMap((event) =>
        event.type === 'rollout-moved' ? [`${event.wave}/${event.waves} ${event.hosts}`] : [],
      ),
    ).toEqual(['1/2 a', '2/2 b,c']);
  });

  /** A deploy in waves, in whose first soak something happens to the host `a`. */
  const deploySoaking = async (
    over: Partial<HostEntry>,
    happen: (a: FakeHost) => void,
  ): Promise<{ readonly fleet: FakeFleet; readonly result: RunResult }> => {
    const fleet = await fleetWith(
      { waves: [['a'], ['b'], ['c']], soakMs: 60_000 },
      { onUnhealthy: 'rollback', ...over },
    );
    Object.assign(fleet.context, { isTrusted: true });
    let isTold = false;
    const { emitter } = fleet.context;
    const emit: typeof emitter.emit = emitter.emit;
    Object.assign(emitter, {
      emit: (...events: readonly Undated[]) => {
        emit(...events);
        const [event] = events;
        if (isTold || event?.type !== 'rollout-moved' || event.state !== 'soaking') return;
        isTold = true;
        const a = fleet.hosts['a'];
        if (a !== undefined) happen(a);
      },
    });
    return { fleet, result: await deploy(fleet) };
  };

  test('stops when a host becomes unhealthy in the soak, and takes it back where the policy says so', async () => {
    const { fleet, result } = await deploySoaking({}, (a) => {
      a.failedUnits = ['late.service'];
    });
    expect(result.exitCode).toBe(1);
    expect(result.hosts).toMatchObject({
      a: { status: 'rolledBack', reason: 'late.service failed' },
      b: { status: 'skipped', reason: 'not begun, because a failed' },
      c: { status: 'skipped' },
    });
    expect(fleet.hosts['a']?.current).toBe(oldPath('a'));
    expect(fleet.deeds.filter((deed) => / [bc]$/.test(deed))).toEqual([]);
  });

  test('a health script that fails in the soak stops it like a unit that does', async () => {
    const { result } = await deploySoaking({ health: ['checks/a.sh'] }, (a) => {
      a.failingChecks = [{ check: 'checks/a.sh', problem: 'checks/a.sh ended with 1' }];
    });
    expect(result.hosts).toMatchObject({
      a: { status: 'rolledBack', reason: 'checks/a.sh ended with 1' },
      b: { status: 'skipped' },
    });
  });

  test('reverts the whole wave where on_failure says so', async () => {
    const fleet = await fleetWith({ waves: [['a', 'b'], ['c']], onFailure: 'revert-wave' });
    const result = await deploy(fleet, () => {
      const b = fleet.hosts['b'];
      if (b !== undefined) b.activation = { exitCode: 1, switches: false };
    });
    expect(result.hosts).toMatchObject({
      a: { status: 'rolledBack', reason: 'its wave was taken back, because b failed' },
      b: { status: 'failed' },
      c: { status: 'skipped' },
    });
    expect(fleet.hosts['a']?.profile).toBe(oldPath('a'));
    // What was well on a is not what failed.
    expect(fleet.context.records.setbacks().map((one) => one.host)).toEqual(['b']);
  });

  test('a host that falls silent in the soak stops it, and nothing is remembered of its system', async () => {
    const { fleet, result } = await deploySoaking({}, (a) => {
      a.offline = true;
    });
    expect(result.hosts).toMatchObject({ a: { status: 'unhealthy' }, b: { status: 'skipped' } });
    expect(fleet.context.records.setbacks()).toEqual([]);
    expect(fleet.context.records.sickness('a')).toBeUndefined();
  });

  test('one look that is lost in the soak says nothing', async () => {
    const { fleet, result } = await deploySoaking({}, (a) => {
      a.lostLooks = 1;
    });
    expect(result.exitCode).toBe(0);
    expect(fleet.context.records.setbacks()).toEqual([]);
  });

  test('goes on where on_failure says so', async () => {
    const fleet = await fleetWith({ waves: [['a'], ['b']], onFailure: 'continue', soakMs: 0 });
    const result = await deploy(fleet, () => {
      const a = fleet.hosts['a'];
      if (a !== undefined) a.activation = { exitCode: 1, switches: false };
    });
    expect(result.hosts).toMatchObject({ a: { status: 'failed' }, b: { status: 'succeeded' } });
    expect(fleet.hosts['c']?.current).toBe(newPath('c'));
  });

  test.each([
    ['takes what fails for the baseline, where none was known before', [], ['nzbget.service']],
    ['keeps the baseline of when the host was well', ['old.service'], ['old.service']],
  ])('of a host that was found with trouble %s', async (_, before, kept) => {
    const fleet = await fleetWith({ soakMs: 0 });
    const { records } = fleet.context;
    const sickness = { since: 1, run: 'earlier', problems: ['nzbget.service failed'] };
    await records.keepSickness({ ...sickness, host: 'a', toplevel: oldPath('a') });
    if (before.length > 0)
      await records.keepBaseline({
        host: 'a',
        at: 1,
        failedUnits: before,
        activeUnits: [],
        bootId: 'x',
      });
    await deploy(fleet, () => {
      const a = fleet.hosts['a'];
      if (a !== undefined) a.failedUnits = ['nzbget.service'];
    });
    expect(records.baseline('a')?.failedUnits).toEqual(kept);
  });

  test('this machine comes last', async () => {
    const fleet = await fakeFleet([entryOf('a', { here: true }), entryOf('b')]);
    await deploy(fleet);
    expect(fleet.deeds.indexOf('persist b')).toBeLessThan(fleet.deeds.indexOf('copy a'));
  });
});
