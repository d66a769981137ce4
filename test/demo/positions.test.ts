import { expect, test } from 'vitest';
import { countsLine } from '../../source/components/frame/header-lines.ts';
import { guiltyInput } from '../../source/demo/world.ts';
import { troubleCounts } from '../../source/screen/rows/fleet.ts';
import { healthWords, positionWords, workWords } from '../../source/screen/texts/host.ts';
import { unpushedCommits } from '../../source/state/left-over.ts';
import { nextStage } from '../../source/state/stage.ts';
import type { HostState } from '../../source/state/state.ts';
import { openKeys } from '../support/keys.ts';
import { openStage, type Stage } from '../support/play.ts';

const hostOf = ({ state }: Stage, name: string): HostState => {
  const host = state().hosts[name];
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
};

const wordsOf = (stage: Stage, name: string): readonly string[] => {
  const host = hostOf(stage, name);
  return [positionWords(host, 0).words, workWords(host, 0).words];
};

/** Updated without the input that breaks studio, deployed and committed. */
const committed = async (): Promise<Stage> => {
  const stage = await openStage();
  const { engine, deployables } = stage;
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.build.test(deployables());
  await engine.deploy.run(engine.deploy.plan(deployables(), 'switch'));
  await engine.commit.run(await engine.commit.plan());
  return stage;
};

test('a host that runs what HEAD builds is not behind HEAD while an update waits', async () => {
  const stage = await committed();
  expect(wordsOf(stage, 'studio')).toEqual(['reboot needed', 'deployed g62']);
  await stage.engine.lock.update([guiltyInput]);
  await stage.engine.close();
  // Its system carries no revision: it was built before the commit. The tree is that of HEAD.
  expect(hostOf(stage, 'studio').ancestry).toEqual({ kind: 'same' });
  // The deploy was that of the earlier system, and the reboot that it needs is still told.
  expect(positionWords(hostOf(stage, 'studio'), 0).words).toBe('to deploy');
  expect(workWords(hostOf(stage, 'studio'), 0).words).toBe('');
});

test('a reboot that a host needs stays in sight while an update waits and once it is built', async () => {
  const stage = await openStage();
  expect(wordsOf(stage, 'vault')).toEqual(['reboot needed', '']);
  await stage.engine.lock.update('all');
  await stage.engine.lock.revert([guiltyInput]);
  await stage.engine.build.test(['vault']);
  expect(wordsOf(stage, 'vault')).toEqual(['to deploy', 'built, reboot needed']);
});

test('nothing is said of the health of a host that does not answer', async () => {
  const stage = await openStage();
  const asleep = hostOf(stage, 'samsung');
  const known = hostOf(stage, 'nas').facts;
  expect(healthWords({ ...asleep, facts: known }).words).toBe('unknown');
});

test('a commit that is not pushed is named at once, in the header, and by m before the watch', async () => {
  const keys = await openKeys();
  await keys.press('C', 'u', 'm', 'm');
  await keys.press('2', '/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'x', 'm', 'm', 'T', 'c');
  await keys.choose('Commit');
  expect(keys.toast()).toMatch(/^Committed as \w+\..* · 1 commit is not pushed yet \(p pushes\)/);
  const header = (columns: number): string =>
    countsLine(
      troubleCounts(keys.app().hosts),
      { changed: 0, alarms: 0, isReviewed: true },
      unpushedCommits(keys.app()),
      columns,
    )
      .map(({ text }) => text)
      .join('');
  for (const columns of [60, 80, 120]) expect(header(columns)).toContain('1 commit to push');
  for (const stage of ['deploy', 'verify'] as const) {
    expect(nextStage(keys.app())).toBe(stage);
    if (keys.app().stages[stage].kind === 'todo' && stage === 'deploy') {
      await keys.press('D');
      await keys.choose('Deploy 6 hosts');
    }
    await keys.press('m', 'm');
    if (keys.ui().overlay?.kind === 'menu') await keys.choose('continue');
  }
  expect(nextStage(keys.app())).toBe('watch');
  await keys.press('m');
  expect(keys.toast()).toMatch(/^next: watch\. .*\. 1 commit is not pushed yet \(p pushes\)$/);
  await keys.press('p');
  await keys.choose('Push');
  expect(header(120)).not.toContain('push');
  await keys.press('m');
  expect(keys.toast()).not.toContain('pushed');
});
