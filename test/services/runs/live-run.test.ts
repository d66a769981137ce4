import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type AskedOfRun,
  askRun,
  openLiveRun,
  progressFileOf,
  watchRun,
} from '../../../source/services/runs/live-run.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

const open = async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-live-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const world = createProcessWorld();
  const asked: AskedOfRun[] = [];
  const live = openLiveRun(world, folder, (one) => asked.push(one));
  onTestFinished(async () => {
    await live.stop();
    await live.clear();
  });
  return { folder, world, asked, live };
};

const isActive = async () => true;

test('what others ask is told once, with who asks, in a folder that is closed to others', async () => {
  const { folder, world, asked } = await open();
  for (const ask of ['pause', 'continue', 'cancel'] as const) {
    expect(await askRun(world, folder, ask, isActive)).toMatchObject({ ok: true });
    await vi.waitUntil(() => asked.at(-1)?.ask === ask, { timeout: 30_000 });
  }
  expect(asked.map(({ ask }) => ask)).toEqual(['pause', 'continue', 'cancel']);
  expect(asked[0]?.by).toBe(`${world.userName}@${world.hostName}`);
  expect((await world.files.look(path.join(folder, 'requests')))?.mode).toBe(0o700);
});

test('a wish that comes as the work of a run ends is read at its end, and none after it', async () => {
  const { folder, world, asked, live } = await open();
  await askRun(world, folder, 'cancel', isActive);
  await live.stop();
  expect(asked.map(({ ask }) => ask)).toEqual(['cancel']);
  await askRun(world, folder, 'pause', isActive);
  await live.stop();
  expect(asked).toHaveLength(1);
});

test('files that ask nothing are taken away, and nothing is done', async () => {
  const { folder, world, asked } = await open();
  const requests = path.join(folder, 'requests');
  await mkdir(requests);
  for (const [index, text] of ['', '{', '{"ask":"reboot","by":"x"}', '[]', '\u0000'].entries())
    await writeFile(path.join(requests, `ask-${index}.json`), text);
  await vi.waitUntil(async () => (await readdir(requests)).length === 0, { timeout: 30_000 });
  await askRun(world, folder, 'cancel', isActive);
  await vi.waitUntil(() => asked.length > 0, { timeout: 30_000 });
  expect(asked.map(({ ask }) => ask)).toEqual(['cancel']);
});

test('progress is written while somebody watches: first all of it, then what is new, and nothing is left', async () => {
  const { folder, world, live } = await open();
  const of = (host: string, done: number) => ({ type: 'progress', host, done });
  live.progress('p620', of('p620', 1));
  live.progress('razer', of('razer', 1));
  const unwatch = await watchRun(world, folder);
  const written = async (): Promise<readonly unknown[]> => {
    const read = await world.files.read(progressFileOf(folder));
    const text = read.ok ? (read.value ?? '') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  };
  const first = [of('p620', 1), of('razer', 1)];
  await vi.waitUntil(async () => (await written()).length === 2, { timeout: 30_000 });
  expect(await written()).toEqual(first);
  live.progress('p620', of('p620', 2));
  await vi.waitUntil(async () => (await written()).length === 3, { timeout: 30_000 });
  expect(await written()).toEqual([...first, of('p620', 2)]);
  await unwatch();
  await live.stop();
  await live.clear();
  expect(await readdir(folder)).toEqual([]);
});

test('a wish for a run that has ended is refused, and no file of it stays', async () => {
  const { folder, world, live, asked } = await open();
  await live.stop();
  // Between its last look and its end the run does not read it: it goes with the folder.
  expect(await askRun(world, folder, 'cancel', isActive)).toMatchObject({ ok: true });
  await live.clear();
  expect(await readdir(folder)).toEqual([]);
  expect(await askRun(world, folder, 'cancel', async () => false)).toMatchObject({
    ok: false,
    failure: { code: 'gate-closed' },
  });
  expect(await readdir(folder)).toEqual([]);
  expect(asked).toEqual([]);
});
