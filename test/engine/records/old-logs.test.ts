import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { logsToRemove, removeOldLogs } from '../../../source/engine/records/old-logs.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

const day = 86_400_000;
const now = 400 * day;
const log = (name: string, days: number, megabytes: number) => ({
  path: name,
  bytes: megabytes * 1024 * 1024,
  kind: 'file' as const,
  changedAt: now - days * day,
});

test.each([
  ['none, where all are young and small', [log('a', 1, 10), log('b', 89, 10)], []],
  ['those older than ninety days', [log('a', 1, 10), log('b', 91, 10)], ['b']],
  [
    'the oldest, until half a gigabyte is left',
    [log('a', 3, 200), log('b', 1, 200), log('c', 2, 200)],
    ['a'],
  ],
  ['all that follow a large one', [log('a', 1, 600), log('b', 2, 1)], ['a', 'b']],
])('logs that go: %s', (_, logs, gone) => {
  expect(logsToRemove(logs, now).map(({ path }) => path)).toEqual(gone);
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('logs of old runs go, journals stay, and so do logs of the newest runs, of this one and of one that was cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-old-logs-'));
  folders.push(folder);
  const runs = Array.from({ length: 60 }, (_, index) => `run-${String(index).padStart(3, '0')}`);
  for (const id of runs) {
    mkdirSync(join(folder, id));
    for (const name of ['journal.jsonl', 'fleet.log', 'p620.log'])
      writeFileSync(join(folder, id, name), 'said\n');
  }
  const world = createProcessWorld();
  // The clock of the file system cannot be set: a time to come is, in which all of them are old.
  const clock = { ...world.clock, now: () => Date.now() + 100 * day };
  await removeOldLogs({ files: createFiles(), clock }, folder, {
    runs,
    kept: ['run-059', 'run-003'],
  });
  const left = (id: string): readonly string[] => readdirSync(join(folder, id)).sort();
  const whole = ['fleet.log', 'journal.jsonl', 'p620.log'];
  for (const [index, id] of runs.entries())
    expect(left(id), id).toEqual(index >= 10 || id === 'run-003' ? whole : ['journal.jsonl']);
});
