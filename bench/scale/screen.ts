import { spawn as spawnProgram } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { type ScaleFleet, scaleFleet } from '../../test/support/scale/fleet.ts';
import type { Measured } from './row.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');
/** Without its types: the program would load all that reads them, which takes 40 MB of its memory. */
const keyTimes = stripTypeScriptTypes(
  readFileSync(path.join(import.meta.dirname, '../key-times.ts'), 'utf8'),
);

const columns = 120;
const rows = 40;

/** Builds that run at a time, and what they say together in a second. */
const builds = 40;
const linesPerSecond = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The program in a pseudo-terminal of 120 by 40. */
export const openScreen = (fleet: ScaleFleet) => {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const times = path.join(fleet.folder, 'key-times');
  writeFileSync(times, '');
  const loaded = path.join(fleet.folder, 'key-times.mjs');
  writeFileSync(loaded, keyTimes);
  const child = spawn(process.execPath, [`--import=${loaded}`, program], {
    cols: columns,
    rows,
    cwd: fleet.flake,
    env: { ...fleet.environment, NIXUP_KEY_TIMES: times, NIXUP_KEY_WORDS: '{"j":"","k":""}' },
  });
  let bytes = 0;
  child.onData((data) => {
    bytes += Buffer.byteLength(data);
    terminal.write(data);
  });
  const line = (row: number): string =>
    terminal.buffer.active.getLine(row)?.translateToString(true) ?? '';
  const text = (): string => Array.from({ length: rows }, (_, row) => line(row)).join('\n');
  const until = async (what: string, holds: () => boolean, limitMs = 300_000): Promise<void> => {
    const began = performance.now();
    while (!holds()) {
      if (performance.now() - began > limitMs)
        throw new Error(`the screen never showed ${what}:\n${text()}`);
      await pause(5);
    }
  };
  const ofProcess = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  const memory = (which: 'VmRSS' | 'VmHWM'): number =>
    Number(new RegExp(`${which}:\\s+(\\d+)`).exec(ofProcess('status'))?.[1]) / 1024;
  /** Builds that were started and say lines. */
  const building = (): number => readdirSync(path.join(fleet.folder, 'pipes')).length;
  const processorMs = (): number => {
    const fields = ofProcess('stat').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  /** Keys that were answered since the file of their times was so long. */
  const pressed = (before: number): number =>
    readFileSync(times, 'utf8').slice(before).split('\n').length - 1;
  /** Presses j, and k now and then, at moments that have nothing to do with those of the frames. */
  const press = async (presses: number) => {
    const before = readFileSync(times, 'utf8').length;
    const wall: number[] = [];
    const written: number[] = [];
    // A heading is the same row while its count changes.
    const selected = (): string =>
      text()
        .split('\n')
        .find((row) => row.startsWith('▶'))
        ?.slice(0, 16)
        .replace(/\s+\d.*$/, '') ?? '';
    const isAtTop = (): boolean => line(6).startsWith('▶');
    for (let one = 0; one < presses; one += 1) {
      await pause(60 + ((one * 37) % 90));
      const from = selected();
      const start = { at: performance.now(), bytes };
      // At the top k moves nothing: a heading whose hosts are all answered takes the cursor there.
      child.write(one % 12 < 9 || isAtTop() ? 'j' : 'k');
      // A row that is being written is none yet.
      const isNext = (): boolean => selected() !== '' && selected() !== from;
      // Where a heading went meanwhile, the key may lead back to the row that was read before it.
      const isBack = (): boolean =>
        performance.now() - start.at > 3_000 && pressed(before) > one && !isNext();
      await until('the next row', () => isNext() || isBack(), 30_000);
      if (!isNext()) continue;
      wall.push(performance.now() - start.at);
      written.push(bytes - start.bytes);
    }
    const processor = readFileSync(times, 'utf8').slice(before).trim().split('\n').map(Number);
    return { wall, written, processor };
  };
  const untilAsked = (): Promise<void> =>
    until('that all are asked', () => {
      const [, , activity = ''] = text().split('\n', 3);
      return !/asking|evaluating|reading|checking/.test(activity);
    });
  return {
    child,
    text,
    until,
    untilAsked,
    press,
    memory,
    building,
    processorMs,
    bytes: () => bytes,
  };
};

const at = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const keyRow = (
  name: string,
  { wall, processor }: { readonly wall: readonly number[]; readonly processor: readonly number[] },
): Measured => ({
  name,
  took: `99 %: ${at(processor, 0.99).toFixed(0)} ms of the processor`,
  against: `by the clock ${at(wall, 0.5).toFixed(0)} ms, 99 %: ${at(wall, 0.99).toFixed(0)} ms`,
  times: null,
  goal: '99 % within 50 ms',
  holds: at(processor, 0.99) <= 50,
});

const atMost = (name: string, value: number, unit: string, most: number, than = '-'): Measured => ({
  name,
  took: `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`,
  against: than,
  times: null,
  goal: `at most ${most} ${unit}`,
  holds: value <= most,
});

/**
 * `nix build` says lines without end, and builds nothing; everything else is asked of Nix. Answers
 * how the lines stop.
 */
export const standInBuilds = ({ folder }: ScaleFleet, lines = linesPerSecond): Disposable => {
  const nix = path.join(folder, 'bin/nix');
  const pipes = path.join(folder, 'pipes');
  mkdirSync(pipes);
  renameSync(nix, `${nix}-real`);
  writeFileSync(
    nix,
    `#!/bin/sh
case "$1" in
  build) case "$*" in *--dry-run*) exit 0 ;; esac
    mkfifo "${pipes}/$$"
    exec cat "${pipes}/$$" >&2 ;;
esac
exec '${nix}-real' "$@"
`,
  );
  chmodSync(nix, 0o755);
  const script = path.join(import.meta.dirname, 'say-lines.ts');
  const child = spawnProgram(process.execPath, [script, pipes, String(lines)], {
    stdio: 'inherit',
  });
  return { [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

/** Memory is flat that grows by no more than this in a minute: a collection is due at any time. */
const flatMb = 20;

type Screen = ReturnType<typeof openScreen>;

/** Keys, processor and memory while these builds log 10,000 lines a second together. */
const logRows = async (
  screen: Screen,
  atOnce: number,
  tell: (row: Measured) => void,
): Promise<void> => {
  screen.child.write('T');
  await screen.until('that builds run', () => /test \d/.test(screen.text()));
  // Each build is a process that is started, which is not what is measured.
  await screen.until('that all builds run', () => screen.building() >= atOnce);
  await pause(5_000);
  const before = { processor: screen.processorMs(), at: performance.now() };
  tell(keyRow(`keys while ${atOnce} log 10,000 lines/s`, await screen.press(100)));
  const load = (100 * (screen.processorMs() - before.processor)) / (performance.now() - before.at);
  tell(atMost(`processor while ${atOnce} log`, load, '% of a core', 40));
  const early = screen.memory('VmRSS');
  await pause(60_000);
  const late = screen.memory('VmRSS');
  const row = atMost(
    `memory of ${atOnce} over a million lines`,
    late,
    'MB',
    250,
    `${early.toFixed(0)} MB a minute before`,
  );
  const isFlat = late - early <= flatMb;
  tell({ ...row, goal: `${row.goal}, flat`, holds: row.holds && isFlat });
};

/** A fleet that is deployed, and of which so many hosts are built at a time. */
const fleetThatLogs = (count: number, weight: number, atOnce: number): ScaleFleet => {
  const config = `[fleet]\njobs.build = ${atOnce}\n`;
  const fleet = scaleFleet({ count, weight, config });
  fleet.deployAll();
  return fleet;
};

/** Rows of the table about the screen: keys, memory, the processor, bytes. */
export const screenRows = async (
  { count, weight }: { readonly count: number; readonly weight: number },
  tell: (row: Measured) => void,
): Promise<void> => {
  using fleet = fleetThatLogs(count, weight, builds);
  using _lines = standInBuilds(fleet);
  const screen = openScreen(fleet);
  try {
    await screen.until('the hosts', () => /host\d+/.test(screen.text()));
    tell(keyRow(`keys while ${count} hosts are asked`, await screen.press(100)));
    await screen.untilAsked();
    tell(atMost('memory when they are asked', screen.memory('VmRSS'), 'MB', 250));
    await pause(20_000);
    const rest = { bytes: screen.bytes(), processor: screen.processorMs() };
    await pause(20_000);
    const share = (screen.processorMs() - rest.processor) / 200;
    tell(atMost('processor at rest', share, '% of a core', 0.2));
    tell(atMost('bytes written at rest', screen.bytes() - rest.bytes, 'bytes', 0));
    const resting = await screen.press(60);
    tell(atMost('bytes written for j or k', mean(resting.written), 'bytes', 1_000));
    await logRows(screen, builds, tell);
  } finally {
    screen.child.kill('SIGKILL');
  }
};

/** The same lines, said by every host of the fleet at the same time. */
export const allLogRows = async (
  { count, weight }: { readonly count: number; readonly weight: number },
  tell: (row: Measured) => void,
): Promise<void> => {
  using fleet = fleetThatLogs(count, weight, count);
  using _lines = standInBuilds(fleet);
  const screen = openScreen(fleet);
  try {
    await screen.until('the hosts', () => /host\d+/.test(screen.text()));
    await screen.untilAsked();
    await logRows(screen, count, tell);
  } finally {
    screen.child.kill('SIGKILL');
  }
};
