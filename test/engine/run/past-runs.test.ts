import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readHistory, tellHistory } from '../../../source/engine/run/history.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { indexRun, packageMoves } from '../../../source/engine/run/past-runs.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { readRunIndex } from '../../../source/state/past/run-index.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** Runs on a real disk, one a minute, and which journals are read. */
const manyRuns = async (count: number) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-past-runs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const fleet = await fakeFleet([]);
  const files = createFiles();
  const read: string[] = [];
  const world = {
    ...fleet.context.world,
    files: {
      ...files,
      read: (...words: Parameters<typeof files.read>) => {
        if (words[0].endsWith('journal.jsonl')) read.push(path.basename(path.dirname(words[0])));
        return files.read(...words);
      },
    },
  };
  const context = { ...fleet.context, world, folder, journal: createJournal(world, folder) };
  const ids = Array.from(
    { length: count },
    (_, index) => `20260101-${String(index).padStart(6, '0')}-aaaaaa`,
  );
  for (const [index, run] of ids.entries()) {
    await context.journal.write(run, {
      type: 'run-started',
      run,
      goal: 'update',
      hosts: [],
      tree: null,
      lock: null,
      at: index * 60_000,
    });
    await context.journal.write(run, {
      type: 'result',
      run,
      ok: true,
      exitCode: 0,
      hosts: {},
      commit: null,
      build: null,
      summary: `run number ${index}`,
      at: index * 60_000 + 1,
    });
  }
  read.length = 0;
  return { fleet, context, ids, read, folder };
};

const pathOf = (folder: string, id: string): string =>
  path.join(folder, 'runs', id, 'journal.jsonl');

test('the last runs are listed at the start, all of them when asked, and from then on', async () => {
  const { fleet, context, read } = await manyRuns(120);
  await tellHistory(context);
  expect(fleet.state()).toMatchObject({ olderRuns: 70 });
  expect(fleet.state().history).toHaveLength(50);
  expect(read).toHaveLength(50);

  await tellHistory(context, 'all');
  expect(fleet.state()).toMatchObject({ olderRuns: 0 });
  expect(fleet.state().history.map(({ ending }) => ending?.result.summary)).toEqual(
    Array.from({ length: 120 }, (_, index) => `run number ${119 - index}`),
  );
  await tellHistory(context);
  expect(fleet.state().history).toHaveLength(120);
});

test('a journal of a run that ended is read once, and again when it has changed', async () => {
  const { context, ids, read, folder } = await manyRuns(60);
  const [oldest = '', second = ''] = ids;
  const first = await readHistory(context, 'all');
  expect(read).toHaveLength(60);

  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(first);
  expect(read).not.toContain(oldest);
  expect(read).toHaveLength(50);

  await appendFile(pathOf(folder, oldest), 'no event\n');
  read.length = 0;
  const { runs } = await readHistory(context, 'all');
  expect(runs.at(-1)).toMatchObject({ id: oldest, unread: 1 });
  expect(read).toContain(oldest);
  expect(read).not.toContain(second);
  // What cannot be read is still told when the journal is not read any more.
  read.length = 0;
  expect((await readHistory(context, 'all')).runs.at(-1)).toMatchObject({ unread: 1 });
  expect(read).not.toContain(oldest);
});

test('a run without an end is read again when its journal has changed', async () => {
  const { context, ids, read, folder } = await manyRuns(60);
  const [oldest = ''] = ids;
  const whole = await readFile(pathOf(folder, oldest), 'utf8');
  await writeFile(pathOf(folder, oldest), whole.split('\n')[0] ?? '');
  for (const isRead of [true, false]) {
    read.length = 0;
    const { runs } = await readHistory(context, 'all');
    expect(runs.at(-1)).toMatchObject({ id: oldest, ending: null, open: 'stopped' });
    expect(read.includes(oldest)).toBe(isRead);
  }
  await writeFile(pathOf(folder, oldest), whole);
  read.length = 0;
  const { runs } = await readHistory(context, 'all');
  expect(runs.at(-1)).toMatchObject({ id: oldest, ending: { result: { ok: true } } });
  expect(read).toContain(oldest);
});

test.each<[string, (text: string) => string]>([
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['of another program', () => '{"id":5}\n[]\nnull\n"x"\n\u0000\n'],
  ['of another version', (text) => text.replaceAll('"form":3', '"form":2')],
  ['changed by hand', (text) => text.replaceAll('run number', 'no number')],
  ['written twice', (text) => `${text}${text}`],
  ['mixed with another writer', (text) => text.replace(/\n/, text.slice(0, 300))],
])('an index that is %s costs time and no run', async (_, damage) => {
  const { context, folder } = await manyRuns(60);
  const before = await readHistory(context, 'all');
  await rm(path.join(folder, 'past-packages.jsonl'), { force: true });
  const index = path.join(folder, 'past-runs.jsonl');
  await writeFile(index, damage(await readFile(index, 'utf8')));
  expect(await readHistory(context, 'all')).toEqual(before);
});

