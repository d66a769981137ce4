import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRunTail } from '../../../source/engine/attach/tail.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

const started =
  '{"type":"run-started","run":"r","goal":"test","hosts":["p620"],"tree":null,"lock":null,"at":1}\n';
const paused = '{"type":"pause-changed","isPaused":true,"at":2}\n';

const none = { done: 0, expected: 0, running: 0, failed: 0 };

const open = async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-tail-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tail = createRunTail(createProcessWorld(), folder);
  return { folder, read: async () => (await tail.read()).map((event) => event.type), tail };
};

test('a journal is read from its first event on, cut at every byte, and each event once', async () => {
  const text = started + paused;
  for (let cut = 0; cut <= text.length; cut += 7) {
    const { folder, read } = await open();
    const journal = path.join(folder, 'journal.jsonl');
    expect(await read()).toEqual([]);
    await writeFile(journal, text.slice(0, cut));
    const before = await read();
    await appendFile(journal, text.slice(cut));
    expect([...before, ...(await read()), ...(await read())]).toEqual([
      'run-started',
      'pause-changed',
    ]);
  }
});

test('a damaged line is left out, and so is progress of another shape', async () => {
  const { folder, read } = await open();
  await writeFile(
    path.join(folder, 'journal.jsonl'),
    `${started}{"type":"what"}\nnothing\n${paused}`,
  );
  await writeFile(path.join(folder, 'progress.jsonl'), '{"type":"progress","host":5}\nnothing\n');
  expect(await read()).toEqual(['run-started', 'pause-changed']);
});

test('of a long log only the end is shown, of a short one every line, and controls never', async () => {
  const { folder, tail } = await open();
  await writeFile(path.join(folder, 'p620.log'), 'one\n\u001b[31mtwo\n');
  await writeFile(path.join(folder, 'razer.log'), `${'x'.repeat(99)}\n`.repeat(5_000));
  await writeFile(path.join(folder, 'fleet.log'), 'all\n');
  const events = await tail.read();
  const linesOf = (host: string | null): readonly string[] =>
    events.flatMap((event) => (event.type === 'logged' && event.host === host ? event.lines : []));
  expect(linesOf('p620')).toEqual(['one', 'two']);
  expect(linesOf(null)).toEqual(['all']);
  expect(linesOf('razer').length).toBeGreaterThan(1_000);
  expect(linesOf('razer').length).toBeLessThan(2_000);
  expect(new Set(linesOf('razer'))).toEqual(new Set(['x'.repeat(99)]));
  await appendFile(path.join(folder, 'p620.log'), 'three\n');
  expect(await tail.read()).toMatchObject([{ type: 'logged', host: 'p620', lines: ['three'] }]);
});

test('a run has its steps and the lines of all hosts in the order of time, as the log of the fleet has them', async () => {
  const { folder, tail } = await open();
  const all = path.join(folder, 'all-lines.txt');
  await writeFile(path.join(folder, 'nas.log'), '2026-11-29 01:00:01 one\n');
  await writeFile(
    all,
    [
      '2026-11-29 01:00:00 nixup | == test began',
      '2026-11-29 01:00:01 nas | one',
      '2026-11-29 01:00:03 razer | two',
      '2026-11-29 01:00:03 razer | \\== three',
      '2026-11-29 01:00:05 nas | == built',
      '2026-11-29 01:00:05 host nixup | four\n',
    ].join('\n'),
  );
  const said = async () =>
    (await tail.read()).map((event) =>
      event.type === 'logged' ? [event.host, event.lines, event.isStep ?? false] : [],
    );
  expect(await said()).toEqual([
    [null, ['test began'], true],
    ['nas', ['one'], false],
    ['razer', ['two', '== three'], false],
    ['nas', ['built'], true],
    ['nixup', ['four'], false],
  ]);
  await appendFile(all, '2026-11-29 01:00:06 nixup | == test ended\n');
  expect(await said()).toEqual([[null, ['test ended'], true]]);
});

test('a log of the fleet that is not read from its beginning says so', async () => {
  const { folder, tail } = await open();
  await writeFile(
    path.join(folder, 'all-lines.txt'),
    `2026-11-29 01:00:00 nas | ${'x'.repeat(99)}\n`.repeat(80_000),
  );
  const [first, second] = await tail.read();
  expect(first).toMatchObject({
    host: null,
    isStep: true,
    lines: [expect.stringMatching(/^earlier lines/)],
  });
  expect(second).toMatchObject({ host: 'nas' });
});

