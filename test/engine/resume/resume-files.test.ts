import { describe, expect, test } from 'vitest';
import { rollbackGoal } from '../../../source/engine/deploy/rollback.ts';
import { runResume } from '../../../source/engine/resume/resume.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory, tellHistory } from '../../../source/engine/run/history.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import type { AlsoBack } from '../../../source/model/deploy/plan.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { planRollback } from '../../../source/state/plans/rollback.ts';
import type { ResumeChoice, RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { oldPath } from '../../support/fake-hosts.ts';
import { deployFleet, entriesOf, testFleet } from '../../support/fleet-runs.ts';
import { lockOf, realRepository } from '../../support/real-repository.ts';

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
  await deployFleet(fleet, planDeploy(fleet.state(), names, 'switch', hostCommands));
  await probeHosts(context, entriesOf(fleet));
  const plan = planRollback(fleet.state(), names, { kind: 'recorded' }, hostCommands);
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

test('leave of it says that the lock is not back, and how it gets there', async () => {
  const { fleet, resume } = await killed();
  const { summary } = await resume('leave');
  expect(summary).toMatch(
    /After its hosts the run was to take the lock back\. That was not done yet\. To do it: nixup rollback web db --lock$/,
  );
  expect(fleet.hosts['db']?.current).not.toBe(oldPath('db'));
});

test('finish of it takes the hosts back, and the lock after them', async () => {
  const { fleet, resume } = await killed();
  const { ok, summary } = await resume('finish');
  expect(summary).not.toContain('To do it:');
  expect(ok).toBe(true);
  expect(fleet.hosts['db']?.current).toBe(oldPath('db'));
  expect((await readHistory(fleet.context)).interrupted).toBeNull();
});

type Journaled = Parameters<EngineContext['journal']['write']>[1];

/** A fleet of two on the lock of a commit that nixup made and pushed, in a real repository. */
const deployed = async () => {
  const real = await realRepository();
  const { repository, fleet, context } = real;
  const names = ['p620', 'razer'];
  const origin = repository.addOrigin();
  await testFleet(fleet);
  await deployFleet(fleet, planDeploy(fleet.state(), names, 'switch', hostCommands));
  await probeHosts(context, entriesOf(fleet));
  repository.write('flake.lock', lockOf('b'));
  repository.git('commit', '--quiet', '--message=lock', 'flake.lock');
  repository.git('push', '--quiet');
  const revision = repository.git('rev-parse', 'HEAD');
  await context.records.keepCommit({ revision, deed: 'commit', at: 1 });
  await tellHistory(context);
  const run = (also: AlsoBack): Promise<RunResult> => {
    const plan = planRollback(fleet.state(), names, { kind: 'recorded' }, hostCommands);
    return runGoal(
      context,
      'rollback',
      names,
      new AbortController(),
      rollbackGoal(context, plan, also),
    );
  };
  const finish = async (): Promise<RunResult> => {
    await tellHistory(context);
    const { interrupted } = await readHistory(context);
    if (interrupted === null) throw new Error('no interrupted run was found');
    return runGoal(context, 'deploy', names, new AbortController(), (session) =>
      runResume(context, session, interrupted, 'finish'),
    );
  };
  /** Runs it until the journal has this: what comes after never happens. */
  const dieAt = async (
    isThere: (event: Journaled) => boolean,
    when: 'before' | 'after',
    deed: () => Promise<RunResult>,
  ): Promise<void> => {
    const { write } = context.journal;
    const { hosts } = context;
    let isDead = false;
    // What a dead process had begun for other hosts begins nothing more on them.
    const whileAlive = new Proxy(hosts, {
      get: (target, name, receiver): unknown =>
        isDead && name === 'rollback'
          ? () => new Promise(() => undefined)
          : Reflect.get(target, name, receiver),
    });
    Object.assign(context, { hosts: whileAlive });
    Object.assign(context.journal, {
      write: async (id: string, event: Journaled) => {
        if (isDead) return { ok: true, value: undefined };
        if (!isThere(event)) return write(id, event);
        if (when === 'after') await write(id, event);
        isDead = true;
        throw new Error('killed');
      },
    });
    await deed().catch(() => undefined);
    Object.assign(context.journal, { write });
    Object.assign(context, { hosts });
    expect(isDead).toBe(true);
  };
  return { ...real, origin, revision, names, run, finish, dieAt };
};

const everything = { lock: true, commit: true, push: true };

const isDeed =
  (type: 'intended' | 'achieved', deed: RegExp) =>
  (event: Journaled): boolean =>
    event.type === type && deed.test(event.deed);

/** Where a rollback of hosts, lock, commit and push is killed, in its order. */
const moments = [
  ['before the first host', isDeed('intended', /^rollback/), 'after'],
  ['once a host is back', isDeed('achieved', /^rollback/), 'after'],
  ['before the lock is written', isDeed('intended', /^revert/), 'after'],
  ['once the commit is made, which nobody noted', isDeed('achieved', /^revert/), 'before'],
  ['before the push', isDeed('intended', /^push$/), 'after'],
  ['once it is pushed, which nobody noted', isDeed('achieved', /^push$/), 'before'],
] as const;

describe('a rollback that was killed is finished as a whole', () => {
  test.each(moments)('%s', async (_, isThere, when) => {
    using fleet = await deployed();
    const { repository, names, revision } = fleet;
    await fleet.dieAt(isThere, when, () => fleet.run(everything));
    const { ok, summary } = await fleet.finish();
    expect(summary).not.toContain('To do it:');
    expect(ok).toBe(true);
    for (const name of names) expect(fleet.fleet.hosts[name]?.current).toBe(oldPath(name));
    expect(repository.read('flake.lock')).toBe(lockOf('a'));
    expect(repository.git('status', '--porcelain')).toBe('');
    // Once, and pushed.
    expect(repository.git('rev-parse', 'HEAD^')).toBe(revision);
    expect(repository.git('rev-parse', 'origin/main')).toBe(repository.git('rev-parse', 'HEAD'));
    expect((await readHistory(fleet.context)).interrupted).toBeNull();
  });

  test.each(moments.slice(2))('also where finishing it is killed %s', async (_, isThere, when) => {
    using fleet = await deployed();
    const { repository, revision } = fleet;
    await fleet.dieAt(isDeed('achieved', /^rollback/), 'after', () => fleet.run(everything));
    await fleet.dieAt(isThere, when, fleet.finish);
    const { ok } = await fleet.finish();
    expect(ok).toBe(true);
    expect(repository.read('flake.lock')).toBe(lockOf('a'));
    expect(repository.git('rev-parse', 'HEAD^')).toBe(revision);
    expect(repository.git('rev-parse', 'origin/main')).toBe(repository.git('rev-parse', 'HEAD'));
    expect((await readHistory(fleet.context)).interrupted).toBeNull();
  });

  test('and touches no host where git would refuse the rest', async () => {
    using fleet = await deployed();
    await fleet.dieAt(isDeed('achieved', /^rollback/), 'after', () => fleet.run(everything));
    const before = fleet.fleet.deeds.length;
    fleet.repository.write('.git/index.lock', '');
    const { ok, summary } = await fleet.finish();
    expect(ok).toBe(false);
    expect(summary).toMatch(/No host was touched.*index\.lock/);
    expect(fleet.fleet.deeds.slice(before)).toEqual([]);
    expect((await readHistory(fleet.context)).interrupted?.alsoBack?.revision).toBe(fleet.revision);
  });

  test('but not over a lock that somebody updated since', async () => {
    using fleet = await deployed();
    await fleet.dieAt(isDeed('achieved', /^rollback/), 'after', () =>
      fleet.run({ lock: true, commit: false, push: false }),
    );
    fleet.repository.write('flake.lock', lockOf('c'));
    const { ok, summary } = await fleet.finish();
    expect(ok).toBe(false);
    expect(summary).toMatch(/flake\.lock was changed after the rollback was cut off/);
    expect(fleet.repository.read('flake.lock')).toBe(lockOf('c'));
  });
});
