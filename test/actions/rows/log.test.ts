import { expect, test } from 'vitest';
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
