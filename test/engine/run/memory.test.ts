import { describe, expect, test } from 'vitest';
import { testGoal } from '../../../source/engine/build/test.ts';
import { runRollback } from '../../../source/engine/deploy/rollback.ts';
import { runAccept } from '../../../source/engine/health/accept.ts';
import { runVerify } from '../../../source/engine/health/verify.ts';
import { observeGit, observeLock } from '../../../source/engine/lock/observe.ts';
import { openRecords } from '../../../source/engine/records/records.ts';
import { runResume } from '../../../source/engine/resume/resume.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { memoryOf, rememberOutcome, rememberSetback } from '../../../source/engine/run/memory.ts';
import type { RunSession } from '../../../source/engine/run/session.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import type { DeployPlan, RollbackPlan, RollbackWish } from '../../../source/model/deploy/plan.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { failed, success } from '../../../source/model/result.ts';
import { interruptedMenu } from '../../../source/screen/dialogs/menu-interrupted.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { planRollback } from '../../../source/state/plans/rollback.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, entriesOf, testFleet } from '../../support/fleet-runs.ts';
import { github, lockOf, revision } from '../../support/lock-samples.ts';

const host = 'p620';

type OnUnhealthy = 'keep' | 'ask' | 'rollback';

/** A tested fleet of one host, whose new system breaks nginx where `breaks` says so. */
const fleetOf = async (onUnhealthy: OnUnhealthy, breaks = true): Promise<FakeFleet> => {
  const fleet = await fakeFleet([entryOf(host, { onUnhealthy })]);
  await testFleet(fleet);
  machineOf(fleet).breaksUnit = breaks ? 'nginx.service' : null;
  return fleet;
};

const machineOf = (fleet: FakeFleet) => {
  const machine = fleet.hosts[host];
  if (machine === undefined) throw new Error('no machine');
  return machine;
};

const plan = async (fleet: FakeFleet): Promise<DeployPlan> => {
  await probeHosts(fleet.context, entriesOf(fleet));
  return planDeploy(fleet.state(), [host], 'switch', hostCommands, memoryOf(fleet.context));
};

const deploy = async (fleet: FakeFleet): Promise<RunResult> =>
  deployFleet(fleet, await plan(fleet));

const within = (
  fleet: FakeFleet,
  body: (session: RunSession) => Promise<unknown>,
): Promise<RunResult> =>
  runGoal(fleet.context, 'verify', [host], new AbortController(), async (session) => {
    await body(session);
    return { summary: '' };
  });

const verify = (fleet: FakeFleet): Promise<RunResult> =>
  within(fleet, (session) => runVerify(fleet.context, session, entriesOf(fleet)));

const accept = (fleet: FakeFleet): Promise<RunResult> =>
  within(fleet, (session) => runAccept(fleet.context, session, entriesOf(fleet)));

const planBack = async (fleet: FakeFleet, wish: RollbackWish = { kind: 'recorded' }) => {
  await probeHosts(fleet.context, entriesOf(fleet));
  return planRollback(fleet.state(), [host], wish, hostCommands, memoryOf(fleet.context));
};

const rollBack = async (fleet: FakeFleet): Promise<RunResult> => {
  const back = await planBack(fleet);
  return within(fleet, (session) => runRollback(fleet.context, session, back));
};

/** As the next nixup finds it: nothing of this process is left but the files. */
const restarted = async (fleet: FakeFleet): Promise<FakeFleet> => {
  Object.assign(fleet.context, {
    records: await openRecords(fleet.world, { own: fleet.context.folder }),
  });
  return fleet;
};