test.each<[string, (packages: string, runs: string) => readonly [string, string]]>([
  ['whole', (packages, runs) => [packages, runs]],
  ['gone', (_, runs) => ['', runs]],
  ['cut off', (packages, runs) => [packages.slice(0, packages.length / 2), runs]],
  ['written by two at once', (packages, runs) => [`${packages}${packages}`, `${runs}${runs}`]],
  ['changed by hand', (packages, runs) => [packages.replaceAll('3.5.2', '3.5.9'), runs]],
  ['of another program', () => ['{}\n\u0000', 'x']],
])('the run that moved a package is found with packages that are %s', async (_, damage) => {
  const { context, ids, folder } = await manyRuns(60);
  const moves = (name: string, at: number) =>
    ({
      type: 'packages-moved',
      hosts: ['p620'],
      changes: [{ name, kind: 'upgraded', old: ['3.5.1'], new: ['3.5.2'] }],
      left: 0,
      at,
    }) as const;
  const [first = '', second = '', third = ''] = ids;
  for (const [run, name] of [
    [first, 'openssl'],
    [second, 'curl'],
    [third, 'openssl'],
  ] as const)
    await context.journal.write(run, moves(name, 5));
  const found = async () =>
    (await packageMoves(context, { name: 'openssl', version: null })).map(({ run }) => run);
  expect(await found()).toEqual([third, first]);
  const files = ['past-packages.jsonl', 'past-runs.jsonl'].map((name) => path.join(folder, name));
  const [packages = '', runs = ''] = files;
  const texts = damage(await readFile(packages, 'utf8'), await readFile(runs, 'utf8'));
  await writeFile(packages, texts[0]);
  await writeFile(runs, texts[1]);
  expect(await found()).toEqual([third, first]);
});

test('two nixups that add to the index at once lose no run and no package', async () => {
  const { context, ids, folder, read } = await manyRuns(80);
  const before = await readHistory(context, 'all');
  await rm(path.join(folder, 'past-runs.jsonl'));
  await Promise.all(ids.map((id) => indexRun(context, id)));
  await Promise.all([readHistory(context, 'all'), readHistory(context, 'all')]);
  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(before);
  expect(read).toHaveLength(50);
});

test('a run of a thousand hosts is kept beside its journal, which is read once', async () => {
  const { context, ids, folder, read } = await manyRuns(60);
  const [oldest = ''] = ids;
  const outcome = { status: 'unchanged', from: null, to: null, generation: null, reason: null };
  const hosts = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`host${index}`, outcome]),
  );
  const text = await readFile(pathOf(folder, oldest), 'utf8');
  // As it stood in the index before it was over.
  await readHistory(context, 'all');
  await writeFile(
    pathOf(folder, oldest),
    text.replace('"hosts":{}', `"hosts":${JSON.stringify(hosts)}`),
  );
  const first = await readHistory(context, 'all');
  expect(Object.keys(first.runs.at(-1)?.ending?.result.hosts ?? {})).toHaveLength(1_000);
  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(first);
  expect(read).not.toContain(oldest);
  // The index of all runs stays small, and what stands beside a journal that changed is not believed.
  expect((await readFile(path.join(folder, 'past-runs.jsonl'), 'utf8')).length).toBeLessThan(
    64_000,
  );
  await appendFile(pathOf(folder, oldest), 'no event\n');
  expect((await readHistory(context, 'all')).runs.at(-1)).toMatchObject({ id: oldest, unread: 1 });
});

test('an index with long entries, as earlier versions wrote it, is written anew with short ones', async () => {
  const { context, ids, folder, read } = await manyRuns(60);
  const [oldest = ''] = ids;
  const text = await readFile(pathOf(folder, oldest), 'utf8');
  const summary = 'x'.repeat(20_000);
  await writeFile(pathOf(folder, oldest), text.replace('run number 0', summary));
  const before = await readHistory(context, 'all');
  const beside = path.join(folder, 'runs', oldest, 'past-run.jsonl');
  const index = path.join(folder, 'past-runs.jsonl');
  const short = await readFile(index, 'utf8');
  await writeFile(
    index,
    `${short
      .split('\n')
      .filter((line) => !line.includes('"listed"'))
      .join('\n')}${await readFile(beside, 'utf8')}`,
  );
  await rm(beside);
  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(before);
  expect(read).not.toContain(oldest);
  const anew = readRunIndex(await readFile(index, 'utf8'));
  expect(anew.isWide).toBe(false);
  expect(anew.listed.has(oldest)).toBe(true);
  expect(await readHistory(context, 'all')).toEqual(before);
  expect(read).not.toContain(oldest);
});

test('a long entry that stands beside its journal alone gets its line in the index', async () => {
  const { context, ids, folder, read } = await manyRuns(60);
  const [oldest = ''] = ids;
  const text = await readFile(pathOf(folder, oldest), 'utf8');
  await writeFile(pathOf(folder, oldest), text.replace('run number 0', 'x'.repeat(20_000)));
  const before = await readHistory(context, 'all');
  const index = path.join(folder, 'past-runs.jsonl');
  const lines = (await readFile(index, 'utf8')).split('\n');
  await writeFile(index, lines.filter((line) => !line.includes('"listed"')).join('\n'));
  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(before);
  expect(read).not.toContain(oldest);
  expect([...readRunIndex(await readFile(index, 'utf8')).listed.keys()]).toEqual([oldest]);
});

test('an index that is too large to be read is written anew', async () => {
  const { context, folder, read } = await manyRuns(60);
  const before = await readHistory(context, 'all');
  const index = path.join(folder, 'past-runs.jsonl');
  await truncate(index, 65 * 1024 ** 2);
  expect(await readHistory(context, 'all')).toEqual(before);
  read.length = 0;
  expect(await readHistory(context, 'all')).toEqual(before);
  expect(read).toHaveLength(50);
});
