import { expect, test } from 'vitest';
import { rememberFleet } from '../../../source/engine/run/remember.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

test('whoever leaves while the fleet is being kept waits until it is on the disk', async () => {
  const { context } = await fakeFleet([entryOf('p620')]);
  const onDisk: (() => void)[] = [];
  let isWritten = false;
  Object.assign(context.fleetMemory, {
    keep: () =>
      new Promise<void>((resolve) => {
        onDisk.push(() => {
          isWritten = true;
          resolve();
        });
      }),
  });
  const kept = rememberFleet(context);
  const left = rememberFleet(context).then(() => isWritten);
  await expect.poll(() => onDisk.length).toBe(1);
  onDisk[0]?.();
  expect(await left).toBe(true);
  await kept;
  expect(onDisk).toHaveLength(1);
});