describe('a way back', () => {
  const left = (fleet: FakeFleet) =>
    fleet.context.records.setbacks().map(({ toplevel, kind }) => [toplevel, kind]);

  /** What is remembered at the moment at which the host goes. */
  const seenWhileGoing = (fleet: FakeFleet, fails = false): { seen: unknown } => {
    const found: { seen: unknown } = { seen: null };
    const { rollback } = fleet.context.hosts;
    Object.assign(fleet.context.hosts, {
      rollback: async (...args: Parameters<typeof rollback>) => {
        found.seen = left(fleet);
        return fails ? failed({ code: 'canceled', what: 'the way back' }) : rollback(...args);
      },
    });
    return found;
  };

  test('that a person wants is remembered before the host goes, so that a kill forgets nothing', async () => {
    const fleet = await fleetOf('ask', false);
    await deploy(fleet);
    const found = seenWhileGoing(fleet);
    await rollBack(fleet);
    expect(found.seen).toEqual([[newPath(host), 'taken-back']]);
    expect(left(fleet)).toEqual([[newPath(host), 'taken-back']]);
  });

  test('that failed, and left the host where it was, leaves what was known before it', async () => {
    const fleet = await fleetOf('ask');
    await deploy(fleet);
    expect(left(fleet)).toEqual([[newPath(host), 'unhealthy']]);
    const found = seenWhileGoing(fleet, true);
    expect(await rollBack(fleet)).toMatchObject({ exitCode: 1 });
    expect(found.seen).toEqual([[newPath(host), 'taken-back']]);
    expect(left(fleet)).toEqual([[newPath(host), 'unhealthy']]);
  });

  test('that nixup chose itself is remembered before the host goes as well', async () => {
    const fleet = await fleetOf('rollback');
    let seen: unknown = null;
    const { decide } = fleet.context.hosts;
    Object.assign(fleet.context.hosts, {
      decide: async (...args: Parameters<typeof decide>) => {
        if (args[2] === 'revert') seen = left(fleet);
        return decide(...args);
      },
    });
    expect(await deploy(fleet)).toMatchObject({ hosts: { [host]: { status: 'rolledBack' } } });
    expect(seen).toEqual([[newPath(host), 'taken-back']]);
    expect(left(fleet)).toEqual([[newPath(host), 'taken-back']]);
  });
});

describe('after a rollback', () => {
  test('the next one leaves the host as it is', async () => {
    const fleet = await fleetOf('ask', false);
    await deploy(fleet);
    expect(await rollBack(fleet)).toMatchObject({ hosts: { [host]: { status: 'succeeded' } } });
    for (const again of [fleet, await restarted(fleet)]) {
      expect(await planBack(again)).toMatchObject({
        targets: [],
        leftOut: [{ host, kind: 'unchanged' }],
      });
      expect(await rollBack(again)).toMatchObject({
        exitCode: 0,
        hosts: { [host]: { status: 'unchanged' } },
      });
      expect(machineOf(again).current).toBe(oldPath(host));
    }
  });

  test('a host that went back by itself is left as it is too', async () => {
    const fleet = await fleetOf('rollback');
    expect(await deploy(fleet)).toMatchObject({ hosts: { [host]: { status: 'rolledBack' } } });
    expect(await planBack(fleet)).toMatchObject({ targets: [], leftOut: [{ kind: 'unchanged' }] });
  });

  test('a chosen generation that was left must be agreed to by name', async () => {
    const fleet = await fleetOf('ask', false);
    await deploy(fleet);
    const { generations } = fleet.state().hosts[host]?.facts ?? { generations: [] };
    await rollBack(fleet);
    const facts = fleet.state().hosts[host]?.facts;
    expect(generations.map(({ number }) => number)).toEqual([1, 2]);
    const state = fleet.state();
    const shown = {
      ...state,
      hosts: {
        [host]: {
          ...(state.hosts[host] ?? (undefined as never)),
          facts: { ...(facts ?? (undefined as never)), generations },
        },
      },
    };
    const chosen = planRollback(
      shown,
      [host],
      { kind: 'generation', number: 2 },
      hostCommands,
      memoryOf(fleet.context),
    );
    expect(chosen.targets[0]).toMatchObject({
      to: newPath(host),
      repeats: {
        kind: 'taken-back',
        words: expect.stringMatching(
          /^was taken back from this system on .* UTC: rolled back by hand$/,
        ),
      },
    });
  });

  test('a host whose generations are all one system has no way back', async () => {
    const fleet = await fleetOf('ask', false);
    await probeHosts(fleet.context, entriesOf(fleet));
    const state = fleet.state();
    const seen = state.hosts[host];
    const facts = seen?.facts;
    if (seen === undefined || facts == null) throw new Error('the host did not answer');
    const [one] = facts.generations;
    if (one === undefined) throw new Error('the host has no generation');
    const back = (numbers: readonly number[]) => {
      const generations = numbers.map((number) => ({
        ...one,
        number,
        path: facts.current ?? one.path,
      }));
      const shown = {
        ...state,
        hosts: { ...state.hosts, [host]: { ...seen, facts: { ...facts, generations } } },
      };
      return planRollback(shown, [host], { kind: 'recorded' }, hostCommands).leftOut;
    };
    expect(back([1, 2, 3])).toMatchObject([
      {
        reason: 'has no earlier system to go back to: every earlier generation is the same system',
        hasNoWayBack: true,
      },
    ]);
    expect(back([1])).toMatchObject([{ reason: 'has no earlier generation to go back to' }]);
  });

  test('without a record the generations tell which systems were left', async () => {
    const fleet = await fleetOf('ask', false);
    await probeHosts(fleet.context, entriesOf(fleet));
    const state = fleet.state();
    const generation = (number: number, path: string) => ({
      number,
      path,
      at: 0,
      nixosVersion: null,
      revision: null,
      kernel: null,
    });
    const stateWith = (paths: readonly string[], current: string) => ({
      ...state,
      hosts: {
        [host]: {
          ...(state.hosts[host] ?? (undefined as never)),
          facts: {
            ...(state.hosts[host]?.facts ?? (undefined as never)),
            current,
            profile: current,
            generations: paths.map((path, index) => generation(index + 1, path)),
          },
        },
      },
    });
    const to = (paths: readonly string[], current: string): string | undefined =>
      planRollback(stateWith(paths, current), [host], { kind: 'recorded' }, hostCommands).targets[0]
        ?.to;
    expect(to(['/a', '/b'], '/b')).toBe('/a');
    // b was left for a: the way back is what stands before a, and never b.
    expect(to(['/z', '/a', '/b', '/a'], '/a')).toBe('/z');
    expect(to(['/a', '/b', '/a'], '/a')).toBeUndefined();
  });
});

