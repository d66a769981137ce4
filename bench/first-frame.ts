import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { median } from './scale/row.ts';

const runs = 15;

/** The bar: the first frame of the demo takes at most so many times a bare write. */
const mostTimes = 4;

const root = path.join(import.meta.dirname, '..');
const program = path.join(root, 'dist/cli.js');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'nixup-bench-'));

const start = (args: readonly string[]): IPty =>
  spawn(process.execPath, [...args], {
    cols: 100,
    rows: 30,
    cwd: root,
    env: {
      ...process.env,
      TERM: 'xterm-256color',
      XDG_CACHE_HOME: path.join(scratch, 'cache'),
      XDG_STATE_HOME: path.join(scratch, 'state'),
    },
  });

/** Milliseconds from the start of a process to the first output that fulfils a condition. */
const timeUntil = (
  args: readonly string[],
  isThere: (output: string) => boolean,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = start(args);
    let output = '';
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`no first frame within 20 s; the output was:\n${output}`));
    }, 20_000);
    child.onData((data) => {
      output += data;
      if (!isThere(output)) return;
      clearTimeout(limit);
      const took = performance.now() - started;
      child.onExit(() => resolve(took));
      child.kill('SIGKILL');
    });
  });

const bare = (): Promise<number> =>
  timeUntil(['-e', "process.stdout.write('ready');setInterval(()=>{},1000)"], (output) =>
    output.includes('ready'),
  );

const firstFrame = (): Promise<number> =>
  timeUntil(
    [program, 'demo'],
    (output) => output.includes('1 Fleet') && output.includes('actions'),
  );

/** The frame that Ink draws over the first one: from here on keys are taken. */
const liveFrame = (): Promise<number> =>
  timeUntil([program, 'demo'], (output) => output.split('1 Fleet').length > 2);

/** One whole start and end, as on a person's machine: the compile cache is written at the end. */
const warmUp = (): Promise<void> =>
  new Promise((resolve) => {
    const child = start([program, 'demo']);
    let output = '';
    child.onData((data) => {
      output += data;
      if (/\d+ hosts/.test(output)) child.write('q');
    });
    child.onExit(() => resolve());
  });

await warmUp();
await bare();
const times = { bare: [] as number[], frame: [] as number[], live: [] as number[] };
for (let run = 0; run < runs; run += 1) {
  times.bare.push(await bare());
  times.frame.push(await firstFrame());
  times.live.push(await liveFrame());
}
rmSync(scratch, { recursive: true, force: true });
const base = median(times.bare);
const frame = median(times.frame);
const share = frame / base;
process.stdout.write(
  [
    `bare write            ${base.toFixed(0)} ms`,
    `demo, first frame     ${frame.toFixed(0)} ms   ${share.toFixed(1)} times the bare write (at most ${mostTimes})`,
    `demo, keys are taken  ${median(times.live).toFixed(0)} ms`,
    `median of ${runs} runs each, Node ${process.version}, 100x30`,
    '',
  ].join('\n'),
);
process.exitCode = share <= mostTimes ? 0 : 1;
