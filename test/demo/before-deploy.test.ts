import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stagesLine } from '../../source/components/frame/header-lines.ts';
import { success } from '../../source/model/result.ts';
import type { World } from '../../source/services/world/world.ts';
import { nextStage } from '../../source/state/stage.ts';
import { type Keys, openKeys } from '../support/keys.ts';
import { openOn, type Stage, stillWorld } from '../support/play.ts';

const withSetting = async (settings: string): Promise<World> => {
  const world = stillWorld({});
  const file = join(world.workingFolder, 'nixup.toml');
  const text = await world.files.read(file);
  await world.files.write(
    file,
    (text.ok ? (text.value ?? '') : '').replace('[commit]\n', `[commit]\n${settings}\n`),
  );
  return world;
};

/** The whole run, with nas (which goes back by itself) or without. */
const runAll = (stage: Stage, withNas: boolean) =>
  stage.engine.runs.all({
    inputs: ['nixpkgs'],
    exclude: [],
    hosts: stage.deployables(),
    deploy: true,
    commit: true,
    push: false,
    choice: { also: [], rest: 'left' },
    approve: async (plan) =>
      success(
        withNas
          ? plan
          : {
              ...plan,
              targets: plan.targets.filter(({ host }) => host !== 'nas'),
              leftOut: [
                ...plan.leftOut,
                { host: 'nas', kind: 'protected', reason: 'not agreed to' },
              ],
            },
      ),
  });

const placeOf = (stage: Stage, is: (event: Stage['events'][number]) => boolean): number =>
  stage.events.findIndex(is);

test('with before-deploy hosts are deployed from the commit, and it is made once', async () => {
  const stage = await openOn(await withSetting('when = "before-deploy"'));
  const result = await runAll(stage, false);
  expect(result.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(result.summary).toMatch(/^Updated, deployed, verified and committed as /);
  const committed = placeOf(
    stage,
    (event) => event.type === 'achieved' && event.host === null && event.deed === 'commit',
  );
  const planned = placeOf(stage, (event) => event.type === 'planned');
  expect(committed).toBeGreaterThan(0);
  expect(planned).toBeGreaterThan(committed);
  expect(
    stage.events.filter((event) => event.type === 'achieved' && event.deed === 'commit'),
  ).toHaveLength(1);
});

test('a deploy that fails after such a commit offers the way back from both', async () => {
  const stage = await openOn(await withSetting('when = "before-deploy"'));
  const result = await runAll(stage, true);
  expect(result.ok).toBe(false);
  expect(result.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(result.summary).toContain(
    `The commit ${result.commit?.slice(0, 12)} stands, and is not pushed. To take it back with its hosts: nixup rollback --commit`,
  );
});

test('a deploy by itself from a tree that is not committed is refused', async () => {
  const stage = await openOn(await withSetting('when = "before-deploy"'));
  const { engine } = stage;
  await engine.lock.update(['nixpkgs']);
  await engine.hosts.survey({ probe: true, evaluate: true });
  await engine.build.test(stage.deployables());
  const result = await engine.deploy.run(engine.deploy.plan(['p620'], 'switch'));
  expect(result).toMatchObject({ ok: false, exitCode: 3 });
  expect(result.summary).toMatch(/when = "before-deploy".*Commit first: nixup commit/);
});

test('a push that nixup.toml forbids is refused in words', async () => {
  const stage = await openOn(await withSetting('push = "never"'));
  const result = await stage.engine.commit.push();
  expect(result).toMatchObject({ ok: false, exitCode: 3 });
  expect(result.summary).toMatch(/never pushes: \[commit\] push = "never"/);
});

test('a commit that nixup.toml wants pushed or proposed says so before it is made', async () => {
  const pushed = await openOn(await withSetting('push = "always"'));
  await pushed.engine.lock.update(['nixpkgs']);
  await pushed.engine.hosts.survey({ probe: true, evaluate: true });
  await pushed.engine.build.test(pushed.deployables());
  expect(await pushed.engine.commit.plan({ also: [], rest: 'left' })).toMatchObject({
    pushes: true,
  });
});

/** Updated, looked at, and without the input that breaks studio. */
const reviewed = async (): Promise<Keys> => {
  const keys = await openKeys({}, await withSetting('when = "before-deploy"'));
  await keys.press('C', 'u', '2', '/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'x', 'm', 'm');
  expect(nextStage(keys.app())).toBe('test');
  return keys;
};

test('with before-deploy the bar and m have the commit before the deploy', async () => {
  const keys = await reviewed();
  await keys.press('m', 'm');
  expect(nextStage(keys.app())).toBe('commit');
  const bar = stagesLine(keys.app(), 'commit', 0, 120).map(({ text }) => text);
  expect(bar.join('')).toMatch(/✓ test ● commit ○ deploy ○ verify ○ watch +m commit $/);
  await keys.press('1', 'D');
  expect(keys.toast()).toMatch(
    /deployed from its commit .*flake\.lock.* not committed; c commits$/,
  );
  await keys.press('m', 'm');
  await keys.choose('All 2 files');
  await keys.choose('Commit');
  expect(keys.app().stages.commit.kind).toBe('passed');
  // What carries the revision is another system now.
  if (nextStage(keys.app()) === 'test') await keys.press('m', 'm');
  expect(nextStage(keys.app())).toBe('deploy');
  await keys.press('m', 'm');
  expect(keys.offers()).toContain('Deploy 6 hosts');
});

test('with before-deploy no way leads around a host that fails its test', async () => {
  const keys = await openKeys({}, await withSetting('when = "before-deploy"'));
  await keys.press('C', 'u', 'm', 'm', 'T', 'm', 'm');
  const on = keys.menu().items.find(({ id }) => id === 'go-on');
  expect(on?.refused).toBe('the commit comes next, and is closed until studio passes its test');
});

test('with before-deploy a command names the commit as what comes next', async () => {
  const { engine, deployables } = await openOn(await withSetting('when = "before-deploy"'));
  await engine.lock.update(['nixpkgs']);
  expect(await engine.build.test(deployables())).toMatchObject({ next: 'Next: nixup commit' });
});
