import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordFolder } from '../../source/services/activation-order.ts';
import { followScript } from '../../source/services/activation-script.ts';
import { createExec } from '../../source/services/exec.ts';

const records = mkdtempSync(path.join(tmpdir(), 'nixup-records-'));
afterAll(() => rmSync(records, { recursive: true }));

const exec = createExec({ PATH: process.env['PATH'] }, () => 0);

/** The record of an activation that runs, and its follower as a host would run it. */
const record = (id: string, output: string) => {
  const folder = path.join(records, id);
  mkdirSync(folder);
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  write('record', `id ${id}\n`);
  write('supervisor', `${process.pid}\n`);
  write('phase', 'activating 1 900\n');
  write('output', output);
  return {
    write,
    say: (text: string): void => appendFileSync(path.join(folder, 'output'), text),
    end: (): void => {
      write('exit', '0\n');
      write('phase', 'confirming 5 65\n');
    },
    follow: async (told: number, onLine: (line: string) => void = () => undefined) => {
      const script = followScript(id, told).replaceAll(recordFolder, records);
      const done = await exec(
        { file: 'sh', args: ['-s'] },
        { input: script, onLine, timeoutMs: 60_000 },
      );
      return done.ok ? done.value.stdout.trimEnd().split('\n') : done.failure;
    },
  };
};

test('each line of an activation is told once, also one that is written in two pieces', async () => {
  const activation = record('pieces', 'stopping\\n\nacti');
  const said = await activation.follow(0, (line) => {
    if (line !== 'o stopping\\n') return;
    activation.say('vating\nlast words');
    activation.end();
  });
  expect(said).toEqual([
    'c',
    expect.stringMatching(/^p activating 1 900 \d+$/),
    'o stopping\\n',
    expect.stringMatching(/^p confirming 5 65 \d+$/),
    'o activating',
    'o last words',
    'x 0',
  ]);
});

test('after a lost connection the lines go on where they were', async () => {
  const activation = record('again', 'one\ntwo\nthree\n');
  activation.end();
  expect(await activation.follow(2)).toEqual([
    'c',
    expect.stringMatching(/^p confirming/),
    'o three',
    'x 0',
  ]);
});

test('a record that is gone is told as that', async () => {
  const script = followScript('gone', 0).replaceAll(recordFolder, records);
  expect(await exec({ file: 'sh', args: ['-s'] }, { input: script })).toMatchObject({
    value: { stdout: 'c\ng\n', stderr: '' },
  });
});

test('what the host did by itself ends the lines', async () => {
  const activation = record('back', 'activating\n');
  activation.write('killed', 'timeout\n');
  activation.write('hanging', 'grafana.service (start)\n');
  activation.write('result', 'reverted timeout 0\n');
  expect(await activation.follow(0)).toEqual([
    'c',
    expect.stringMatching(/^p activating/),
    'o activating',
    'h grafana.service (start)',
    'k timeout',
    'r reverted timeout 0',
  ]);
});