test('an unfinished rollback is finished, and never rolled back to what was left', async () => {
  const fleet = await fleetOf('ask', false);
  await deploy(fleet);
  const back = await planBack(fleet);
  fleet.dieAt = `rollback ${host}`;
  const { journal } = fleet.context;
  const { write } = journal;
  Object.assign(journal, {
    write: (run: string, event: Parameters<typeof write>[1]) =>
      event.type === 'result' ? Promise.resolve(success(undefined)) : write(run, event),
  });
  await within(fleet, (session) => runRollback(fleet.context, session, back));
  fleet.dieAt = null;
  Object.assign(journal, { write });
  const { interrupted } = await readHistory(fleet.context);
  if (interrupted === null) throw new Error('no interrupted run was found');
  const resume = (choice: 'finish' | 'rollback'): Promise<RunResult> =>
    runGoal(fleet.context, 'deploy', [host], new AbortController(), (session) =>
      runResume(fleet.context, session, interrupted, choice),
    );
  expect(await resume('rollback')).toMatchObject({
    exitCode: 3,
    summary: expect.stringContaining('nixup resume finish'),
  });
  const menu = interruptedMenu(interrupted, fleet.state(), 0);
  expect(menu.items.find(({ id }) => id === 'rollback')?.refused).toContain('it was a rollback');
  expect(await resume('finish')).toMatchObject({ exitCode: 0 });
  expect(machineOf(fleet).current).toBe(oldPath(host));
});

