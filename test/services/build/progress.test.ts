import { expect, test } from 'vitest';
import { foldNixEvent } from '../../../source/model/build/fold.ts';
import { createPast } from '../../../source/model/build/past.ts';
import { newNixProcess } from '../../../source/model/build/process.ts';
import { createProgressFeed } from '../../../source/services/build/progress.ts';
import { strictWorld } from '../../support/strict-world.ts';

/** A feed of so many builds, with a clock whose timers go off when it is moved. */
const feedOf = (count: number) => {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = 0;
  const after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: now + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void after(ms, resolve));
  const world = { ...strictWorld(), clock: { now: () => now, sleep, after } };
  const hosts = Array.from({ length: count }, (_, index) => `host${index}`);
  const processes = new Map(hosts.map((host) => [host, newNixProcess()]));
  const told: (string | null)[] = [];
  const feed = createProgressFeed(
    world,
    { onProgress: (host) => told.push(host) },
    processes,
    createPast(),
    new Set(hosts),
  );
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    for (const timer of timers)
      if (timer.at <= now) {
        timers.delete(timer);
        timer.run();
      }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { feed, told, advance, timers };
};

test('what moves is told ten times a second, and only of the hosts that said something', async () => {
  const { feed, told, advance } = feedOf(1_000);
  for (let line = 0; line < 50; line += 1) feed.tellSoon('host7', true);
  await advance(100);
  expect(told).toEqual([null, 'host7']);
});

test('lines of builders alone are told every two seconds: that they are not silent', async () => {
  const { feed, told, advance, timers } = feedOf(1_000);
  for (let second = 0; second < 19; second += 1) {
    feed.tellSoon('host7', false);
    feed.tellSoon('host8', false);
    await advance(100);
  }
  expect(told).toEqual([]);
  await advance(100);
  expect(told).toEqual([null, 'host7', 'host8']);
  expect(timers.size).toBe(0);
});

test('what moves is not kept back by lines, and tells of them too', async () => {
  const { feed, told, advance, timers } = feedOf(1_000);
  feed.tellSoon('host7', false);
  feed.tellSoon('host8', true);
  await advance(100);
  expect(told).toEqual([null, 'host7', 'host8']);
  expect(timers.size).toBe(0);
});

test('no timer is left when all is told', async () => {
  const { feed, timers } = feedOf(1);
  feed.tellSoon('host0', false);
  await feed.settled();
  expect(timers.size).toBe(0);
});

test('the last line of a builder stands in what is told', async () => {
  const process = newNixProcess();
  const start = { kind: 'build', subject: '/nix/store/a.drv', name: 'a', machine: null } as const;
  foldNixEvent(process, { action: 'started', id: '1', ...start }, 5);
  foldNixEvent(process, { action: 'logLine', id: '1', line: 'CC a.o' }, 90_000);
  expect([...process.activities.values()].map(({ lastHeardAt }) => lastHeardAt)).toEqual([90_000]);
});
