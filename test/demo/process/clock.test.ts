import { expect, test } from 'vitest';
import { createDemoClock } from '../../../source/demo/process/clock.ts';

test('with the clock off, sleeps end in the order of their time and cost none', async () => {
  const clock = createDemoClock(Number.POSITIVE_INFINITY, 1_000);
  const ended: string[] = [];
  const sleep = async (name: string, times: readonly number[]): Promise<void> => {
    for (const time of times) {
      await clock.sleep(time);
      ended.push(`${name} ${clock.now()}`);
    }
  };
  await Promise.all([sleep('slow', [86_400_000]), sleep('quick', [10, 10]), sleep('other', [15])]);
  expect(ended).toEqual(['quick 1010', 'other 1015', 'quick 1020', 'slow 86401000']);
});

test('an aborted sleep ends at once and moves no time', async () => {
  const clock = createDemoClock(Number.POSITIVE_INFINITY, 1_000);
  const controller = new AbortController();
  const asleep = clock.sleep(5_000, controller.signal);
  controller.abort();
  await asleep;
  expect(clock.now()).toBe(1_000);
});

test('time runs as fast as it is told', async () => {
  const clock = createDemoClock(1_000, 0);
  await clock.sleep(20_000);
  expect(clock.now()).toBeGreaterThanOrEqual(19_000);
});
