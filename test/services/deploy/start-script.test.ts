import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { followScript } from '../../../source/services/deploy/start-script.ts';
import { recordFolder } from '../../../source/services/host/commands.ts';
import { requestDecision } from '../../../source/services/host/supervision.ts';
import { createExec } from '../../../source/services/world/exec.ts';

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
  write('events', 'begun\n');
  return {
    write,
    say: (text: string): void => appendFileSync(path.join(folder, 'output'), text),
    end: (): void => {
      write('exit', '0\n');
      write('phase', 'confirming 5 65\n');
      appendFileSync(path.join(folder, 'events'), 'confirming\n');
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
  // A phase is told when it is seen, which may be between two lines.
  expect([said].flat().filter((line) => !String(line).startsWith('p '))).toEqual([
    'c',
    'o stopping\\n',
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

test('what it waits for is told when it is noted, and once more only when it is noted anew', async () => {
  const activation = record('waits', 'activating\n');
  activation.write('waits', 'now 5\njob 1 a.service stop running\n');
  const said = await activation.follow(0, (line) => {
    if (line === 'w') activation.end();
  });
  expect([said].flat().filter((line) => String(line).startsWith('w'))).toEqual([
    'w now 5',
    'w job 1 a.service stop running',
    'w',
  ]);
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

/** A process that holds a file locked, as the activation on a host does, until it is told to let go. */
const holding = async (file: string) => {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; read line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
};

test('what an activation says is told as it comes, and its end too', async () => {
  const activation = record('heard', '');
  const lines: string[] = [];
  const following = activation.follow(0, (line) => {
    lines.push(line);
    if (line.startsWith('p activating'))
      activation.say('starting the following units: a.service\n');
    if (line.startsWith('o ')) activation.end();
  });
  expect(await following).toEqual(lines);
  expect(lines.map((line) => line.replace(/ [\d.]+$/, ''))).toEqual([
    'c',
    'p activating 1 900',
    'o starting the following units: a.service',
    'p confirming 5 65',
    'x',
  ]);
});

test('a follower ends by itself when its supervisor was killed and leaves no trace', async () => {
  const activation = record('killed', '');
  const supervisor = spawn('sleep', ['infinity']);
  activation.write('supervisor', `${supervisor.pid}\n`);
  const following = activation.follow(0, (line) => {
    if (line.startsWith('p activating')) supervisor.kill();
  });
  expect(await following).toEqual(['c', expect.stringMatching(/^p activating/), 'g']);
});

test.for([
  ['holds its lock', true],
  ['leaves no lock', false],
] as const)('a decision is waited for until the supervisor, which %s, left its result', async ([
  id,
  holds,
]) => {
  const name = id.replaceAll(' ', '-');
  const activation = record(name, '');
  const folder = path.join(records, name);
  const holder = holds ? await holding(path.join(folder, 'alive')) : null;
  const script = `${requestDecision(name, 'commit', 50)}echo "$(readlink "$folder/decision") $(cat "$folder/result")"`;
  const answer = exec(
    { file: 'sh', args: ['-s'] },
    { input: script.replaceAll(recordFolder, records), timeoutMs: 60_000 },
  );
  await vi.waitFor(
    () => expect(readlinkSync(path.join(folder, 'decision'))).toBe('commit'),
    30_000,
  );
  activation.write('result', 'committed\n');
  holder?.stdin.end();
  expect(await answer).toMatchObject({ ok: true, value: { stdout: 'commit committed\n' } });
});
