import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writePastRuns } from '../../../bench/past-runs.ts';
import { listedRuns, wholeRuns } from '../../../source/commands/reports/plain-history.ts';
import { readHistory } from '../../../source/engine/run/history.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { stateFolder } from '../../../source/services/world/state-folder.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** Indexed runs on a real disk; every fourth is a deploy to all hosts. */
const indexedRuns = async (count: number, hosts: number) => {
  const state = mkdtempSync(path.join(os.tmpdir(), 'nixup-listed-runs-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const names = Array.from({ length: hosts }, (_, index) => `host${index}`);
  const ids = writePastRuns('/fleet', state, count, Date.now(), names);
  const folder = stateFolder(
    { folders: { state, cache: state, home: state, runtime: state } },
    '/fleet',
  );
  const fleet = await fakeFleet([]);
  const world = { ...fleet.context.world, files: createFiles() };
  const context = { ...fleet.context, world, folder, journal: createJournal(world, folder) };
  const again = async () => (await readHistory(context, 'all')).runs;
  return { folder, ids, byEngine: await again(), again };
};

test.each([
  4, 400,
])('runs of %i hosts are listed by less than a kilobyte a run, and read whole where hosts are asked for', async (hosts) => {
  const { folder, ids, byEngine } = await indexedRuns(60, hosts);
  const index = path.join(folder, 'past-runs.jsonl');
  if (hosts === 400) expect(statSync(index).size).toBeLessThan(ids.length * 1_000);
  // All of them have the same hosts, which are written once.
  const fleets = hosts === 400 ? 1 : 0;
  expect(readFileSync(index, 'utf8').trimEnd().split('\n')).toHaveLength(ids.length + fleets);
  expect(listedRuns(folder)?.map(({ id, by, ending }) => [id, by, ending?.result.summary])).toEqual(
    byEngine.map(({ id, by, ending }) => [id, by, ending?.result.summary]),
  );
  expect(wholeRuns(folder)).toEqual(byEngine);
});

test('the list of a large fleet reads nothing but the index', async () => {
  const { folder, ids } = await indexedRuns(60, 400);
  for (const id of ids) rmSync(path.join(folder, 'runs', id, 'past-run.jsonl'), { force: true });
  expect(listedRuns(folder)).toHaveLength(60);
  expect(listedRuns(folder, 'Host399')).toHaveLength(15);
  expect(listedRuns(folder, 'host3')).toHaveLength(15);
  expect(listedRuns(folder, 'host400')).toEqual([]);
  expect(wholeRuns(folder)).toBeNull();
});

test('a run whose hosts the index does not have is left to the engine, which writes them again', async () => {
  const { folder, again } = await indexedRuns(8, 400);
  const index = path.join(folder, 'past-runs.jsonl');
  const lines = readFileSync(index, 'utf8').split('\n');
  writeFileSync(index, lines.filter((line) => !line.includes('"form":"fleet"')).join('\n'));
  expect(listedRuns(folder, 'host7')).toBeNull();
  expect(listedRuns(folder)).toHaveLength(8);
  await again();
  expect(listedRuns(folder, 'host7')).toHaveLength(2);
});
