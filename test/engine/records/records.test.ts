import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecords } from '../../../source/engine/records/records.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { failed } from '../../../source/model/result.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import type { World } from '../../../source/services/world/world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-kept-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

const world = createProcessWorld();

const open = async () => {
  const told: string[] = [];
  const records = await openRecords(world, { own: folder }, (_path, text) => told.push(text));
  return { records, told };
};

const baseline = (host: string, at: number) => ({
  host,
  at,
  failedUnits: [],
  activeUnits: [],
  bootId: null,
});

test('a screen that was open before a headless run keeps what that run recorded', async () => {
  const screen = await open();
  const run = await open();
  await run.records.keepBaseline(baseline('p620', 1));
  await screen.records.keepBaseline(baseline('razer', 2));
  const later = await open();
  expect(later.records.baseline('p620')?.at).toBe(1);
  expect(later.records.baseline('razer')?.at).toBe(2);
  // Its own write shows it what the other one wrote.
  expect(screen.records.baseline('p620')?.at).toBe(1);
  await screen.records.reload();
  expect(screen.told).toEqual([]);
});

test('twenty that write at once lose nothing, and leave no lock', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, open));
  await Promise.all(
    all.flatMap(({ records }, index) => [
      records.keepBaseline(baseline(`a${index}`, index)),
      records.keepBaseline(baseline(`b${index}`, index)),
      records.settlePending(['x'], [{ host: `h${index}`, toplevel: '/x', lock: null, since: 1 }]),
    ]),
  );
  const { records } = await open();
  expect(records.pending()).toHaveLength(20);
  for (let index = 0; index < 20; index += 1)
    for (const name of ['a', 'b']) expect(records.baseline(`${name}${index}`)?.at).toBe(index);
  expect(await readdir(folder)).toEqual(['baselines.json', 'pending.json']);
});

test('what nobody recorded is forgotten without a lock, and what another nixup recorded is gone too', async () => {
  const locked: string[] = [];
  const watched: World = {
    ...world,
    files: {
      ...world.files,
      makeFolder: async (place) => {
        locked.push(place);
        return await world.files.makeFolder(place);
      },
    },
  };
  const records = await openRecords(watched, { own: folder }, () => undefined);
  locked.length = 0;
  expect(await records.settlePending(['p620'], [])).toMatchObject({ ok: true });
  expect(locked).toEqual([]);
  const other = await open();
  await other.records.settlePending([], [{ host: 'p620', toplevel: '/x', lock: null, since: 1 }]);
  expect(await records.settlePending(['p620'], [])).toMatchObject({ ok: true });
  expect((await open()).records.pending()).toEqual([]);
});

test('a record that does not fit stays in the file, and so does what a newer nixup added', async () => {
  const newer = { ...baseline('p510', 3), mood: 'calm' };
  const strange = { host: 'studio', at: 'yesterday' };
  const file = path.join(folder, 'baselines.json');
  await writeFile(file, JSON.stringify([strange, newer]));
  const { records, told } = await open();
  expect(told).toEqual([
    `1 of 2 records of ${file} cannot be read, and is not used. It stays in the file.`,
  ]);
  expect(records.baseline('studio')).toBeUndefined();
  await records.keepBaseline(baseline('p620', 4));
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([strange, newer, baseline('p620', 4)]);
});

test.each([
  ['text that is no JSON', (file: string) => writeFile(file, '[{"host"')],
  ['another shape', (file: string) => writeFile(file, '{"version": 2}')],
  ['nothing', (file: string) => writeFile(file, '')],
  ['bytes', (file: string) => writeFile(file, Buffer.from([0, 255, 254, 10]))],
  ['a folder', (file: string) => mkdir(file)],
])('%s in place of records is told, and kept beside when the next one is written', async (_, make) => {
  const file = path.join(folder, 'baselines.json');
  await make(file);
  const { records, told } = await open();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(file);
  expect(records.baseline('p620')).toBeUndefined();
  expect(await records.keepBaseline(baseline('p620', 1))).toEqual({ ok: true, value: undefined });
  const names = await readdir(folder);
  expect(names).toHaveLength(2);
  expect(names.some((name) => name.startsWith('baselines.json.damaged-'))).toBe(true);
  expect((await open()).records.baseline('p620')?.at).toBe(1);
});

test('what cannot be written is told once, kept, and written with what comes next', async () => {
  let trouble: 'none' | 'full' | 'locked' = 'none';
  const refuse = (path: string) =>
    failed<Failure>({ code: 'file-failed', operation: 'write', path, detail: 'no space left' });
  const files: World['files'] = {
    ...world.files,
    write: async (path, text) =>
      trouble === 'full' ? refuse(path) : await world.files.write(path, text),
    makeFolder: async (path) =>
      trouble === 'locked' ? refuse(path) : await world.files.makeFolder(path),
  };
  const told: string[] = [];
  const records = await openRecords({ ...world, files }, { own: folder }, (_path, text) =>
    told.push(text),
  );
  for (const [index, kind] of (['full', 'locked'] as const).entries()) {
    trouble = kind;
    expect(await records.keepBaseline(baseline(`${kind}-a`, 1))).toMatchObject({ ok: false });
    await records.keepBaseline(baseline(`${kind}-b`, 2));
    expect(told).toHaveLength(index + 1);
    expect(told.at(-1)).toMatch(/no space left.*is lost when nixup ends/s);
    // Another nixup may have written: what waits here is not forgotten for it.
    await records.reload();
    expect(records.baseline(`${kind}-a`)?.at).toBe(1);
    expect(await records.settle()).toMatchObject([{ what: 'the health to compare with' }]);
    trouble = 'none';
    expect(await records.settle()).toEqual([]);
    const later = (await open()).records;
    expect([later.baseline(`${kind}-a`)?.at, later.baseline(`${kind}-b`)?.at]).toEqual([1, 2]);
  }
});

test('services that switched a host are kept with the last time of each, for whoever opens them next', async () => {
  const first = await open();
  const pull = { host: 'p620', unit: 'pull.service', at: 10 };
  await first.records.keepSwitchers([pull, { ...pull, host: 'razer' }]);
  await first.records.keepSwitchers([
    { ...pull, at: 20 },
    { ...pull, unit: 'other.service' },
  ]);
  const later = await open();
  expect(later.records.switchers('p620')).toEqual([
    { ...pull, at: 20 },
    { ...pull, unit: 'other.service' },
  ]);
  expect(later.records.switchers('razer')).toHaveLength(1);
  expect(later.records.switchers('nas')).toEqual([]);
});
