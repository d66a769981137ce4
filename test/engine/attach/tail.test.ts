import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRunTail } from '../../../source/engine/attach/tail.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

const started =
  '{"type":"run-started","run":"r","goal":"test","hosts":["p620"],"tree":null,"lock":null,"at":1}\n';
const paused = '{"type":"pause-changed","isPaused":true,"at":2}\n';

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
  await writeFile(path.join(folder, 'progress.json'), '[{"type":"progress","host":5}]');
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
