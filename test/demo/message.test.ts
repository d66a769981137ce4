import { expect, test } from 'vitest';
import { success } from '../../source/model/result.ts';
import { openOn, stillWorld } from '../support/play.ts';

test('the message of a commit is the same whenever it is asked for, and by whichever nixup', async () => {
  const world = stillWorld({});
  const first = await openOn(world);
  const { engine } = first;
  await engine.lock.update(['nixpkgs']);
  await engine.hosts.survey({ probe: true, evaluate: true });
  await engine.build.test(first.deployables());
  // Nas goes back by itself, samsung sleeps, and router waits for its name.
  await engine.deploy.run(engine.deploy.plan(first.deployables(), 'switch'));
  const message = (await engine.commit.plan()).message;
  expect(message).toMatch(/^Deployed: .*p620/m);
  expect(message).toMatch(/^Pending: samsung \(was asleep\)$/m);
  expect(message).toMatch(/^(?:Rolled back|Unhealthy|Failed): nas/m);
  expect(message).not.toMatch(/^Unchanged: .*samsung/m);
  await engine.close();

  const second = await openOn(world);
  await second.engine.hosts.survey({ probe: true, evaluate: true });
  expect((await second.engine.commit.plan()).message).toBe(message);
  // Nothing of it depends on what is known of the hosts now.
  await second.engine.refresh();
  expect((await second.engine.commit.plan()).message).toBe(message);
});

test('what a commit was made of stands in the journal, and says the same', async () => {
  const stage = await openOn(stillWorld({}));
  const result = await stage.engine.runs.all({
    inputs: ['nixpkgs'],
    exclude: [],
    hosts: stage.deployables(),
    deploy: true,
    commit: true,
    push: false,
    approve: async (plan) =>
      success({ ...plan, targets: plan.targets.filter(({ host }) => host !== 'nas') }),
  });
  expect(result.commit).not.toBeNull();
  const told = stage.events.find((event) => event.type === 'described');
  if (told?.type !== 'described') throw new Error('the run describes its commit');
  expect(told.message).toMatch(/^No new trouble: .*p620/m);
  expect(told.facts.changes.map(({ change, count }) => [change.path, count?.count])).toEqual([
    ['nixpkgs', 1204],
  ]);
});