describe('a way back by a restart', () => {
  /** The new system runs well; a unit fails in the old one only. */
  const planned = async (policy: OnUnhealthy) => {
    const fleet = await fleetOf(policy, false);
    await deploy(fleet);
    machineOf(fleet).failsInOld = 'grafana.service';
    const { targets, leftOut } = await planBack(fleet);
    fleet.deeds.length = 0;
    const plan: RollbackPlan = {
      leftOut,
      targets: targets.map((target) => ({ ...target, restart: 'planned' as const })),
    };
    return { fleet, plan };
  };

  const run = async (policy: OnUnhealthy, change: (fleet: FakeFleet) => void = () => undefined) => {
    const { fleet, plan } = await planned(policy);
    change(fleet);
    const result = await within(fleet, (session) => runRollback(fleet.context, session, plan));
    return { fleet, result };
  };

  test.each([
    'keep',
    'ask',
    'rollback',
  ] as const)('that ends in a sick host stays back, and names the trouble: %s', async (policy) => {
    const { fleet, result } = await run(policy);
    expect(fleet.deeds.filter((deed) => !deed.startsWith('check'))).toEqual([
      `boot-once ${host}`,
      `restart ${host}`,
      `persist ${host}`,
    ]);
    expect(result.hosts[host]).toMatchObject({
      status: 'succeeded',
      to: oldPath(host),
      reason: expect.stringContaining('grafana.service failed'),
    });
    const { records } = fleet.context;
    expect(records.setbacks()).toMatchObject([{ toplevel: newPath(host), kind: 'taken-back' }]);
    expect(records.lastDeploy(host)).toMatchObject({ toplevel: oldPath(host), deed: 'rollback' });
    for (const again of [fleet, await restarted(fleet)])
      expect(await planBack(again)).toMatchObject({
        targets: [],
        leftOut: [{ kind: 'unchanged' }],
      });
  });

  test('that starts the system it was to leave has failed, and stays open', async () => {
    const { fleet, result } = await run('rollback', (one) => {
      machineOf(one).comesUp = 'old';
    });
    expect(machineOf(fleet).current).toBe(newPath(host));
    expect(fleet.deeds.at(-1)).toBe(`undo ${host}`);
    expect(result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('came back on the system that it was to leave'),
    });
    expect(fleet.context.records.setbacks()).toEqual([]);
    expect((await planBack(fleet)).targets).toMatchObject([{ to: oldPath(host) }]);
  });

  test('whose system cannot be made the default is remembered by what the host runs', async () => {
    const { fleet, result } = await run('ask', (one) => {
      Object.assign(one.context.hosts, {
        setProfileAndBoot: async () =>
          failed({ code: 'space-short', host, detail: 'its /boot is full' }),
      });
    });
    expect(result.hosts[host]).toMatchObject({ status: 'failed' });
    expect(fleet.context.records.setbacks()).toMatchObject([{ toplevel: newPath(host) }]);
    expect((await planBack(fleet)).targets).toMatchObject([{ to: oldPath(host) }]);
  });

  const cutOff = async (deed: string) => {
    const { fleet, plan } = await planned('ask');
    const { journal } = fleet.context;
    const { write } = journal;
    Object.assign(journal, {
      write: (id: string, event: Parameters<typeof write>[1]) =>
        event.type === 'result' ? Promise.resolve(success(undefined)) : write(id, event),
    });
    fleet.dieAt = deed;
    await within(fleet, (session) => runRollback(fleet.context, session, plan));
    fleet.dieAt = null;
    Object.assign(journal, { write });
    const { interrupted } = await readHistory(fleet.context);
    if (interrupted === null) throw new Error('no interrupted run was found');
    const resume = (choice: 'finish' | 'leave'): Promise<RunResult> =>
      runGoal(fleet.context, 'rollback', [host], new AbortController(), (session) =>
        runResume(fleet.context, session, interrupted, choice),
      );
    fleet.deeds.length = 0;
    return { fleet, interrupted, resume };
  };

  test('that was cut off before the host went down is finished as one', async () => {
    const { fleet, interrupted, resume } = await cutOff(`restart ${host}`);
    expect(interrupted).toMatchObject({ mode: 'rollback', restarts: [host] });
    expect(await resume('finish')).toMatchObject({ exitCode: 0 });
    expect(fleet.deeds).toContain(`restart ${host}`);
    expect(fleet.deeds).not.toContain(`rollback ${host}`);
  });

  test('that was cut off after the boot still knows what was left', async () => {
    const { fleet, resume } = await cutOff(`persist ${host}`);
    expect(await resume('finish')).toMatchObject({ exitCode: 0 });
    expect(fleet.context.records.setbacks()).toMatchObject([{ toplevel: newPath(host) }]);
    expect(await planBack(fleet)).toMatchObject({ targets: [], leftOut: [{ kind: 'unchanged' }] });
  });

  test('that was cut off and is left says what the next boot may start', async () => {
    const { resume } = await cutOff(`restart ${host}`);
    expect((await resume('leave')).summary).toContain(
      `The next boot of ${host} may start ${oldPath(host)} once`,
    );
  });
});

