import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFleetMemory } from '../../../source/engine/records/fleet-memory.ts';
import { lastFactsName } from '../../../source/model/remembered/file-names.ts';
import type { RememberedFleet } from '../../../source/model/remembered/fleet.ts';
import { onlyNamed } from '../../../source/model/remembered/host.ts';
import { readRemembered } from '../../../source/parsers/kept/remembered.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

const world = createProcessWorld();

const folderOfTest = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-memory-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const fleetOf = (listedAt: number, names: readonly string[]): RememberedFleet => ({
  flake: '/flake',
  head: null,
  listedAt,
  hosts: names.map((name) => ({
    ...onlyNamed(name),
    standing: { at: listedAt, position: { kind: 'current' }, changes: '', waits: null },
  })),
  lock: null,
  board: null,
});

const open = (
  folder: string,
): { keep: (fleet: RememberedFleet) => Promise<void>; told: string[] } => {
  const told: string[] = [];
  const { keep } = openFleetMemory(world, folder, (_path, what) => told.push(what));
  return { keep, told };
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  const text = await readFile(path.join(folder, lastFactsName(world.hostName)), 'utf8');
  const read = readRemembered(text, {
    flake: '/flake',
    machine: world.hostName,
    now: world.clock.now(),
  });
  if (read.kind !== 'read') throw new Error(read.why);
  return read.fleet.hosts.map(({ name }) => name);
};

test('two programs at once keep what each of them found out', async () => {
  const folder = await folderOfTest();
  const now = world.clock.now();
  const programs = Array.from({ length: 8 }, () => open(folder));
  const all = ['a', 'b', 'c'];
  await Promise.all(
    programs.map(({ keep }, index) => {
      const fleet = fleetOf(now - 1_000 + index, all);
      // Each of them asked one host only.
      const hosts = fleet.hosts.map((host, place) =>
        place === index % 3 ? host : { ...host, standing: null },
      );
      return keep({ ...fleet, hosts });
    }),
  );
  expect(await namesIn(folder)).toEqual(all);
  const text = await readFile(path.join(folder, lastFactsName(world.hostName)), 'utf8');
  expect(text.match(/"kind":"current"/g)).toHaveLength(3);
  expect(programs.flatMap(({ told }) => told)).toEqual([]);
});

test.each([
  ['', 'it is empty'],
  ['{"version":1,"fla', 'it is damaged'],
  [JSON.stringify({ version: 1, flake: '/other' }), 'it is of another flake'],
])('a record that is none is put aside and told, and a new one is written (%#)', async (text, why) => {
  const folder = await folderOfTest();
  await writeFile(path.join(folder, lastFactsName(world.hostName)), text);
  const { keep, told } = open(folder);
  await keep(fleetOf(world.clock.now(), ['a']));
  expect(await namesIn(folder)).toEqual(['a']);
  expect(told).toEqual([expect.stringContaining(`are not used: ${why}.`)]);
  const aside = (await readdir(folder)).find((name) => name.includes('.damaged-'));
  expect(await readFile(path.join(folder, aside ?? ''), 'utf8')).toBe(text);
});

test('a folder in its place is put aside as well', async () => {
  const folder = await folderOfTest();
  await world.files.makeFolder(path.join(folder, lastFactsName(world.hostName)));
  const { keep, told } = open(folder);
  await keep(fleetOf(world.clock.now(), ['a']));
  expect(await namesIn(folder)).toEqual(['a']);
  expect(told).toHaveLength(1);
});

/** Writes one record after the other, each of one host more, and says so. */
const writer = (folder: string): string => `
  import { openFleetMemory } from '${path.resolve('source/engine/records/fleet-memory.ts')}';
  import { createProcessWorld } from '${path.resolve('source/services/world/process-world.ts')}';
  const world = createProcessWorld();
  const { keep } = openFleetMemory(world, ${JSON.stringify(folder)}, (path, what) => { console.log('told ' + what); });
  for (let count = 1; ; count += 1) {
    const hosts = Array.from({ length: 400 }, (_, index) => ({
      known: 'remembered', name: 'host' + index, address: 'x'.repeat(count % 200), here: false, tags: [],
      policy: 'auto', role: 'deployable', answer: null, standing: null,
    }));
    await keep({ flake: '/flake', head: null, listedAt: Date.now(), hosts, lock: null, board: null });
    console.log('kept');
  }`;

test('killed at any moment, the record is whole', async () => {
  const folder = await folderOfTest();
  for (let kill = 1; kill <= 5; kill += 1) {
    const child = spawn(
      process.execPath,
      ['--input-type=module-typescript', '-e', writer(folder)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let kept = 0;
    let said = '';
    child.stdout.setEncoding('utf8');
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdout.on('data', (text: string) => {
      said += text;
      kept += text.split('kept').length - 1;
      // In the middle of the next one, at another place each time.
      if (kept < 2) return;
      for (let turn = 0; turn < kill * 50_000; turn += 1);
      child.kill('SIGKILL');
    });
    await ended;
    expect(said).not.toContain('told');
    expect(await namesIn(folder)).toHaveLength(400);
  }
}, 60_000);
