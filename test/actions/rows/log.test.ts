import { expect, test } from 'vitest';
import { allLog } from '../../../source/model/words/log.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, hostOf, noon, stateOf } from '../../fixtures/states.ts';
import { createFixture, type Fixture } from '../../support/fake-context.ts';

const logged = (host: string, count: number): AppState =>
  reduceAll(stateOf([...fourHosts, hostOf('million')]), [
    {
      type: 'logged',
      at: noon,
      host,
      lines: Array.from({ length: count }, (_, index) => `line ${index}`),
    },
  ]);

const inPager = async (app: AppState, host: string): Promise<Fixture> => {
  const fixture = createFixture(app);
  fixture.context.ui({ type: 'log-opened', host });
  fixture.press('|');
  await fixture.settle();
  return fixture;
};

test('the pager reads the files of a log whose beginning is no longer in memory', async () => {
  const fixture = await inPager(logged('million', 20_000), 'million');
  expect(fixture.calls).toContain('pager /runs/1/million.log /runs/2/million.log');
});

test('a log that is whole in memory is read from there', async () => {
  const fixture = await inPager(logged('million', 200), 'million');
  expect(fixture.calls).toContain('pager million.log 200 lines');
});

test('where no file is known, what is in memory is read', async () => {
  const fixture = await inPager(logged('razer', 20_000), 'razer');
  expect(fixture.calls).toContain('pager razer.log 5000 lines');
});

const twoLogs = reduceAll(logged('razer', 3), [
  { type: 'logged', at: noon, host: 'razer', lines: ['copying'], isStep: true },
]);

test('the key of the view opens the log of the chosen host, then that of the fleet, then the list of all', () => {
  const fixture = createFixture(twoLogs);
  const shown = (): string => fixture.context.state().ui.log.host;
  fixture.context.ui({ type: 'pointed', list: 'fleet', id: 'razer' });
  fixture.press('6');
  expect(shown()).toBe('razer');
  fixture.press('6');
  expect(shown()).toBe(allLog);
  fixture.press('6');
  expect(fixture.context.state().ui.overlay).toMatchObject({ kind: 'palette', only: 'logs' });
  for (const key of ['r', 'a', 'z', 'enter'] as const) fixture.press(key);
  expect(fixture.context.state().ui.overlay).toBeNull();
  expect(shown()).toBe('razer');
});

test('where nobody chose a host, or it has no log, the key of the view opens the log of the fleet', () => {
  const fixture = createFixture(twoLogs);
  fixture.press('6');
  expect(fixture.context.state().ui.log.host).toBe(allLog);
  fixture.press('1');
  fixture.context.ui({ type: 'pointed', list: 'fleet', id: 'million' });
  fixture.press('6');
  expect(fixture.context.state().ui.log.host).toBe(allLog);
});

test('the levels of a log are chosen in the tab of a host as in the view', () => {
  const fixture = createFixture(twoLogs);
  fixture.context.ui({
    type: 'showed',
    screen: { kind: 'host', host: 'razer', tab: 'log' },
  });
  fixture.press('+');
  expect(fixture.context.state().ui.log.level).toBe('warning');
  fixture.press('-');
  expect(fixture.context.state().ui.log.level).toBe('all');
});