describe('what a host was taken back from', () => {
  test.each([
    ['by itself', 'rollback', true],
    ['by hand', 'ask', false],
  ] as const)('%s is deployed again only when somebody agrees to it', async (_how, policy, breaks) => {
    const fleet = await fleetOf(policy, breaks);
    await deploy(fleet);
    if (machineOf(fleet).current !== oldPath(host)) await rollBack(fleet);
    for (const again of [fleet, await restarted(fleet)])
      expect((await plan(again)).targets).toMatchObject([
        { host, repeats: { words: expect.stringContaining('was taken back from this system on') } },
      ]);
  });

  test('is forgotten once the host is well with it', async () => {
    const fleet = await fleetOf('rollback');
    await deploy(fleet);
    machineOf(fleet).breaksUnit = null;
    expect(await deploy(fleet)).toMatchObject({ exitCode: 0 });
    expect(fleet.context.records.setbacks()).toEqual([]);
  });

  test.each([
    ['contact', 'unconfirmed'],
    ['activation', 'taken-back'],
    ['timeout', 'taken-back'],
    ['health', 'taken-back'],
    ['persist', null],
    ['killed', null],
    ['asked', null],
    [undefined, 'taken-back'],
  ] as const)('by its own record for %s is remembered as %s', async (why, kind) => {
    const fleet = await fleetOf('rollback', false);
    const reverts = new Map(why === undefined ? [] : [[host, why] as const]);
    await rememberOutcome(
      fleet.context,
      { id: 'x', reverts, trials: new Map() },
      host,
      newPath(host),
      {
        status: 'rolledBack',
        from: newPath(host),
        to: oldPath(host),
        generation: 1,
        reason: 'because',
      },
    );
    expect(fleet.context.records.setbacks().map((one) => one.kind)).toEqual(
      kind === null ? [] : [kind],
    );
  });

  test('what could not be copied is no fault of the system', async () => {
    const fleet = await fleetOf('rollback', false);
    Object.assign(fleet.context.hosts, {
      copy: async () => ({ ok: false, failure: { code: 'space-short', host, detail: 'full' } }),
    });
    expect(await deploy(fleet)).toMatchObject({ hosts: { [host]: { status: 'failed' } } });
    expect(fleet.context.records.setbacks()).toEqual([]);
  });
});