test('of a thousand logs the quiet ones are looked at in turn, and all of them at the end', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-tail-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const world = createProcessWorld();
  let looked = 0;
  const tail = createRunTail(
    {
      clock: world.clock,
      files: {
        ...world.files,
        stamps: async (paths, below) => {
          looked += paths.length;
          return await world.files.stamps(paths, below);
        },
      },
    },
    folder,
  );
  const log = (index: number): string => path.join(folder, `host${index}.log`);
  for (let index = 0; index < 1_000; index += 1) await writeFile(log(index), 'one\n');
  const hosts = async (): Promise<readonly (string | null)[]> =>
    (await tail.read()).flatMap((event) => (event.type === 'logged' ? [event.host] : []));
  expect(await hosts()).toHaveLength(1_000);
  // All of them spoke just now: that they are quiet shows after some time.
  for (let round = 0; round < 20; round += 1) expect(await hosts()).toEqual([]);
  looked = 0;
  expect(await hosts()).toEqual([]);
  expect(looked).toBeLessThan(150);
  await appendFile(log(7), 'two\n');
  const heard: (string | null)[] = [];
  for (let round = 0; round < 10; round += 1) heard.push(...(await hosts()));
  expect(heard).toEqual(['host7']);
  // One that speaks is looked at each time.
  await appendFile(log(7), 'three\n');
  expect(await hosts()).toEqual(['host7']);
  for (const index of [1, 500, 999]) await appendFile(log(index), 'last\n');
  await writeFile(
    path.join(folder, 'journal.jsonl'),
    `${started}{"type":"result","run":"r","ok":true,"exitCode":0,"hosts":{},"commit":null,"build":null,"summary":"done","at":3}\n`,
  );
  expect((await hosts()).length).toBe(3);
});

test('progress is read as it grows, and from its beginning when it was written anew', async () => {
  const { folder, tail } = await open();
  const file = path.join(folder, 'progress.jsonl');
  const of = (host: string, done: number): string =>
    `${JSON.stringify({
      type: 'progress',
      host,
      builds: { ...none, done },
      fetches: { ...none, bytes: 0, bytesExpected: 0 },
      copies: { ...none, bytes: 0, bytesExpected: 0 },
      activities: [],
      at: 1,
    })}\n`;
  const heard = async () =>
    (await tail.read()).map((event) =>
      event.type === 'progress' ? [event.host, event.builds.done] : event,
    );
  await writeFile(file, of('p620', 1) + of('razer', 1));
  expect(await heard()).toEqual([
    ['p620', 1],
    ['razer', 1],
  ]);
  await appendFile(file, of('p620', 2));
  expect(await heard()).toEqual([['p620', 2]]);
  expect(await heard()).toEqual([]);
  await writeFile(file, of('razer', 3));
  expect(await heard()).toEqual([['razer', 3]]);
});

test('a log that is removed or made shorter while it is followed is read again, and that is said', async () => {
  const { folder, tail } = await open();
  const log = path.join(folder, 'all-lines.txt');
  const texts = async (): Promise<readonly string[]> =>
    (await tail.read()).flatMap((event) => (event.type === 'logged' ? event.lines : []));
  const anew = [
    'the file of this log was removed or made shorter; it is read again from its beginning',
  ];
  await writeFile(log, 'p620 | one\np620 | two is longer\n');
  expect(await texts()).toEqual(['one', 'two is longer']);
  await writeFile(log, 'p620 | 3\n');
  expect(await texts()).toEqual([...anew, '3']);
  await rm(log);
  expect(await texts()).toEqual(anew);
  expect(await texts()).toEqual([]);
  await writeFile(log, 'p620 | four\n');
  expect(await texts()).toEqual(['four']);
});

test('of a journal that is made shorter each event is told once, and its result is heard', async () => {
  const { folder, read } = await open();
  const journal = path.join(folder, 'journal.jsonl');
  const result =
    '{"type":"result","run":"r","ok":true,"exitCode":0,"hosts":{},"commit":null,"build":null,"summary":"Done.","at":3}\n';
  await writeFile(journal, started + paused);
  expect(await read()).toEqual(['run-started', 'pause-changed']);
  await writeFile(journal, started);
  expect(await read()).toEqual([]);
  await appendFile(journal, result);
  expect(await read()).toEqual(['result']);
});
