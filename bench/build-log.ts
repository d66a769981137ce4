import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { foldNixEvent } from '../source/model/build/fold.ts';
import { progressOf } from '../source/model/build/merge.ts';
import { newNixProcess } from '../source/model/build/process.ts';
import { readNixLogLine } from '../source/parsers/nix/log.ts';
import { createBuildListener } from '../source/services/build/listener.ts';
import { createExec } from '../source/services/world/exec.ts';
import { makeStream } from '../test/support/nix-stream.ts';
import { median } from './scale/row.ts';

/**
 * How many lines of Nix's log one process reads a second: the parser with its
 * fold, the listener of a build, and the whole way from a child process, each
 * next to a plain `JSON.parse` of the same lines in the same run. Seconds of
 * the processor, so that a busy machine does not count.
 */
const rounds = 5;
const { lines, truth } = makeStream(200_000);

const rate = (ms: number): string =>
  `${Math.round((lines.length / ms) * 1000).toLocaleString('en-US')} lines/s`.padStart(20);

const say = (name: string, ms: number): void => {
  process.stdout.write(`${name.padEnd(44)}${rate(ms)}\n`);
};

const time = async (work: () => unknown): Promise<number> => {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(started);
    taken.push((user + system) / 1000);
  }
  return median(taken);
};

const plain = await time(() => {
  let sum = 0;
  for (const line of lines) {
    const record: unknown = JSON.parse(line.slice(5));
    sum += typeof record === 'object' ? 1 : 0;
  }
  return sum;
});

const fold = () => {
  const state = newNixProcess();
  for (const line of lines) {
    const event = readNixLogLine(line);
    if (event !== null) foldNixEvent(state, event, 0);
  }
  return state;
};
const parsed = await time(fold);

const listened = await time(() => {
  const state = newNixProcess();
  const listener = createBuildListener({ state, now: () => 0, onLog: () => undefined });
  for (const line of lines) listener.hear(line);
});

const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-bench-'));
let whole = Number.NaN;
let longest = 0;
try {
  const file = path.join(folder, 'stream');
  await writeFile(file, `${lines.join('\n')}\n`);
  const exec = createExec({ PATH: process.env['PATH'] }, () => Date.now());
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  last = performance.now();
  whole = await time(async () => {
    const state = newNixProcess();
    const listener = createBuildListener({ state, now: () => 0, onLog: () => undefined });
    await exec(
      { file: 'sh', args: ['-c', 'cat "$1" >&2', 'sh', file] },
      {
        raw: true,
        discardOutput: true,
        onLine: (line, from) => {
          if (from === 'stderr') listener.hear(line);
        },
      },
    );
  });
  clearInterval(timer);
} finally {
  await rm(folder, { recursive: true, force: true });
}

const state = fold();
const { builds, fetches } = progressOf(state);
process.stdout.write(`${lines.length} lines of internal-json, median of ${rounds} runs\n`);
say('JSON.parse alone, for comparison', plain);
say('parser and fold', parsed);
say('listener of a build', listened);
say('from a child process to the fold', whole);
process.stdout.write(`longest wait of the event loop: ${Math.round(longest)} ms\n`);
process.stdout.write(
  `counts: built ${builds.done}/${truth.built}, failed ${builds.failed}/${truth.failed}, fetched ${fetches.done}/${truth.fetched}, running ${builds.running}/${truth.running}\n`,
);

const isRight =
  builds.done === truth.built &&
  builds.failed === truth.failed &&
  fetches.done === truth.fetched &&
  builds.running === truth.running;
if (!isRight) process.exitCode = 1;