describe('a system that was never tried', () => {
  test.each([
    ['the lock is busy', { exitCode: 11, isUntouched: true }, []],
    ['it could not be started', { exitCode: null, isUntouched: true }, []],
    ['its script failed', { exitCode: 1 }, ['failed']],
  ] as const)('is not remembered as failed: %s', async (meaning, changes, kinds) => {
    const fleet = await fleetOf('ask', false);
    Object.assign(fleet.context.hosts, {
      activate: async () =>
        failed({ code: 'activation-failed', host, meaning, tail: [], ...changes }),
    });
    machineOf(fleet).supervision = null;
    expect(await deploy(fleet)).toMatchObject({ exitCode: 1 });
    expect(fleet.deeds).not.toContain(`rollback ${host}`);
    expect(fleet.context.records.setbacks().map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('a host that is not well', () => {
  test('is not made permanent by the next run, and stays unhealthy', async () => {
    const fleet = await fleetOf('ask');
    expect(await deploy(fleet)).toMatchObject({ exitCode: 5 });
    machineOf(fleet).breaksUnit = null;
    for (const night of [fleet, await restarted(fleet), await restarted(fleet)]) {
      const result = await deploy(night);
      expect(result).toMatchObject({
        exitCode: 5,
        hosts: {
          [host]: {
            status: 'unhealthy',
            reason: expect.stringMatching(/nginx.service failed .*nixup verify p620 --accept/),
          },
        },
      });
      expect(machineOf(night).profile).toBe(oldPath(host));
      expect(await verify(night)).toMatchObject({ exitCode: 5 });
    }
  });

  test('keeps the baseline of its last good state under another system', async () => {
    const fleet = await fleetOf('ask');
    await deploy(fleet);
    const next = '/nix/store/next-nixos-system-p620';
    Object.assign(fleet.context.nix, {
      evaluateToplevel: async () => ({
        ok: true,
        value: { toplevel: next, derivation: `${next}.drv` },
      }),
    });
    fleet.tree = 'tree-2';
    await testFleet(fleet);
    const machine = machineOf(fleet);
    machine.breaksUnit = null;
    expect(machine.failedUnits).toEqual(['nginx.service']);
    expect(await deploy(fleet)).toMatchObject({
      hosts: { [host]: { status: 'unhealthy', reason: 'nginx.service failed' } },
    });
    expect(machine).toMatchObject({ current: next, profile: oldPath(host) });
  });

  test('is well again by itself, and then goes on', async () => {
    const fleet = await fleetOf('ask');
    await deploy(fleet);
    machineOf(fleet).failedUnits = [];
    expect(await verify(fleet)).toMatchObject({ exitCode: 0 });
    machineOf(fleet).breaksUnit = null;
    expect(await deploy(fleet)).toMatchObject({ exitCode: 0 });
    expect(machineOf(fleet).profile).toBe(newPath(host));
  });

  test('is accepted by an act that stands in the journal, and then made permanent', async () => {
    const fleet = await fleetOf('ask');
    await deploy(fleet);
    machineOf(fleet).breaksUnit = null;
    expect(await accept(fleet)).toMatchObject({
      exitCode: 0,
      hosts: { [host]: { reason: 'accepted: nginx.service failed' } },
    });
    const run = (await fleet.context.journal.runs()).at(-1) ?? '';
    expect(await fleet.context.journal.read(run)).toContainEqual(
      expect.objectContaining({ type: 'intended', host, deed: 'accept' }),
    );
    await restarted(fleet);
    expect(await verify(fleet)).toMatchObject({ exitCode: 0 });
    expect(await deploy(fleet)).toMatchObject({ exitCode: 0 });
    expect(machineOf(fleet).profile).toBe(newPath(host));
  });

  test('is accepted with the other units that nobody had accepted, and each is named', async () => {
    const fleet = await fleetOf('ask');
    machineOf(fleet).failedUnits = ['old.service'];
    await deploy(fleet);
    expect(await accept(fleet)).toMatchObject({
      hosts: {
        [host]: { reason: 'accepted: nginx.service failed; old.service failed, as before' },
      },
    });
    expect(fleet.context.records.accepted()[0]?.units.toSorted()).toEqual([
      'nginx.service',
      'old.service',
    ]);
  });

  test('that is well has nothing to accept', async () => {
    const fleet = await fleetOf('ask', false);
    await deploy(fleet);
    expect(await accept(fleet)).toMatchObject({
      exitCode: 0,
      hosts: { [host]: { reason: expect.stringContaining('nothing to accept') } },
    });
  });
});

describe('another system that is made of what failed', () => {
  const other = '/nix/store/other-nixos-system-p620';
  const textOf = (a: string, b: string): string =>
    writeFlakeLock(lockOf({ a: github('o/a', a), b: github('o/b', b) }));
  const lockIs = async (fleet: FakeFleet, a: string, b: string): Promise<void> => {
    await fleet.world.files.write('/flake/flake.lock', textOf(a, b));
    await observeLock(fleet.context);
  };
  /** A deploy that failed with a lock; HEAD has the lock of 1 and 1. */
  const failedWith = async (a: string, b: string): Promise<FakeFleet> => {
    const fleet = await fleetOf('rollback');
    Object.assign(fleet.context.git, { show: async () => success(textOf('1', '1')) });
    await lockIs(fleet, a, b);
    await deploy(fleet);
    return fleet;
  };
  const why = (fleet: FakeFleet): string | undefined =>
    memoryOf(fleet.context).setback(host, other)?.why;

  test('is the same attempt while only other inputs move, and a new one with another revision', async () => {
    const fleet = await failedWith('2', '1');
    await lockIs(fleet, '2', '5');
    expect(why(fleet)).toBe('nginx.service failed');
    expect(memoryOf(fleet.context).isLeft(host, other)).toBeNull();
    await lockIs(fleet, '3', '5');
    expect(why(fleet)).toBeUndefined();
  });

  test('is the same attempt after a commit of what says nothing of hosts, and a new one after an edit of the flake', async () => {
    const fleet = await failedWith('2', '1');
    fleet.tree = 'tree-of-other-notes';
    await observeGit(fleet.context);
    expect(why(fleet)).toBe('nginx.service failed');
    fleet.sources = 'sources-2';
    await observeGit(fleet.context);
    expect(why(fleet)).toBeUndefined();
  });

  test('is the same attempt after somebody took it back by hand, whatever was committed meanwhile', async () => {
    const fleet = await fleetOf('ask', false);
    const { git } = fleet.context;
    Object.assign(git, {
      show: async (revision: string) =>
        success(revision === 'tree-1' ? textOf('2', '1') : textOf('1', '1')),
    });
    await lockIs(fleet, '2', '1');
    expect(await deploy(fleet)).toMatchObject({ exitCode: 0 });
    fleet.tree = 'tree-2';
    await restarted(fleet);
    await lockIs(fleet, '3', '1');
    await observeGit(fleet.context);
    await rollBack(fleet);
    expect(why(fleet)).toBeUndefined();
    await lockIs(fleet, '2', '4');
    expect(why(fleet)).toBe('rolled back by hand');
    // Taken back once more by who does not know its tree any more.
    await fleet.world.files.remove(`${fleet.context.folder}/evaluations.json`);
    await restarted(fleet);
    await rememberSetback(fleet.context, 'x', 'taken-back', {
      host,
      toplevel: newPath(host),
      why: 'again',
    });
    expect(why(fleet)).toBe('again');
  });

  test('is the same attempt by the record of an earlier nixup, while HEAD and its inputs are the same', async () => {
    const fleet = await fleetOf('rollback');
    const record = {
      host,
      toplevel: newPath(host),
      kind: 'failed',
      at: 1,
      run: 'x',
      why: 'before',
    };
    const written = [{ ...record, head: 'a'.repeat(40), inputs: { a: revision('2') } }];
    await fleet.world.files.write(`${fleet.context.folder}/setbacks.json`, JSON.stringify(written));
    await restarted(fleet);
    await observeGit(fleet.context);
    await lockIs(fleet, '2', '5');
    expect(why(fleet)).toBe('before');
    await lockIs(fleet, '3', '5');
    expect(why(fleet)).toBeUndefined();
    await lockIs(fleet, '2', '5');
    const { observe } = fleet.context.git;
    Object.assign(fleet.context.git, {
      observe: async () => {
        const seen = await observe();
        return seen.ok ? success({ ...seen.value, head: 'b'.repeat(40) }) : seen;
      },
    });
    await observeGit(fleet.context);
    expect(why(fleet)).toBeUndefined();
  });

  test('is the same attempt where the flake alone was changed, until any input moves', async () => {
    const fleet = await failedWith('1', '1');
    expect(why(fleet)).toBe('nginx.service failed');
    await lockIs(fleet, '1', '2');
    expect(why(fleet)).toBeUndefined();
  });
});

describe('a failure that cannot be written down', () => {
  const unwritable = async (fleet: FakeFleet, name: string): Promise<void> => {
    const { files } = fleet.world;
    const { write } = files;
    Object.assign(files, {
      write: (path: string, text: string) =>
        path.endsWith(name)
          ? Promise.resolve(
              failed({ code: 'file-failed', operation: 'write', path, detail: 'read-only' }),
            )
          : write(path, text),
    });
  };

  test('tells that its end could not be recorded, as the next start takes it for cut off', async () => {
    const fleet = await fakeFleet([entryOf(host)]);
    const { files } = fleet.context.world;
    const append: typeof files.append = async (path, text, until) =>
      text.includes('"type":"result"')
        ? failed({ code: 'file-failed', operation: 'append to', path, detail: 'no room' })
        : await files.append(path, text, until);
    const world = { ...fleet.context.world, files: { ...files, append } };
    const context = { ...fleet.context, world, journal: createJournal(world, '/state') };
    const done = await runGoal(context, 'check', [], new AbortController(), async () => ({
      summary: 'checked',
    }));
    expect(done.summary).toBe('checked');
    const told = fleet.events.flatMap((one) => (one.type === 'noticed' ? [one.text] : []));
    expect(told).toEqual([
      expect.stringMatching(
        /^The end of the run \S+ could not be recorded, so that the history may tell it as cut off\..*journal\.jsonl.*no room/,
      ),
    ]);
  });

  test('ends a run with 1 where its journal lacks what it did', async () => {
    const fleet = await fakeFleet([entryOf(host)]);
    const { files } = fleet.context.world;
    const append: typeof files.append = async (path, text, until) =>
      text.includes('"type":"stage-changed"')
        ? failed({ code: 'file-failed', operation: 'append to', path, detail: 'no room' })
        : await files.append(path, text, until);
    const world = { ...fleet.context.world, files: { ...files, append } };
    const context = { ...fleet.context, world, journal: createJournal(world, '/state') };
    const done = await runGoal(context, 'check', [], new AbortController(), async (session) => {
      session.stage('check', { kind: 'failed', reason: 'x', at: 1 });
      return { summary: 'Checked.' };
    });
    expect(done).toMatchObject({ ok: false, exitCode: 1 });
    expect(done.summary).toMatch(/^Checked\. Not all of it could be recorded\. .*no room/);
  });

  test('ends a test with 1, which would be refused as not tested by what comes next', async () => {
    const fleet = await fakeFleet([entryOf(host)]);
    await unwritable(fleet, 'evaluations.json');
    await probeHosts(fleet.context, entriesOf(fleet));
    const tested = await runGoal(
      fleet.context,
      'test',
      [host],
      new AbortController(),
      testGoal(fleet.context, entriesOf(fleet)),
    );
    expect(tested).toMatchObject({ ok: false, exitCode: 1 });
    expect(tested.summary).toMatch(/Not remembered: what was built and tested\. .*read-only/);
    expect(tested.next).toBeUndefined();
  });

  test.each([
    ['setbacks.json', 'what failed on hosts'],
    ['sicknesses.json', 'which hosts are not well'],
    ['deploys.json', 'what was deployed'],
  ])('ends the run with 1 and is told: %s', async (name, what) => {
    const fleet = await fleetOf('ask');
    await unwritable(fleet, name);
    expect(await deploy(fleet)).toMatchObject({
      ok: false,
      exitCode: 1,
      summary: expect.stringMatching(new RegExp(`Not remembered: ${what}\\. .*read-only`)),
    });
    const told = fleet.events.filter(({ type }) => type === 'noticed');
    expect(told).toMatchObject([{ tone: 'warning', text: expect.stringContaining(name) }]);
    // As long as this process lives it is remembered all the same.
    expect(fleet.context.records.setbacks()).toHaveLength(1);
    expect(fleet.context.records.lastDeploy(host)?.toplevel).toBe(newPath(host));
  });

  test('does not trouble a run that decides nothing by it', async () => {
    const fleet = await fleetOf('ask', false);
    await unwritable(fleet, 'evaluations.json');
    expect(await deploy(fleet)).toMatchObject({ exitCode: 0 });
  });
});

describe('the files of what is remembered', () => {
  const folder = '/state/nixup/flakes/fleet';

  test.each([
    'setbacks',
    'sicknesses',
    'withdrawn',
  ])('%s: what does not fit is left aside', async (name) => {
    const fleet = await fakeFleet([entryOf(host)]);
    for (const text of ['', '{', '5', '[{"host":5}]', '[null]', '{"host":"p620"}']) {
      await fleet.world.files.write(`${folder}/${name}.json`, text);
      const records = await openRecords(fleet.world, { own: folder });
      expect([records.setbacks(), records.sickness(host), records.withdrawn()]).toEqual([
        [],
        undefined,
        [],
      ]);
    }
  });

  test('a host keeps its newest setbacks only', async () => {
    const fleet = await fakeFleet([entryOf(host)]);
    const { records } = fleet.context;
    for (let at = 0; at < 100; at += 1)
      await records.keepSetback({
        host,
        toplevel: `/nix/store/${at}`,
        kind: 'failed',
        at,
        run: 'x',
        why: 'x',
        sources: null,
        inputs: {},
      });
    expect(records.setbacks()).toHaveLength(20);
    expect(records.setbacks().at(-1)?.toplevel).toBe('/nix/store/99');
  });
});
