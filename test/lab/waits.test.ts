import { beforeAll, expect, it } from 'vitest';
import { fate, reset } from './lab.ts';
import { type Answer, type Ended, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const tested = async (name: 'stops-slowly' | 'activation-slow', options: object): Promise<void> => {
  await fate('p510', name, { ...options });
  const test = await nixup(['test', 'p510']);
  expect(test.exitCode, test.stderr).toBe(0);
};

const deployed = async (): Promise<Ended> => {
  const deploy = await nixup(['deploy', 'p510', '--yes', '--json']);
  expect(deploy.exitCode, deploy.stderr).toBe(0);
  return deploy;
};

const waitsOf = (events: readonly Answer[]): readonly Answer[] =>
  events.flatMap((event) =>
    event.type === 'host-worked' && event.work.waits !== undefined ? [event.work.waits] : [],
  );

const logOf = (events: readonly Answer[]): string =>
  events.flatMap((event) => (event.type === 'logged' ? event.lines : [])).join('\n');

describeInLab('an activation that takes long', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p510']);
    await tested('stops-slowly', { seconds: 16, version: 1 });
    await deployed();
  }, 300_000);

  it('names the unit that it waits for, since when, in its events and in its log', async () => {
    await tested('stops-slowly', { seconds: 16, version: 2 });
    const { events } = await deployed();
    expect(waitsOf(events)[0]).toMatchObject({
      jobs: [
        { unit: 'syncthing.service', job: 'stop', isRunning: true, since: expect.any(Number) },
      ],
    });
    expect(logOf(events)).toMatch(/waits for syncthing to stop \(since \d+ s\)/);
  });

  it('names its own script where no unit is waited for, in words without a screen', async () => {
    await tested('activation-slow', { seconds: 16 });
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    expect(deploy.stderr).toMatch(/p510 +activating, waits for its own script, at sleep.* …/);
  });
});
